"""Which services and workers run on a database, and what those that are gone had claimed.

A heartbeat is a mark that moves. Whoever decides that somebody is gone has watched it stand still,
and says which mark it saw: one that moved meanwhile is alive, and keeps what it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from storage.crawl import LEASE
from storage.holder import is_dead
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Crawl, Service, Site, Slot
from storage.slots import SlotState
from storage.store import Store, upsert

# What a worker reported is over: a service ends it, whether the worker lives or not.
RUNS = (Slot.state == SlotState.CLAIMED, Slot.reported_at.is_(None))


class Kind(StrEnum):
    """What a process of ours does."""

    SERVICE = "service"
    WORKER = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service or worker, with its last heartbeat and how long it may be silent."""

    holder: str
    kind: Kind
    heartbeat_at: datetime
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who has claimed slots. `heartbeat_at`: None, it never said that it is alive."""

    holder: str
    heartbeat_at: datetime | None
    lease: timedelta
    is_dead: bool


class Services:
    """Questions and changes about services and workers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def time(self) -> datetime:
        """Return the time of the clock that all of them share: the server's, else this machine's.

        Raises:
            DatabaseFailedError: the server does not answer.
        """
        if self._store.dialect == "sqlite":
            return datetime.now(UTC)
        with self._store.read() as connection:
            return connection.scalar(select(func.clock_timestamp())) or datetime.now(UTC)

    @retried
    def beat(
        self,
        holder: str,
        *,
        now: datetime,
        kind: Kind = Kind.SERVICE,
        lease: timedelta = LEASE,
    ) -> None:
        """Say that this process is alive."""
        beat = {"heartbeat_at": now, "kind": kind, "lease_s": round(lease.total_seconds())}
        with self._store.write() as connection:
            connection.execute(
                upsert(connection, Service)
                .values(holder=holder, started_at=now, **beat)
                .on_conflict_do_update(index_elements=["holder"], set_={**beat, "stopped_at": None})
            )

    @retried
    def stop(self, holder: str, *, now: datetime) -> None:
        """Say that this process ended as it should."""
        with self._store.write() as connection:
            connection.execute(
                update(Service).where(Service.holder == holder).values(stopped_at=now)
            )

    def live(self, *, now: datetime) -> tuple[Running, ...]:
        """Return who is alive, as far as one look can tell."""
        query = select(Service).where(Service.stopped_at.is_(None)).order_by(Service.id)
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        found = (
            Running(
                holder=row.holder,
                kind=Kind(row.kind),
                heartbeat_at=row.heartbeat_at,
                lease=timedelta(seconds=row.lease_s),
            )
            for row in rows
        )
        return tuple(
            one for one in found if one.heartbeat_at > now - one.lease and not is_dead(one.holder)
        )

    def claimants(self, *, but: str) -> tuple[Claimant, ...]:
        """Return all others that have claimed slots."""
        query = (
            select(Slot.claimed_by, Service.heartbeat_at, Service.lease_s)
            .outerjoin(Service, Service.holder == Slot.claimed_by)
            .where(*RUNS, Slot.claimed_by != but)
            .distinct()
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Claimant(
                holder=row.claimed_by,
                heartbeat_at=row.heartbeat_at,
                lease=timedelta(seconds=row.lease_s) if row.lease_s else LEASE,
                is_dead=is_dead(row.claimed_by),
            )
            for row in rows
        )

    @retried
    def take_over(self, gone: Mapping[str, datetime | None], *, now: datetime) -> tuple[str, ...]:
        """End what these holders (with the last heartbeat that was seen) had claimed.

        A crawl that had ended keeps its end. All else is missed and due at once, and what still
        runs of it can save nothing more. Return the sites that are due again.
        """
        with self._store.write() as connection:
            return tuple(
                row.name
                for holder, beat in gone.items()
                if _beat(connection, holder) == beat
                for row in _claimed_by(connection, holder)
                if _end(connection, row, now)
            )


def _beat(connection: Connection, holder: str) -> datetime | None:
    return connection.scalar(
        select(Service.heartbeat_at).where(Service.holder == holder).with_for_update()
    )


def _claimed_by(connection: Connection, holder: str) -> list[AnyRow]:
    query = (
        select(Slot.id, Slot.site_id, Slot.crawl_id, Crawl.token, Crawl.outcome, Site.name)
        .join(Site, Site.id == Slot.site_id)
        .outerjoin(Crawl, Crawl.id == Slot.crawl_id)
        .where(*RUNS, Slot.claimed_by == holder)
        .order_by(Slot.id)
        .with_for_update(of=Slot)
    )
    return list(connection.execute(query).all())


def _end(connection: Connection, row: AnyRow, now: datetime) -> bool:
    """End a slot; say whether its site is due again."""
    slot = update(Slot).where(Slot.id == row.id)
    if row.outcome is not None:
        said = "its service stopped before it said so"
        connection.execute(slot.values(state=SlotState.RAN, detail=said))
        return False
    said = "the service stopped while it ran"
    connection.execute(slot.values(state=SlotState.MISSED, detail=said))
    site = update(Site).where(Site.id == row.site_id)
    connection.execute(site.values(next_due_at=now))
    if row.crawl_id is not None:
        connection.execute(
            update(Crawl)
            .where(Crawl.id == row.crawl_id)
            .values(outcome="interrupted", finished_at=now)
        )
        # Its process may be alive still, on another machine: its token is worth nothing any more.
        connection.execute(
            site.where(Site.fencing_token == row.token).values(
                fencing_token=Site.fencing_token + 1, lease_holder=None, lease_expires_at=None
            )
        )
    return True
