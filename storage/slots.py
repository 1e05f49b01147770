"""The clock's rows: when each site is due, who runs a planned crawl, which services are alive.

Any number of services may share one database: a due site is claimed in one transaction, so each
slot is run once, without a leader.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from storage.holder import is_dead
from storage.retrying import retried
from storage.schema import Crawl, Service, Site, Slot
from storage.store import Store, upsert

_FAILED = ("failed", "blocked")  # an interrupted crawl made progress and goes on
_FAILURES_COUNTED = 20
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat, a service on another machine is dead


class SlotState(StrEnum):
    """What became of a planned crawl."""

    CLAIMED = "claimed"
    RAN = "ran"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSite:
    """A site that is to be looked at, and how long it may wait at most."""

    name: str
    title: str | None
    timezone: str
    latest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedSlot:
    """A planned crawl that this process alone may run."""

    id: int
    site: str
    due_at: datetime
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSlot:
    """A slot at its end; `outcome` is the crawl's, None where there was none.

    `failures` counts the site's failed crawls in a row, this one included.
    """

    site: str
    state: SlotState
    outcome: str | None
    requests: int
    articles_new: int
    articles_changed: int
    articles_withdrawn: int
    failures: int


# Given a site's name and when it was due: when it is due next, and how many looks were missed.
PlanNext = Callable[[str, datetime], tuple[datetime, int]]


class Slots:
    """Questions and changes about due sites, slots and services."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def schedule(self, sites: Sequence[PlannedSite], *, now: datetime) -> None:
        """Make sure that these sites are looked at; a new one is due at once.

        A restart moves nothing, but a site waits no longer than its (perhaps shorter) interval.
        """
        with self._store.write() as connection:
            for site in sites:
                values = {"title": site.title, "timezone": site.timezone}
                connection.execute(
                    upsert(connection, Site)
                    .values(name=site.name, added_at=now, **values)
                    .on_conflict_do_update(index_elements=["name"], set_=values)
                )
                here = Site.name == site.name
                first = update(Site).where(here, Site.next_due_at.is_(None))
                connection.execute(first.values(next_due_at=now))
                latest = now + site.latest
                late = update(Site).where(here, Site.next_due_at > latest)
                connection.execute(late.values(next_due_at=latest))

    @retried
    def unschedule_others(self, names: Collection[str]) -> None:
        """Stop looking at every site that is not named."""
        with self._store.write() as connection:
            connection.execute(update(Site).where(Site.name.not_in(names)).values(next_due_at=None))

    @retried
    def claim_due(
        self, names: Collection[str], *, holder: str, now: datetime, limit: int, plan: PlanNext
    ) -> tuple[ClaimedSlot, ...]:
        """Take the sites of these that are due and not being run, the longest overdue first.

        Looks that were missed become one; the slot's detail says how many.
        """
        running = select(Slot.id).where(Slot.site_id == Site.id, Slot.state == SlotState.CLAIMED)
        due = (
            select(Site.id, Site.name, Site.next_due_at)
            .where(Site.name.in_(names), Site.next_due_at <= now, ~running.exists())
            .order_by(Site.next_due_at, Site.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._store.write() as connection:
            rows = connection.execute(due).all()
            return tuple(_claim(connection, row, holder, now, plan) for row in rows)

    @retried
    def finish(self, slot: ClaimedSlot, *, holder: str, detail: str | None) -> EndedSlot:
        """Write down what became of a slot: its crawl, or that there was none and why."""
        with self._store.write() as connection:
            site_id = connection.scalar(select(Slot.site_id).where(Slot.id == slot.id)) or 0
            crawl = connection.execute(
                select(Crawl)
                .where(Crawl.site_id == site_id, Crawl.started_at >= slot.claimed_at)
                .where(Crawl.trigger == "service")
                .order_by(Crawl.id.desc())
                .limit(1)
            ).one_or_none()
            state = SlotState.MISSED if crawl is None else SlotState.RAN
            values = {"state": state, "crawl_id": crawl.id if crawl else None}
            connection.execute(
                update(Slot)
                .where(
                    Slot.id == slot.id,
                    Slot.state == SlotState.CLAIMED,
                    Slot.claimed_by == holder,
                )
                .values(**values, **({"detail": detail} if detail else {}))
            )
            failures = _failures_in_a_row(connection, site_id)
        return EndedSlot(
            site=slot.site,
            state=state,
            outcome=(crawl.outcome or "interrupted") if crawl else None,
            requests=crawl.requests if crawl else 0,
            articles_new=crawl.articles_new if crawl else 0,
            articles_changed=crawl.articles_changed if crawl else 0,
            articles_withdrawn=crawl.articles_withdrawn if crawl else 0,
            failures=failures if crawl else 0,
        )

    @retried
    def hasten(self, site: str, *, now: datetime) -> None:
        """Make a site due at once."""
        with self._store.write() as connection:
            connection.execute(update(Site).where(Site.name == site).values(next_due_at=now))

    @retried
    def postpone(self, site: str, *, until: datetime) -> None:
        """Leave a site alone at least until then."""
        with self._store.write() as connection:
            connection.execute(
                update(Site)
                .where(Site.name == site, Site.next_due_at < until)
                .values(next_due_at=until)
            )

    @retried
    def release_dead(self, *, holder: str, now: datetime) -> tuple[str, ...]:
        """Give back what dead services had claimed: missed, and due at once. Return the sites.

        `holder` is who asks: it is alive, whatever its heartbeat says.
        """
        claimed = (
            select(Slot.id, Slot.site_id, Slot.claimed_by, Site.name, Service.heartbeat_at)
            .join(Site, Site.id == Slot.site_id)
            .outerjoin(Service, Service.holder == Slot.claimed_by)
            .where(Slot.state == SlotState.CLAIMED, Slot.claimed_by != holder)
        )
        with self._store.read() as connection:
            rows = connection.execute(claimed).all()
        abandoned = [row for row in rows if _is_gone(row.claimed_by, row.heartbeat_at, now)]
        if not abandoned:
            return ()
        with self._store.write() as connection:
            return tuple(row.name for row in abandoned if _give_back(connection, row, now))

    @retried
    def beat(self, holder: str, *, now: datetime) -> None:
        """Say that this service is alive."""
        with self._store.write() as connection:
            connection.execute(
                upsert(connection, Service)
                .values(holder=holder, started_at=now, heartbeat_at=now)
                .on_conflict_do_update(
                    index_elements=["holder"], set_={"heartbeat_at": now, "stopped_at": None}
                )
            )

    @retried
    def stop(self, holder: str, *, now: datetime) -> None:
        """Say that this service ended as it should."""
        with self._store.write() as connection:
            connection.execute(
                update(Service).where(Service.holder == holder).values(stopped_at=now)
            )

    def live_services(self, *, now: datetime) -> tuple[tuple[str, datetime], ...]:
        """Return holder and last heartbeat of the services that are alive."""
        query = select(Service.holder, Service.heartbeat_at).where(
            Service.stopped_at.is_(None), Service.heartbeat_at > now - DEAD_AFTER
        )
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(Service.id)).all()
        return tuple((row.holder, row.heartbeat_at) for row in rows if not is_dead(row.holder))


def _claim(
    connection: Connection,
    row: Row[int, str, datetime | None],
    holder: str,
    now: datetime,
    plan: PlanNext,
) -> ClaimedSlot:
    site_id, name, due_at = row
    due_at = due_at or now
    next_due_at, missed = plan(name, due_at)
    slot_id = connection.execute(
        insert(Slot)
        .values(
            site_id=site_id,
            due_at=due_at,
            claimed_at=now,
            claimed_by=holder,
            state=SlotState.CLAIMED,
            detail=f"makes up for {missed} missed looks" if missed else None,
        )
        .returning(Slot.id)
    ).scalar_one()
    connection.execute(update(Site).where(Site.id == site_id).values(next_due_at=next_due_at))
    return ClaimedSlot(id=slot_id, site=name, due_at=due_at, claimed_at=now)


def _failures_in_a_row(connection: Connection, site_id: int) -> int:
    outcomes = connection.scalars(
        select(Crawl.outcome)
        .where(Crawl.site_id == site_id)
        .order_by(Crawl.id.desc())
        .limit(_FAILURES_COUNTED)
    ).all()
    return next((n for n, outcome in enumerate(outcomes) if outcome not in _FAILED), len(outcomes))


def _is_gone(holder: str, heartbeat_at: datetime | None, now: datetime) -> bool:
    return is_dead(holder) or heartbeat_at is None or heartbeat_at < now - DEAD_AFTER


def _give_back(
    connection: Connection, row: Row[int, int, str, str, datetime], now: datetime
) -> int:
    released: int = connection.execute(
        update(Slot)
        .where(Slot.id == row.id, Slot.state == SlotState.CLAIMED)
        .values(state=SlotState.MISSED, detail="the service stopped while it ran")
    ).rowcount
    if released:
        connection.execute(update(Site).where(Site.id == row.site_id).values(next_due_at=now))
    return released
