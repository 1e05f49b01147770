"""The service: looks at sites when they are due, matches what they say, tells people.

Everything it knows is in the database, so it may be killed at any moment, and any number of it may
run on one database.
"""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType

from crawler.settings import CrawlOptions
from crawler.site import Site
from scheduler.crews import Crew, LocalCrew, QueueCrew
from scheduler.dead_letters import report_dead
from scheduler.duty import Duty, DutySettings
from scheduler.jobs import Clock, Tick, elapsed_s
from scheduler.matching import match_all
from scheduler.messages import bundle_due
from scheduler.observing import NOBODY, Observer
from scheduler.outbox import LEASE as SENDING_LEASE
from scheduler.outbox import Outbox, OutboxSettings
from scheduler.tidying import tidy
from scheduler.worker import Limits as ChildLimits
from scheduler.worker import Worker
from storage.alerts import Alerts
from storage.archive.compacting import compact
from storage.archive.limits import Limits
from storage.archive.retention import drop
from storage.bundling import Bundling
from storage.crawl import LEASE
from storage.dead_letters import DeadLetters
from storage.deliveries import Deliveries
from storage.queue import Queued
from storage.retention import RetentionPlan
from storage.slots import EndedSlot
from storage.store import Store
from storage.watches import Watches

logger = logging.getLogger(__name__)

