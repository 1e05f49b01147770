"""The service: looks at sites when they are due, matches what they say, tells people.

Everything it knows is in the database, so it may be killed at any moment, and any number of it may
run on one database.
"""

import logging
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType

from crawler.settings import CrawlOptions
from crawler.site import Site
from scheduler.dead_letters import report_dead
from scheduler.jobs import Clock, Tick
from scheduler.looking import Interval, interval_of, plan_looks
from scheduler.matching import match_all
from scheduler.messages import bundle_due
from scheduler.observing import NOBODY, Observer
from scheduler.outbox import Outbox, OutboxSettings
from scheduler.plan import backoff, next_look
from scheduler.tidying import tidy
from scheduler.worker import Limits as ChildLimits
from scheduler.worker import Worker
from storage.alerts import Alerts
from storage.archive.compacting import compact
from storage.archive.limits import Limits
from storage.archive.retention import drop
from storage.bundling import Bundling
from storage.dead_letters import DeadLetters
from storage.deliveries import Deliveries
from storage.looks import Looks
from storage.retention import RetentionPlan
from storage.slots import ClaimedSlot, EndedSlot, PlannedSite, Slots
from storage.store import Store
from storage.watches import Watches

logger = logging.getLogger(__name__)

_LOOK_S = _CLOSE_S = _MATCH_S = _DELIVER_S = 1.0
_HEARTBEAT_S = 10.0
_REPORT_S = 60.0
_REREAD_S = 5.0
_TIDY_S = 86_400.0
_PRUNE_S = 3600.0  # asks whether a day has passed
_DRAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What the service is told. `every` holds for sites that do not say."""

    every: timedelta
    crawl: CrawlOptions
    limits: ChildLimits
    outbox: OutboxSettings
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
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        observer: Observer = NOBODY,
    ) -> None:
        self._store = store
        self._sites: Mapping[str, Site] = {site.name: site for site in sites}
        self._settings = settings
        self._holder = settings.outbox.holder
        self._now = clock
        self._observer = observer
        self.beat_at: datetime | None = None
        self._slots = Slots(store)
        self._looks = Looks(store)
        self._alerts = Alerts(store)
        self._watches = Watches(store)
        self._bundling = Bundling(store)
        self._dead_letters = DeadLetters(store)
        self._deliveries = Deliveries(store)
        self._outbox = Outbox(self._deliveries, settings.outbox, clock=clock, observer=observer)
        self._worker = Worker(
            settings.crawl, settings.limits, on_end=self._crawled, preload=settings.preload
        )
        self._running: dict[str, ClaimedSlot] = {}
        self._ended: dict[str, str | None] = {}
        self._stopped = threading.Event()
        self._clock = Clock(self._ticks())

    def _ticks(self) -> tuple[Tick, ...]:
        return (
            Tick(name="look", every_s=_LOOK_S, work=self._look),
            Tick(name="close", every_s=_CLOSE_S, work=self._close),
            Tick(name="match", every_s=_MATCH_S, work=self._match),
            Tick(name="deliver", every_s=_DELIVER_S, work=self._outbox.step),
            Tick(name="report", every_s=_REPORT_S, work=self._report),
            Tick(name="heartbeat", every_s=_HEARTBEAT_S, work=self._beat),
            Tick(name="tidy", every_s=_TIDY_S, work=self._tidy),
            Tick(name="prune", every_s=_PRUNE_S, work=self._prune),
            Tick(name="reread", every_s=_REREAD_S, work=self._settings.reread),
        )

    def run(self) -> None:
        """Run until told to stop; then end crawls gracefully and send what is due, for a while."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._beat()
        self._schedule()
        self._clock.start()
        self._stopped.wait()
        self._shut_down()

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stopped.set()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        logger.info("stopping: got %s", signal.Signals(number).name)
        self.stop()

    def _schedule(self) -> None:
        planned = [
            PlannedSite(
                name=site.name,
                title=site.title,
                timezone=site.timezone,
                latest=self._interval(site.name).latest,
            )
            for site in self._sites.values()
        ]
        now = self._now()
        self._slots.schedule(planned, now=now)
        for name in self._sites:
            if self._interval(name).is_fixed:
                self._looks.forget(name)
        # Another service that is alive may look at sites of its own.
        alone = all(holder == self._holder for holder, _ in self._slots.live_services(now=now))
        if self._settings.only_these_sites and alone:
            self._slots.unschedule_others(self._sites)

    def _interval(self, name: str) -> Interval:
        return interval_of(self._sites[name], default=self._settings.every)

    def _beat(self) -> None:
        now = self._now()
        self._slots.beat(self._holder, now=now)
        self.beat_at = now
        for site in self._slots.release_dead(holder=self._holder, now=now):
            logger.warning("crawl abandoned by a dead service, due again site=%s", site)
        if released := self._deliveries.release_abandoned(now):
            logger.warning("deliveries abandoned by a dead sender, due again: %s", released)

    def _look(self) -> None:
        free = self._worker.free()
        if free <= 0 or self._stopped.is_set():
            return
        now = self._now()
        # On a machine that stood still a lease may end before the child does: one at a time.
        waiting = self._sites.keys() - self._running.keys()
        claimed = self._slots.claim_due(
            waiting, holder=self._holder, now=now, limit=free, plan=self._plan
        )
        if claimed:
            self._running.update({slot.site: slot for slot in claimed})
            self._worker.start([self._sites[slot.site] for slot in claimed])

    def _plan(self, site: str, due_at: datetime) -> tuple[datetime, int]:
        planned = next_look(site, due_at=due_at, now=self._now(), every=self._interval(site).every)
        return planned.due_at, planned.missed

    def _crawled(self, reports: Mapping[str, str | None]) -> None:
        """Note that a child ended. Called in the thread that saw to it."""
        self._ended.update(reports)
        self._clock.hurry("close")

    def _close(self) -> None:
        """Close the slots of crawls that ended; one that cannot be closed now stays for later."""
        for site, detail in tuple(self._ended.items()):
            slot = self._running[site]
            ended = self._slots.finish(slot, holder=self._holder, detail=detail)
            _log(ended, detail, stopping=self._stopped.is_set())
            self._observer.crawl_ended(ended)
            if self._stopped.is_set() and ended.outcome in {None, "interrupted"}:
                self._slots.hasten(site, now=self._now())
            elif ended.failures:
                wait = backoff(self._interval(site).every, failures=ended.failures)
                self._slots.postpone(site, until=self._now() + wait)
            elif ended.outcome is not None:
                plan_looks(self._looks, self._sites[site], self._interval(site), now=self._now())
            del self._ended[site], self._running[site]
            self._clock.hurry("match")

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
        self._worker.stop()
        self._close()
        match_all(self._alerts, self._watches, now=self._now())
        bundle_due(self._bundling, now=self._now())
        if not self._outbox.drain(within=_DRAIN):
            logger.warning("some alerts were still on the wire; the next service sends them again")
        self._slots.stop(self._holder, now=self._now())
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
