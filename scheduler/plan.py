"""When something happens next: looks at a site, and tries to send. Pure: `now` is passed in."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.rhythm import Rhythm

# Source: Standard Webhooks 1.0, "Deliverability and reliability"; the first try is immediate.
RETRY_DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
_JITTER = 0.05  # part of the interval by which a look comes earlier or later
_SOONEST, _LATEST = timedelta(minutes=5), timedelta(days=1)
_SLOWING = 6  # a tenth too many looks makes them three quarters as dense again
_HOUR = timedelta(hours=1)
_STEP, _SECOND = timedelta(minutes=15), timedelta(seconds=1)
LONGEST_BACKOFF = timedelta(hours=6)
_LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLook:
    """When a site is due again, what is looked for now, and how many looks were missed before."""

    due_at: datetime
    missed: int
    made_for: datetime


def next_look(site: str, *, due_at: datetime, now: datetime, every: timedelta) -> NextLook:
    """Plan the look after the one that was due then and begins now.

    However long the service was down, one look makes up for all that were missed. The jitter
    depends on the site and the time alone: sites that began together spread out.
    """
    missed = max(0, (now - due_at) // every)
    return NextLook(
        due_at=now + every * (1 + _JITTER * _spread(site, due_at)),
        missed=missed,
        made_for=due_at + missed * every,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often to look: after so much of what is expected, never sooner or later than this."""

    quantum: float
    soonest: timedelta
    latest: timedelta


def pace_of(
    rhythms: Sequence[Rhythm],
    *,
    looks_a_day: float,
    used_a_day: float = 0.0,
    soonest: timedelta = _SOONEST,
    latest: timedelta = _LATEST,
) -> Pace:
    """Return the pace at which columns that share a budget use it up on an average day.

    Where the last week used more (`used_a_day`), because much was published at once, the pace
    slows down. The mean wait for a number of looks is least when they are as dense as the square
    root of what is expected: the wait at each time goes with one over their density, so where
    Cauchy and Schwarz have equality.
    """
    expected = sum(math.sqrt(rate) for rhythm in rhythms for rate in rhythm.hours)
    over = max(1.0, used_a_day / looks_a_day)
    quantum = over**_SLOWING * expected / (7 * looks_a_day)
    return Pace(quantum=quantum, soonest=soonest, latest=latest)


def column_look(rhythm: Rhythm, *, now: datetime, pace: Pace) -> datetime:
    """Return when to look at a column after a look that was made now."""
    at = now + pace.soonest
    gathered = math.sqrt(rhythm.rate(now)) * (pace.soonest / _HOUR)
    while gathered < pace.quantum and at < now + pace.latest:
        density = math.sqrt(rhythm.rate(at))
        step = max(_SECOND, min(_STEP, (pace.quantum - gathered) / density * _HOUR))
        gathered += density * (step / _HOUR)
        at += step
    return min(at, now + pace.latest)


def backoff(every: timedelta, *, failures: int) -> timedelta:
    """Return how long to leave a site alone after so many failed crawls in a row.

    It doubles up to 6 hours and is never shorter than the site's own interval.
    """
    doubled: timedelta = every * 2 ** min(failures, 16)
    return max(every, min(doubled, LONGEST_BACKOFF))


def next_try(
    step: int, *, now: datetime, delays: Sequence[timedelta], retry_after: timedelta | None
) -> datetime | None:
    """Return when to send again after the failed try number `step` (from 1); None: give up.

    A receiver that asks for more time gets it, up to a day.
    """
    if step > len(delays):
        return None
    asked = min(retry_after or timedelta(), _LONGEST_WAIT)
    return now + max(delays[step - 1], asked)


def _spread(site: str, due_at: datetime) -> float:
    """Return a number from -1 to 1."""
    digest = hashlib.sha256(f"{site} {due_at.timestamp()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**31 - 1