_LOOK_S = _CLOSE_S = _MATCH_S = _DELIVER_S = _RELIEVE_S = 1.0
_REPORT_S = 60.0
_REREAD_S = 5.0
_TIDY_S = 86_400.0
_PRUNE_S = 3600.0  # asks whether a day has passed
_DRAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What the service is told. `every` holds for sites that do not say.

    A service that is silent for a `lease` is taken over by the others. `queued`: crawls are run by
    workers, through the queue.
    """

    every: timedelta
    crawl: CrawlOptions
    limits: ChildLimits
    outbox: OutboxSettings
    lease: timedelta = LEASE
    queued: bool = False
    archive: Limits = field(default_factory=Limits)
    retention: RetentionPlan = field(default_factory=RetentionPlan)
    preload: Sequence[str] = ()
    only_these_sites: bool = True
    reread: Callable[[], None] = lambda: None  # brings changed files into the database


class Service:
    """One running service; `run()` blocks until SIGTERM, SIGINT or `stop()`."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        settings: ServiceSettings,
        *,
        clock: Callable[[], datetime] | None = None,
        observer: Observer = NOBODY,
    ) -> None:
        """`clock` is the reference for the time; None: the one that all services share."""
        self._store = store
        self._settings = settings
        duty = DutySettings(
            holder=settings.outbox.holder, every=settings.every, lease=settings.lease
        )
        self._duty = Duty(store, sites, duty, clock=clock, elapsed_s=elapsed_s)
        self._now = self._duty.now
        self._beat_s = duty.beat_s
        self._observer = observer
        self.beat_at: datetime | None = None
        self._alerts = Alerts(store)
        self._watches = Watches(store)
        self._bundling = Bundling(store)
        self._dead_letters = DeadLetters(store)
        self._deliveries = Deliveries(store)
        self._outbox = Outbox(self._deliveries, settings.outbox, clock=self._now, observer=observer)
        self._crew = self._crew_of(store)
        self._stopped = threading.Event()
        self._clock = Clock(self._ticks())

    def _crew_of(self, store: Store) -> Crew:
        settings = self._settings
        if settings.queued:
            return QueueCrew(self._duty, Queued(store), lease=settings.lease)
        return LocalCrew(
            self._duty,
            lambda on_end: Worker(
                settings.crawl,
                settings.limits,
                on_end=on_end,
                preload=settings.preload,
                on_news=lambda: self._clock.hurry("match"),
            ),
            hurry=lambda: self._clock.hurry("close"),
        )

    def _ticks(self) -> tuple[Tick, ...]:
        return (
            Tick(name="look", every_s=_LOOK_S, work=self._look),
            Tick(name="close", every_s=_CLOSE_S, work=self._close),
            Tick(name="match", every_s=_MATCH_S, work=self._match),
            Tick(name="deliver", every_s=_DELIVER_S, work=self._outbox.step),
            Tick(name="report", every_s=_REPORT_S, work=self._report),
            Tick(name="heartbeat", every_s=self._beat_s, work=self._beat),
            Tick(name="relieve", every_s=_RELIEVE_S, work=self._relieve),
            Tick(name="tidy", every_s=_TIDY_S, work=self._tidy),
            Tick(name="prune", every_s=_PRUNE_S, work=self._prune),
            Tick(name="reread", every_s=_REREAD_S, work=self._settings.reread),
        )

    def run(self) -> None:
        """Run until told to stop; then end crawls gracefully and send what is due, for a while."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._duty.begin(only_these=self._settings.only_these_sites)
        if not self._settings.queued:
            Queued(self._store).abandon(self._duty.sites, now=self._now())
        self._clock.start()
        self._stopped.wait()
        self._shut_down()

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stopped.set()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        logger.info("stopping: got %s", signal.Signals(number).name)
        self.stop()

    def _beat(self) -> None:
        self._duty.beat()
        self.beat_at = datetime.now(UTC)
        now = self._duty.now.for_leases(SENDING_LEASE)
        if released := self._deliveries.release_abandoned(now):
            logger.warning("deliveries abandoned by a dead sender, due again: %s", released)

    def _relieve(self) -> None:
        for site in self._duty.relieve():
            logger.warning("crawl abandoned by a dead service, due again site=%s", site)

    def _look(self) -> None:
        if not self._stopped.is_set():
            self._crew.look()
            if (wait := self._duty.next_due_in()) is not None:
                self._clock.hurry("look", wait=min(wait, timedelta(seconds=_LOOK_S)))

    def _close(self) -> None:
        """End the slots of crawls that are over."""
        stopping = self._stopped.is_set()
        for one in self._crew.close(stopping=stopping):
            if one.ended is None:
                logger.warning("crawl was taken over by another service site=%s", one.site)
            else:
                _log(one.ended, one.detail, stopping=stopping)
                self._observer.crawl_ended(one.ended)
            self._clock.hurry("match")
            self._clock.hurry("look")

    def _match(self) -> None:
        made = match_all(self._alerts, self._watches, now=self._now())
        self._observer.alerts_made(made)
        if made + bundle_due(self._bundling, now=self._now()):
            self._outbox.step()

    def _report(self) -> None:
        if report_dead(self._dead_letters, self._watches.channels(), now=self._now()):
            self._outbox.step()

    def _tidy(self) -> None:
        """Keep the archive within its limits, and end what another pruning could not."""
        gone = drop(self._store, self._settings.archive, now=self._now())
        if gone.responses:
            logger.info("archive pruned responses=%s bytes=%s", gone.responses, gone.bytes)
        if gone.standing:
            logger.warning("archive too small: dropped what %s articles stand on", gone.standing)
        compact(self._store, is_stopped=self._stopped.is_set)

    def _prune(self) -> None:
        tidy(
            self._store, self._settings.retention, now=self._now(),
            is_stopping=self._stopped.is_set,
        )  # fmt: skip

    def _shut_down(self) -> None:
        self._clock.stop()
        self._crew.stop()
        self._close()
        match_all(self._alerts, self._watches, now=self._now())
        bundle_due(self._bundling, now=self._now())
        if not self._outbox.drain(within=_DRAIN):
            logger.warning("some alerts were still on the wire; the next service sends them again")
        self._duty.end()
        logger.info("stopped")


def _log(ended: EndedSlot, detail: str | None, *, stopping: bool) -> None:
    if ended.outcome is None and stopping:
        logger.info("crawl interrupted site=%s; continued at the next start", ended.site)
        return
    if ended.outcome is None:
        logger.warning("crawl missed site=%s reason=%s", ended.site, detail or "it did not begin")
        return
    logger.info(
        "crawl ended site=%s outcome=%s requests=%s new=%s changed=%s withdrawn=%s%s",
        ended.site, ended.outcome, ended.requests, ended.articles_new, ended.articles_changed,
        ended.articles_withdrawn, f" ({detail})" if detail else "",
    )  # fmt: skip
