"""How much a site publishes, held against its own last 28 days. Pure.

The last seven whole days against the 28 before them, by days of work and days of rest: a week with
a holiday is expected to have what its days have. Too little is what lies 1.5 deviations below, too
much what lies 2 above (as Media Cloud has it), and what chance would bring in one week of a hundred
is neither. In vacations little is expected, and after one nothing is too much.
Source: https://github.com/mediacloud/web-search (source alerts); the vacations of Chinese schools.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pvariance

from storage.health import Finding, Health

WEEK, BASELINE = 7, 28  # days
KNOWN = timedelta(days=WEEK + BASELINE)
_LOW, _HIGH = 1.5, 2.0  # deviations
_CHANCE = 0.01
_VACATION = 0.1  # of what is usual is expected, at the least
_SATURDAY = 5
_DAY = timedelta(days=1)
# The first day of the lunar year, 2020 to 2045.
_SPRING = tuple(
    date(year, *divmod(day, 100))
    for year, day in enumerate(
        (125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 203, 123, 211, 131, 219, 208, 128, 215,
         204, 124, 212, 201, 122, 210, 130, 217),
        start=2020,
    )
)  # fmt: skip
_BEFORE_SPRING, _AFTER_SPRING = timedelta(days=21), timedelta(days=16)
_SUMMER = (706, 831)
_REST = ((101, 103), (404, 406), (501, 505), (1001, 1007))


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What a week was: `said` in words, None: as usual. `is_quiet`: nothing, as usual for it."""

    said: str | None
    is_quiet: bool = False


def volume(days: Mapping[date, int], *, today: date) -> Volume:
    """Return how the seven days before today were; `days` are the articles published on each.

    Today counts towards them, for who published today is not quiet. As usual where the 28 days
    before them are not all known: where nothing was published before these.
    """
    week = [today - n * _DAY for n in range(1, WEEK + 1)]
    before = [week[-1] - n * _DAY for n in range(1, BASELINE + 1)]
    if not any(day < before[-1] for day in days):
        return Volume(said=None)
    found = sum(days.get(day, 0) for day in week)
    with_today = found + days.get(today, 0)
    expected, deviation = _expected(days, week, before)
    error = math.sqrt(expected * WEEK / BASELINE)  # of what is expected: it was counted too
    about = f"{found} articles in 7 days, {expected:.1f} ± {deviation:.1f} expected"
    is_off = any(map(is_vacation, week))
    least = expected * _VACATION if is_off else expected
    is_low = with_today < least - _LOW * deviation
    if is_low and _poisson_below(with_today, least - error) < _CHANCE:
        return Volume(said=f"unusually quiet: {about} by its own 28 days")
    if with_today == 0:
        last = max((day for day in days if day <= today), default=None)
        why = "it is vacation time" if is_off else f"{expected:.1f} expected in 7 days"
        return Volume(said=f"nothing new since {last}, as usual for it: {why}", is_quiet=True)
    is_high = found > expected + _HIGH * deviation and not any(map(is_vacation, before))
    if is_high and _poisson_below(found - 1, expected + error) > 1 - _CHANCE:
        return Volume(said=f"unusually busy: {about} by its own 28 days")
    return Volume(said=None)


def with_volume(finding: Finding, days: Mapping[date, int], *, today: date) -> Finding:
    """Return a verdict by which nothing is wrong with what its volume is; others as they are."""
    if finding.health is not Health.HEALTHY:
        return finding
    found = volume(days, today=today)
    health = Health.QUIET if found.is_quiet else Health.HEALTHY
    return Finding(health=health, evidence=found.said)


def is_vacation(day: date) -> bool:
    """Say whether schools and universities are closed (寒暑假), about."""
    if _SUMMER[0] <= _number(day) <= _SUMMER[1]:
        return True
    return any(one - _BEFORE_SPRING <= day <= one + _AFTER_SPRING for one in _SPRING)


def is_rest(day: date) -> bool:
    """Say whether offices are closed: a weekend, a public holiday, the days of the new year."""
    if day.weekday() >= _SATURDAY:
        return True
    if any(first <= _number(day) <= last for first, last in _REST):
        return True
    return any(one - _DAY <= day <= one + 6 * _DAY for one in _SPRING)


def _expected(
    days: Mapping[date, int], week: Sequence[date], before: Sequence[date]
) -> tuple[float, float]:
    """Return the articles expected in a week, and their deviation: at least that of chance."""
    total = variance = 0.0
    for rest in (False, True):
        counts = [days.get(day, 0) for day in before if is_rest(day) is rest]
        share = sum(is_rest(day) is rest for day in week)
        total += share * (fmean(counts) if counts else 0.0)
        variance += share * (pvariance(counts) if counts else 0.0)
    return total, math.sqrt(max(variance, total, 1.0))


def _poisson_below(most: int, expected: float) -> float:
    """Return the chance of at most so many where so many are expected."""
    if most < 0:
        return 0.0
    if expected <= 0:
        return 1.0
    logs = (n * math.log(expected) - expected - math.lgamma(n + 1) for n in range(most + 1))
    return min(1.0, sum(map(math.exp, logs)))


def _number(day: date) -> int:
    return day.month * 100 + day.day
