"""The clock's rows: when each site is due, and who runs a planned crawl.

Any number of services may share one database: a due site is claimed in one transaction, so each
slot is run once, without a leader. A slot is its own fencing token: who was taken over holds a
number that nobody asks for any more, and can neither begin its crawl nor end it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from storage.retrying import retried
from storage.schema import Crawl, Site, Slot
from storage.store import Store, upsert

_FAILED = ("failed", "blocked")  # an interrupted crawl made progress and goes on
_FAILURES_COUNTED = 20
_NEXT_FREE = timedelta(microseconds=1)


class SlotState(StrEnum):
    """What became of a planned crawl."""

    QUEUED = "queued"  # a job waits for a worker
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSlot:
    """What the plan says of a site that is due: `missed` looks, the one to make now, the next."""

    missed: int
    made_for: datetime
    next_due_at: datetime


# Given a site's name and when it was due.
PlanNext = Callable[[str, datetime], NextSlot]
# Puts a slot into the queue of the workers, on this connection of the driver's, in its transaction;
# False: there is a job of this site already.
HandOver = Callable[[Any, ClaimedSlot], bool]
OPEN = (SlotState.QUEUED, SlotState.CLAIMED)


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

        Looks that were missed in a row become one row of their own, which says how many.
        """
        with self._store.write() as connection:
            rows = connection.execute(_due(names, now, limit)).all()
            return tuple(_claim(connection, row, holder, now, plan) for row in rows)

    def next_due(self, names: Collection[str], *, after: datetime) -> datetime | None:
        """Return when the first of these sites is due after this time."""
        query = select(func.min(Site.next_due_at)).where(
            Site.name.in_(names), Site.next_due_at > after
        )
        with self._store.read() as connection:
            return connection.scalar(query)

    @retried
    def queue_due(
        self, names: Collection[str], *, holder: str, now: datetime, limit: int, plan: PlanNext,
        hand_over: HandOver,
    ) -> tuple[ClaimedSlot, ...]:  # fmt: skip
        """Take due sites as `claim_due` does, for workers: slot and job are one transaction."""
        with self._store.write() as connection:
            driver = connection.connection.driver_connection
            queued = []
            for row in connection.execute(_due(names, now, limit)).all():
                attempt = connection.begin_nested()
                slot = _claim(connection, row, holder, now, plan, state=SlotState.QUEUED)
                if hand_over(driver, slot):
                    attempt.commit()
                    queued.append(slot)
                else:
                    attempt.rollback()
            return tuple(queued)

    @retried
    def finish(self, slot: ClaimedSlot, *, holder: str, detail: str | None) -> EndedSlot | None:
        """Write down what became of a slot: its crawl, or that there was none and why.

        None: the holder was taken over meanwhile, and nothing was written.
        """
        ours = (Slot.id == slot.id, Slot.state == SlotState.CLAIMED, Slot.claimed_by == holder)
        with self._store.write() as connection:
            row = connection.execute(
                select(Slot.site_id, Slot.crawl_id).where(*ours).with_for_update()
            ).one_or_none()
            if row is None:
                return None
            crawl = connection.execute(select(Crawl).where(Crawl.id == row.crawl_id)).one_or_none()
            state = SlotState.MISSED if crawl is None else SlotState.RAN
            why = {"detail": detail or (None if crawl else "it did not begin")}
            connection.execute(
                update(Slot)
                .where(Slot.id == slot.id)
                .values(state=state, **({} if why["detail"] is None else why))
            )
            failures = _failures_in_a_row(connection, row.site_id)
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


def begin(connection: Connection, slot_id: int, *, crawl_id: int) -> bool:
    """Note the crawl that runs for a slot; False: the slot is not ours any more."""
    return bool(
        connection.execute(
            update(Slot)
            .where(Slot.id == slot_id, Slot.state == SlotState.CLAIMED, Slot.crawl_id.is_(None))
            .values(crawl_id=crawl_id)
        ).rowcount
    )


def _due(names: Collection[str], now: datetime, limit: int) -> Select[int, str, datetime | None]:
    """Return the question for due sites without an open slot, locked."""
    running = select(Slot.id).where(Slot.site_id == Site.id, Slot.state.in_(OPEN))
    return (
        select(Site.id, Site.name, Site.next_due_at)
        .where(Site.name.in_(names), Site.next_due_at <= now, ~running.exists())
        .order_by(Site.next_due_at, Site.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _claim(
    connection: Connection,
    row: Row[int, str, datetime | None],
    holder: str,
    now: datetime,
    plan: PlanNext,
    *,
    state: SlotState = SlotState.CLAIMED,
) -> ClaimedSlot:
    site_id, name, due_at = row
    due_at = due_at or now
    planned = plan(name, due_at)
    made_for = planned.made_for if planned.missed else due_at
    shared = {"site_id": site_id, "claimed_at": now, "claimed_by": holder}
    if planned.missed:
        missed = {
            "due_at": _free(connection, site_id, due_at),
            "state": SlotState.MISSED,
            "looks": planned.missed,
            "detail": f"nobody looked before {now:%Y-%m-%d %H:%M} UTC",
        }
        connection.execute(insert(Slot).values(**shared, **missed))
    made_for = _free(connection, site_id, made_for)
    slot_id = connection.execute(
        insert(Slot)
        .values(
            **shared,
            due_at=made_for,
            state=state,
            detail=f"makes up for {planned.missed} missed looks" if planned.missed else None,
        )
        .returning(Slot.id)
    ).scalar_one()
    connection.execute(
        update(Site).where(Site.id == site_id).values(next_due_at=planned.next_due_at)
    )
    return ClaimedSlot(id=slot_id, site=name, due_at=made_for, claimed_at=now)


def _free(connection: Connection, site_id: int, due_at: datetime) -> datetime:
    """Return a time that no slot of the site has: a clock that was set back meets old ones."""
    taken = select(Slot.id).where(Slot.site_id == site_id)
    while connection.scalar(taken.where(Slot.due_at == due_at)) is not None:
        due_at += _NEXT_FREE
    return due_at


def _failures_in_a_row(connection: Connection, site_id: int) -> int:
    outcomes = connection.scalars(
        select(Crawl.outcome)
        .where(Crawl.site_id == site_id)
        .order_by(Crawl.id.desc())
        .limit(_FAILURES_COUNTED)
    ).all()
    return next((n for n, outcome in enumerate(outcomes) if outcome not in _FAILED), len(outcomes))
