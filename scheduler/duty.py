"""What one of several services on a database does about due sites.

It claims them, ends them, and takes over what those had claimed who are gone. Any number may do the
same beside it; whoever is stopped, killed or set to a wrong time harms nobody's slots.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.site import Site
from scheduler.looking import Interval, interval_of, plan_looks
from scheduler.plan import backoff, next_look
from scheduler.steady import SteadyClock
from scheduler.vigil import Pulse, Vigil
from storage.looks import Looks
from storage.services import Claimant, Kind, Services
from storage.slots import ClaimedSlot, EndedSlot, HandOver, NextSlot, PlannedSite, Slots
from storage.store import Store

logger = logging.getLogger(__name__)

_BEATS_A_LEASE = 6
_LONGEST_BEAT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySettings:
    """`every` holds for sites that do not say; who is silent for a `lease` is taken over."""

    holder: str
    every: timedelta
    lease: timedelta

    @property
    def beat_s(self) -> float:
        """Return the time between two heartbeats."""
        return beat_s(self.lease)


def beat_s(lease: timedelta) -> float:
    """Return the seconds between two heartbeats of who may be silent for a lease."""
    return min(_LONGEST_BEAT_S, lease.total_seconds() / _BEATS_A_LEASE)


class Duty:
    """The slots of these sites, as one service sees to them. Threads may share it."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        settings: DutySettings,
        *,
        clock: Callable[[], datetime] | None = None,
        elapsed_s: Callable[[], float],
    ) -> None:
        """`clock` is the reference for the time; None: the one that all services share."""
        self.sites: Mapping[str, Site] = {site.name: site for site in sites}
        self.settings = settings
        self._holder = settings.holder
        self._slots = Slots(store)
        self._services = Services(store)
        self._looks = Looks(store)
        self._elapsed_s = elapsed_s
        self.now = SteadyClock(clock or self._services.time, elapsed_s)
        self._vigil: Vigil[str] = Vigil()
        self._watching = threading.Lock()

    def begin(self, *, only_these: bool) -> None:
        """Say that we are here and plan the sites; `only_these`: no others are to be looked at."""
        self.beat()
        self._plan_all()
        for name in self.sites:
            if self.interval(name).is_fixed:
                self._looks.forget(name)
        live = self._services.live(now=self.now())
        # Another service that is alive may look at sites of its own.
        alone = all(one.holder == self._holder for one in live if one.kind is Kind.SERVICE)
        if only_these and alone:
            self._slots.unschedule_others(self.sites)

    def end(self) -> None:
        """Say that we stopped as we should."""
        self._services.stop(self._holder, now=self.now())

    def interval(self, name: str) -> Interval:
        """Return how often a site is looked at."""
        return interval_of(self.sites[name], default=self.settings.every)

    def beat(self) -> None:
        """Say that we are alive, and see to the clock."""
        if jump := self.now.keep():
            logger.warning("the clock was set by %s; sites are planned anew", jump)
            self._plan_all()
            for name in self.sites:
                self._looks.forget(name)
        self._services.beat(self._holder, now=self.now(), lease=self.settings.lease)

    def relieve(self) -> tuple[str, ...]:
        """Take over what those had claimed who are gone; return the sites that are due again."""
        claimants = {one.holder: one for one in self._services.claimants(but=self._holder)}
        with self._watching:
            silent = self._vigil.silent(
                {name: _pulse(one) for name, one in claimants.items()}, elapsed_s=self._elapsed_s()
            )
        gone = {
            name: one.heartbeat_at
            for name, one in claimants.items()
            if one.is_dead or name in silent
        }
        return self._services.take_over(gone, now=self.now()) if gone else ()

    def claim(self, *, limit: int, busy: Collection[str] = ()) -> tuple[ClaimedSlot, ...]:
        """Take sites that are due, but none of the busy ones."""
        return self._slots.claim_due(
            self.sites.keys() - busy,
            holder=self._holder, now=self.now(), limit=limit, plan=self._next,
        )  # fmt: skip

    def next_due_in(self) -> timedelta | None:
        """Return how long it is until a site is due that is not yet, None: no site will be."""
        now = self.now()
        due_at = self._slots.next_due(self.sites.keys(), after=now)
        return None if due_at is None else due_at - now

    def queue(self, *, limit: int, hand_over: HandOver) -> tuple[ClaimedSlot, ...]:
        """Put sites that are due into the queue of the workers."""
        return self._slots.queue_due(
            self.sites.keys(),
            holder=self._holder, now=self.now(), limit=limit, plan=self._next,
            hand_over=hand_over,
        )  # fmt: skip

    def close(
        self, slot: ClaimedSlot, detail: str | None, *, stopping: bool, holder: str | None = None
    ) -> EndedSlot | None:
        """End a slot and plan the next one; None: it was taken over, and nothing is ours to do.

        A crawl that was `stopping` with us is due at once. `holder` is who ran it, if not we.
        """
        ended = self._slots.finish(slot, holder=holder or self._holder, detail=detail)
        if ended is None:
            return None
        if stopping and ended.outcome in {None, "interrupted"}:
            self._slots.hasten(slot.site, now=self.now())
        elif ended.failures:
            wait = backoff(self.interval(slot.site).every, failures=ended.failures)
            self._slots.postpone(slot.site, until=self.now() + wait)
        elif ended.outcome is not None:
            site, interval = self.sites[slot.site], self.interval(slot.site)
            plan_looks(self._looks, site, interval, now=self.now())
        return ended

    def _plan_all(self) -> None:
        planned = [
            PlannedSite(
                name=site.name,
                title=site.title,
                timezone=site.timezone,
                latest=self.interval(site.name).latest,
            )
            for site in self.sites.values()
        ]
        self._slots.schedule(planned, now=self.now())

    def _next(self, site: str, due_at: datetime) -> NextSlot:
        every = self.interval(site).every
        planned = next_look(site, due_at=due_at, now=self.now(), every=every)
        return NextSlot(
            missed=planned.missed, made_for=planned.made_for, next_due_at=planned.due_at
        )


def _pulse(one: Claimant) -> Pulse:
    return Pulse(beat=one.heartbeat_at, lease=one.lease)
