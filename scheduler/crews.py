"""Who runs the crawls that are due: children of this service, or workers on any machine."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from scheduler.duty import Duty
from scheduler.queue import Jobs
from scheduler.worker import PlannedCrawl, Worker
from storage.queue import Queued
from storage.slots import ClaimedSlot, EndedSlot

logger = logging.getLogger(__name__)

_QUEUED_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A crawl that is over. `ended` is None where it was taken over by another service."""

    site: str
    detail: str | None
    ended: EndedSlot | None


class Crew(Protocol):
    """Runs crawls. `look` and `close` are called again and again, never at the same time."""

    def look(self) -> None:
        """Let what is due be crawled. Never waits."""

    def close(self, *, stopping: bool) -> Iterator[Outcome]:
        """End the slots of crawls that are over; one that cannot be ended now stays for later."""

    def stop(self) -> None:
        """End what runs here, gracefully, and wait for it."""


class LocalCrew:
    """Children of this service."""

    def __init__(
        self, duty: Duty, worker: Callable[[Callable[[Mapping[str, str | None]], None]], Worker],
        *, hurry: Callable[[], None],
    ) -> None:  # fmt: skip
        """`worker` makes the worker, given whom to tell of ends; `hurry` has `close` called."""
        self._duty = duty
        self._hurry = hurry
        self._running: dict[str, ClaimedSlot] = {}
        self._over: dict[str, str | None] = {}
        self._worker = worker(self._crawled)

    def look(self) -> None:
        """Claim what is due while there is room, and crawl it."""
        free = self._worker.free()
        if free <= 0:
            return
        # On a machine that stood still a lease may end before the child does: one at a time.
        claimed = self._duty.claim(limit=free, busy=self._running)
        if claimed:
            self._running.update({slot.site: slot for slot in claimed})
            self._worker.start([self._planned(slot) for slot in claimed])

    def close(self, *, stopping: bool) -> Iterator[Outcome]:
        """End the slots of children that ended."""
        for site, detail in tuple(self._over.items()):
            ended = self._duty.close(self._running[site], detail, stopping=stopping)
            del self._over[site], self._running[site]
            yield Outcome(site=site, detail=detail, ended=ended)

    def stop(self) -> None:
        """End the children."""
        self._worker.stop()

    def _planned(self, slot: ClaimedSlot) -> PlannedCrawl:
        site = self._duty.sites[slot.site]
        return PlannedCrawl(site=site, slot_id=slot.id, planned_at=slot.claimed_at)

    def _crawled(self, reports: Mapping[str, str | None]) -> None:
        """Note that a child ended. Called in the thread that saw to it."""
        self._over.update(reports)
        self._hurry()


class QueueCrew:
    """Workers, wherever they are: what is due goes into the queue, and they report."""

    def __init__(self, duty: Duty, queued: Queued, *, lease: timedelta) -> None:
        """Make sure that there is a queue.

        Raises:
            StorageError: there cannot be one here.
        """
        queued.prepare()
        self._duty = duty
        self._queued = queued
        self._lease = lease
        self._jobs = Jobs()

    def look(self) -> None:
        """Put what is due into the queue."""
        self._duty.queue(limit=_QUEUED_AT_ONCE, hand_over=self._defer)
        if lost := self._queued.give_up_lost(older_than=self._lease, now=self._duty.now()):
            logger.warning("jobs were removed from the queue, due again: %s", lost)

    def close(self, *, stopping: bool) -> Iterator[Outcome]:
        """End the slots whose workers said that the crawl is over."""
        del stopping  # the workers go on
        for one in self._queued.reported(self._duty.sites):
            ended = self._duty.close(one.slot, None, stopping=False, holder=one.worker)
            if ended is not None:  # else another service was faster
                yield Outcome(site=one.slot.site, detail=one.detail, ended=ended)

    def stop(self) -> None:
        """Leave the workers alone."""

    def _defer(self, driver: Any, slot: ClaimedSlot) -> bool:
        return self._jobs.defer(driver, slot, self._duty.sites[slot.site])
