"""A worker: one more machine that only runs crawls, as jobs of the queue, until it is told to stop.

Killed, its children die with it, and a service sees that it is gone; stopped, it ends its crawls
gracefully and leaves their sites due at once.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from crawler.errors import SettingError
from crawler.families import families
from crawler.settings import CrawlOptions
from crawler.site_record import site_of
from scheduler.duty import beat_s
from scheduler.queue import Consumer
from scheduler.worker import Limits, PlannedCrawl, Worker
from storage.errors import StorageError
from storage.queue import Queued
from storage.services import Kind, Services
from storage.slots import ClaimedSlot, Slots
from storage.store import Store

logger = logging.getLogger(__name__)

_RESCUE_S = 2.0
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSettings:
    """What a worker is told. `limits.children` crawls run at once, one in each."""

    holder: str
    lease: timedelta
    crawl: CrawlOptions
    limits: Limits
    preload: tuple[str, ...] = ()


class Machine:
    """One running worker; `run()` blocks until SIGTERM or SIGINT."""

    def __init__(self, store: Store, settings: MachineSettings) -> None:
        """Make sure that there is a queue.

        Raises:
            StorageError: there cannot be one here.
        """
        self._settings = settings
        self._holder = settings.holder
        self._services, self._slots = Services(store), Slots(store)
        self._queued = Queued(store)
        self._queued.prepare()
        self._consumer = Consumer(self._queued.arguments(), self._crawl)
        self._waiting: dict[str, asyncio.Future[str | None]] = {}
        self._stopping = False

    def run(self) -> None:
        """Run jobs until told to stop; then end the crawls gracefully."""
        asyncio.run(self._run())
        self._services.stop(self._holder, now=self._services.time())
        logger.info("stopped")

    async def _run(self) -> None:
        self._loop, told = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, told.set)
        limits = self._settings.limits
        self._children = Worker(
            self._settings.crawl, limits, on_end=self._on_end, preload=self._settings.preload
        )
        await asyncio.to_thread(self._beat)
        consuming = asyncio.create_task(self._consume())
        side = [
            asyncio.create_task(self._every(beat_s(self._settings.lease), self._beat_aside)),
            asyncio.create_task(self._every(_RESCUE_S, self._rescue)),
        ]
        await told.wait()
        self._stopping = True
        logger.info("stopping")
        consuming.cancel()  # takes no more, and waits for what runs
        await asyncio.to_thread(self._children.stop)
        await asyncio.gather(consuming, return_exceptions=True)
        for task in side:
            task.cancel()

    async def _consume(self) -> None:
        """Run jobs, also after the server was away."""
        lease = self._settings.lease
        while True:
            try:
                await self._consumer.consume(
                    at_once=self._settings.limits.children // 2,
                    name=self._holder,
                    beat_s=beat_s(lease),
                    lease_s=lease.total_seconds(),
                )
            except self._consumer.error as error:
                logger.warning("queue not reachable, tried again: %s", _reason(error))
            await asyncio.sleep(_RESCUE_S)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again, also after the server was away."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except (StorageError, self._consumer.error) as error:
                logger.warning("database not reachable, tried again: %s", _reason(error))

    async def _beat_aside(self) -> None:
        await asyncio.to_thread(self._beat)

    def _beat(self) -> None:
        lease = self._settings.lease
        now = self._services.time()
        self._services.beat(self._holder, now=now, kind=Kind.WORKER, lease=lease)

    async def _crawl(self, slot_id: int, name: str, record: Mapping[str, Any]) -> None:
        """Run a job: take its slot, crawl in a child, report."""
        slot = await self._surely(lambda: self._take(slot_id))
        if slot is None:
            logger.info("job without a slot left alone site=%s", name)
            return
        detail = await self._run_child(slot, record)
        await self._surely(lambda: self._report(slot, detail))

    async def _surely(self, work: Callable[[], Done]) -> Done | None:
        """Do this, however long the server is away; when stopping, once."""
        while True:
            try:
                return await asyncio.to_thread(work)
            except StorageError as error:
                logger.warning("database not reachable, tried again: %s", error)
            if self._stopping:
                return None
            await asyncio.sleep(_RESCUE_S)

    def _take(self, slot_id: int) -> ClaimedSlot | None:
        return self._queued.take(slot_id, worker=self._holder, now=self._services.time())

    async def _run_child(self, slot: ClaimedSlot, record: Mapping[str, Any]) -> str | None:
        try:
            site = site_of(slot.site, record, families=tuple(one.name for one in families()))
        except SettingError as error:
            return f"this worker does not know what a newer service asks for: {error}"
        if self._stopping:
            return "the worker stopped"
        over = self._waiting[slot.site] = self._loop.create_future()
        self._children.start([PlannedCrawl(site=site, slot_id=slot.id, planned_at=slot.claimed_at)])
        try:
            detail: str | None = await over
        finally:
            del self._waiting[slot.site]
        return detail

    def _on_end(self, reports: Mapping[str, str | None]) -> None:
        """Tell the job that its child ended. Called in the thread that saw to it."""
        for site, detail in reports.items():
            self._loop.call_soon_threadsafe(self._waiting[site].set_result, detail)

    def _report(self, slot: ClaimedSlot, detail: str | None) -> None:
        now = self._services.time()
        if not self._queued.report(slot, worker=self._holder, detail=detail, now=now):
            logger.warning("crawl was taken over site=%s", slot.site)
            return
        logger.info("crawl over site=%s%s", slot.site, f" ({detail})" if detail else "")
        if self._stopping:
            self._slots.finish(slot, holder=self._holder, detail=detail)
            self._slots.hasten(slot.site, now=now)

    async def _rescue(self) -> None:
        """Remove the jobs of workers that are gone: their slots were given back."""
        running = await self._consumer.running()
        over = await asyncio.to_thread(self._queued.ended, tuple(running))
        gone = {job for slot in over for job in running[slot]}
        gone |= set(await self._consumer.stalled(lease_s=2 * self._settings.lease.total_seconds()))
        for job in gone:
            await self._consumer.drop(job)
            logger.warning("job of a worker that is gone removed: %s", job)


def _reason(error: Exception) -> str:
    """Return what is wrong in one line; what the engine raises says it in its cause, if at all."""
    cause = error if isinstance(error, StorageError) else error.__cause__ or error
    return " ".join(str(cause).split()) or type(cause).__name__
