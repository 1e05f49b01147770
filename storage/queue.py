"""Slots that wait for workers, and the tables of the engine (procrastinate) that hands them out.

A slot and its job are made in one transaction. The engine's tables stand beside ours, under its own
names (`procrastinate_…`); which of its versions they are is noted on them.
Source: https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text, update

from storage.engine import driver_arguments
from storage.errors import (
    QueueNeedsServerError,
    QueueTooNewError,
    WorkersMissingError,
)
from storage.retrying import retried
from storage.schema import Site, Slot
from storage.slots import ClaimedSlot, SlotState
from storage.store import Store

QUEUE = "wenxun"
_JOBS = "procrastinate_jobs"
_LOCK = text("SELECT pg_advisory_xact_lock(7395013)")
_NOTED = text("SELECT to_regclass(:jobs)::text, obj_description(to_regclass(:jobs), 'pg_class')")
_HAS_NO_JOB = text(
    "NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing')"
    " AND j.queue_name = 'wenxun' AND (j.args->>'slot')::bigint = slots.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSlot:
    """A planned crawl whose worker said that it is over, and what there is to say."""

    slot: ClaimedSlot
    worker: str
    detail: str | None


class Queued:
    """Questions and changes about slots in the queue."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def arguments(self) -> dict[str, Any]:
        """Return what the driver connects with."""
        return driver_arguments(self._store.address)

    def prepare(self) -> None:
        """Make the engine's tables, or bring them up to date, of several processes one at a time.

        Raises:
            QueueNeedsServerError: the database is SQLite.
            WorkersMissingError: the engine is not installed.
            QueueTooNewError: a newer engine made its tables.
        """
        if self._store.dialect != "postgresql":
            raise QueueNeedsServerError(self._store.url)
        schema, steps = scripts()
        while self._step(schema, steps):
            pass  # what a step adds to an enum, the next may use: each is a transaction

    @retried
    def _step(self, schema: str, steps: Mapping[str, str]) -> bool:
        """Take one step towards the newest tables; False: there is none to take."""
        with self._store.write() as connection:
            connection.execute(_LOCK)
            found, noted = connection.execute(_NOTED, {"jobs": _JOBS}).one()
            if found is not None and noted not in steps:
                raise QueueTooNewError(noted)
            if found is None:
                script, name = schema, max(steps)
            elif noted == max(steps):
                return False
            else:
                name = min(one for one in steps if one > noted)
                script = steps[name]
            driver: Any = connection.connection.driver_connection
            driver.execute(script)
            driver.execute(f"COMMENT ON TABLE {_JOBS} IS '{name}'")
            return True

    @retried
    def take(self, slot_id: int, *, worker: str, now: datetime) -> ClaimedSlot | None:
        """Let a worker have a slot of the queue; None: it is not to be run any more.

        Asked again by the same worker, before its crawl began, it says the same.
        """
        ours = (Slot.state == SlotState.CLAIMED, Slot.claimed_by == worker)
        unused = and_(*ours, Slot.crawl_id.is_(None), Slot.reported_at.is_(None))
        with self._store.write() as connection:
            row = connection.execute(
                update(Slot)
                .where(Slot.id == slot_id, or_(Slot.state == SlotState.QUEUED, unused))
                .values(state=SlotState.CLAIMED, claimed_by=worker, claimed_at=now)
                .returning(Slot.site_id, Slot.due_at)
            ).one_or_none()
            if row is None:
                return None
            name = connection.scalar(select(Site.name).where(Site.id == row.site_id)) or ""
        return ClaimedSlot(id=slot_id, site=name, due_at=row.due_at, claimed_at=now)

    @retried
    def report(self, slot: ClaimedSlot, *, worker: str, detail: str | None, now: datetime) -> bool:
        """Say that a worker's crawl is over; False: it was taken over meanwhile."""
        said = {"detail": detail} if detail else {}
        with self._store.write() as connection:
            return bool(
                connection.execute(
                    update(Slot)
                    .where(
                        Slot.id == slot.id,
                        Slot.state == SlotState.CLAIMED,
                        Slot.claimed_by == worker,
                    )
                    .values(reported_at=now, **said)
                ).rowcount
            )

    def reported(self, names: Collection[str]) -> tuple[ReportedSlot, ...]:
        """Return the slots of these sites that wait for a service to end them."""
        query = (
            select(Slot, Site.name)
            .join(Site, Site.id == Slot.site_id)
            .where(Slot.state == SlotState.CLAIMED, Slot.reported_at.is_not(None))
            .where(Site.name.in_(names))
            .order_by(Slot.id)
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            ReportedSlot(
                slot=ClaimedSlot(
                    id=row.id, site=row.name, due_at=row.due_at, claimed_at=row.claimed_at
                ),
                worker=row.claimed_by,
                detail=row.detail,
            )
            for row in rows
        )

    def count(self) -> int:
        """Return how many slots wait for a worker."""
        query = select(func.count()).where(Slot.state == SlotState.QUEUED)
        with self._store.read() as connection:
            return connection.scalar(query) or 0

    def ended(self, slots: Collection[int]) -> frozenset[int]:
        """Return which of these were taken over from their worker: their jobs are to go."""
        query = select(Slot.id).where(
            Slot.id.in_(slots), Slot.state == SlotState.MISSED, Slot.reported_at.is_(None)
        )
        with self._store.read() as connection:
            return frozenset(connection.scalars(query))

    @retried
    def give_up_lost(self, *, older_than: timedelta, now: datetime) -> int:
        """End slots whose jobs somebody removed from the queue: missed, and due at once."""
        lost = select(Slot.id, Slot.site_id).where(
            Slot.state == SlotState.QUEUED, Slot.claimed_at < now - older_than, _HAS_NO_JOB
        )
        with self._store.write() as connection:
            return _give_up(connection, lost, "its job was removed from the queue", now)

    @retried
    def abandon(self, names: Collection[str], *, now: datetime) -> int:
        """End what waits of these sites, because no workers are used any more: it is due at once.

        Its jobs do nothing, should a worker take them after all. What workers reported, and what no
        service ended, ran.
        """
        sites = select(Site.id).where(Site.name.in_(names))
        reported = (Slot.state == SlotState.CLAIMED) & Slot.reported_at.is_not(None)
        ran = update(Slot).where(reported, Slot.crawl_id.is_not(None), Slot.site_id.in_(sites))
        waiting = select(Slot.id, Slot.site_id).where(
            or_(Slot.state == SlotState.QUEUED, reported), Slot.site_id.in_(sites)
        )
        with self._store.write() as connection:
            connection.execute(ran.values(state=SlotState.RAN))
            return _give_up(connection, waiting, "the service does without workers now", now)


def _give_up(connection: Connection, slots: Select[int, int], why: str, now: datetime) -> int:
    rows = connection.execute(slots.with_for_update(of=Slot)).all()
    for row in rows:
        said = {"state": SlotState.MISSED, "detail": why}
        connection.execute(update(Slot).where(Slot.id == row.id).values(**said))
        connection.execute(update(Site).where(Site.id == row.site_id).values(next_due_at=now))
    return len(rows)


def scripts() -> tuple[str, dict[str, str]]:
    """Return the engine's schema, and its steps up to it by name."""
    try:
        folder = resources.files("procrastinate.sql")
    except ModuleNotFoundError as error:
        raise WorkersMissingError from error
    steps = {
        one.name.removesuffix(".sql"): one.read_text("utf-8")
        for one in (folder / "migrations").iterdir()
        if one.name.endswith(".sql")
    }
    return (folder / "schema.sql").read_text("utf-8"), steps
