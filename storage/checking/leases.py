"""Leases, crawls and slots whose holder is gone: nothing waits for the dead."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.checking.finding import Check, Found, Looking
from storage.crawl import LEASE
from storage.holder import is_dead, shown
from storage.schema import Crawl, Service, Site, Slot
from storage.services import RUNS
from storage.slots import SlotState


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield what is held or begun by processes that are gone."""
    alive: set[int] = set()
    held = select(Site.id, Site.name, Site.lease_holder, Site.lease_expires_at).where(
        Site.lease_holder.is_not(None)
    )
    for row in connection.execute(held.order_by(Site.id)):
        over = row.lease_expires_at is None or row.lease_expires_at <= looking.now
        if not over and not is_dead(row.lease_holder):
            alive.add(row.id)
            continue
        yield Found(
            where=f"site {row.name}",
            says=f"is held by a crawl ({shown(row.lease_holder)}) that is gone",
            repair="gives it back",
            key=("site", row.id),
        )
    begun = select(Crawl.id, Crawl.site_id, Site.name).join(Site, Site.id == Crawl.site_id)
    begun = begun.where(Crawl.outcome.is_(None)).order_by(Crawl.id)
    for number, site_id, name in connection.execute(begun):
        if site_id not in alive:
            yield Found(
                where=f"crawl {number} of {name}",
                says="was begun and never ended",
                repair="notes that it was interrupted",
                key=("crawl", number),
            )
    yield from _slots(connection, looking.now)


def mend(connection: Connection, found: Sequence[Found], now: datetime) -> None:
    """Give back what the dead held."""
    for one in found:
        what, number = one.key
        if what == "site":
            free = {"lease_holder": None, "lease_expires_at": None}
            connection.execute(update(Site).where(Site.id == number).values(free))
        elif what == "crawl":
            ended = {"outcome": "interrupted", "finished_at": now}
            connection.execute(update(Crawl).where(Crawl.id == number).values(ended))
        else:
            missed = {"state": SlotState.MISSED, "detail": "the service stopped while it ran"}
            connection.execute(update(Slot).where(Slot.id == number).values(missed))


def _slots(connection: Connection, now: datetime) -> Iterator[Found]:
    question = (
        select(Slot.id, Slot.claimed_by, Site.name, Service.heartbeat_at, Service.lease_s)
        .join(Site, Site.id == Slot.site_id)
        .outerjoin(Service, Service.holder == Slot.claimed_by)
        .where(*RUNS)
        .order_by(Slot.id)
    )
    for row in connection.execute(question):
        lease = timedelta(seconds=row.lease_s) if row.lease_s else LEASE
        silent = row.heartbeat_at is None or row.heartbeat_at < now - lease
        if silent or is_dead(row.claimed_by):
            yield Found(
                where=f"planned crawl {row.id} of {row.name}",
                says=f"is claimed by a service ({shown(row.claimed_by)}) that is gone: the site "
                "is not looked at",
                repair="notes that it was missed; the site is looked at when it is due",
                key=("slot", row.id),
            )


CHECK = Check(name="leases", rank=9, find=find, mend=mend)
