"""Who may save for a site: leases, with a token that only grows.

Every save checks its token and renews the lease in the same transaction: who was taken over can
save nothing more.
Source: https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html (fencing).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from storage.crawl import LEASE, Lease
from storage.errors import LeaseLostError, SiteBusyError
from storage.holder import is_dead, shown
from storage.rows import AnyRow
from storage.schema import Site

# Every save starts with it, and making a statement costs as much as running it.
_HOLD = (
    update(Site)
    .where(Site.id == bindparam("of_site"), Site.fencing_token == bindparam("token"))
    .values(lease_expires_at=bindparam("until"))
)


def take(
    connection: Connection,
    site: AnyRow,
    *,
    holder: str,
    now: datetime,
    lasts: timedelta = LEASE,
    **values: Any,
) -> int:
    """Take the lease of a site (its row, locked), write `values` with it; return the new token.

    A holder that is dead on this machine yields.

    Raises:
        SiteBusyError: somebody holds it.
    """
    held = site.lease_holder is not None and site.lease_expires_at > now
    if held and not is_dead(site.lease_holder):
        raise SiteBusyError(site.name, shown(site.lease_holder))
    token: int = site.fencing_token + 1
    connection.execute(
        update(Site)
        .where(Site.id == site.id)
        .values(
            fencing_token=token, lease_holder=holder, lease_expires_at=now + lasts, **values
        )
    )  # fmt: skip
    return token


def hold(connection: Connection, lease: Lease, *, now: datetime) -> None:
    """Renew a lease at the start of a save.

    Raises:
        LeaseLostError: another took over.
    """
    held = connection.execute(
        _HOLD, {"of_site": lease.site_id, "token": lease.token, "until": now + lease.lasts}
    )
    if held.rowcount == 0:
        raise LeaseLostError(lease.site)


def give_back(connection: Connection, lease: Lease) -> None:
    """End a lease, if it is still held."""
    connection.execute(
        update(Site)
        .where(Site.id == lease.site_id, Site.fencing_token == lease.token)
        .values(lease_holder=None, lease_expires_at=None)
    )
