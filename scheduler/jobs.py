"""The clock: a few fixed ticks that APScheduler keeps, and nothing else.

What is due, claimed or done is in the database; a tick only asks. So the ticks live in memory, a
late or doubled tick does no harm, and a restart resets nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.background import (  # type: ignore[import-untyped]
    BackgroundScheduler,
)

from storage.errors import DatabaseFailedError

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Something to do again and again. It must be short, and harmless when done twice."""

    name: str
    every_s: float
    work: Callable[[], None]


def elapsed_s() -> float:
    """Return seconds that nobody can set; they go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """The ticks, while they run. `stop()` waits for the work in progress."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        # What APScheduler says about each tick is no news; an error in our work is logged by us.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._hurrying = threading.Lock()
        self._stopped = False
        outage = Outage()
        for tick in ticks:
            self._scheduler.add_job(
                _Alone(guarded(tick.name, tick.work, outage=outage)),
                "interval",
                seconds=tick.every_s,
                id=tick.name,
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin to tick, each tick at once for the first time."""
        self._scheduler.start()

    def hurry(self, name: str, *, wait: timedelta = timedelta()) -> None:
        """Let this tick come now, or so soon. Nothing happens when the clock has stopped."""
        with self._hurrying:
            if not self._stopped:
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC) + wait)

    def stop(self) -> None:
        """Stop ticking and wait for the work in progress."""
        # While it waits for the work, APScheduler lets nobody change a tick: work that did would
        # wait for it in turn, for ever.
        with self._hurrying:
            self._stopped = True
        self._scheduler.shutdown(wait=True)


class _Alone:
    """Work that is never done twice at once; asked for while it is done, it is done once more."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._asked = threading.Event()
        self._lock = threading.Lock()

    def __call__(self) -> None:
        self._asked.set()
        while self._asked.is_set() and self._lock.acquire(blocking=False):
            try:
                self._asked.clear()
                self._work()
            finally:
                self._lock.release()


class Outage:
    """A database that is away: said once, however many ticks meet it, and once when it is back."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def met(self, name: str, error: DatabaseFailedError) -> None:
        """Say it, if nobody did."""
        if not self._met:
            logger.warning("database not reachable, tried again at each tick: %s", error)
        self._met.add(name)

    def passed(self, name: str) -> None:
        """Say that it is over, where one that had met it went well."""
        if name in self._met:
            self._met.clear()
            logger.info("database reachable again")


def guarded(
    name: str, work: Callable[[], None], *, outage: Outage | None = None
) -> Callable[[], None]:
    """Return the work, made to log what goes wrong: the next tick tries again.

    What it would have done is still due in the database, so nothing is lost. A database that is
    away is no error of the work's: those that share an `outage` say it together.
    """
    shared = outage or Outage()

    def attempted() -> None:
        try:
            work()
        except DatabaseFailedError as error:
            if not error.passes:
                raise
            shared.met(name, error)
        else:
            shared.passed(name)

    said = f"{name} failed; tried again at the next tick"
    return lambda: settled(said, attempted, lambda _: None)


def settled(said: str, work: Callable[[], T], otherwise: Callable[[Exception], T]) -> T:
    """Return what the work returns; where it goes wrong, log that, with what is `said` of it.

    `otherwise` then gives what to return.
    """
    try:
        return work()
    except Exception as error:
        logger.exception("%s", said)
        return otherwise(error)
