"""When a column publishes, learned from its past: how much, which days, which hours. Pure.

The expected number of articles an hour is a level (which follows the last weeks, so that holidays
and their ends show) times a shape (which hours of the week, learned over months). Both begin with
what holds for institutions in general and are overruled by what is seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HOURS_A_WEEK = 168
_HOURS_A_DAY = 24
_LEVEL_DAYS, _SLOW_LEVEL_DAYS, _SHAPE_DAYS = 7.0, 45.0, 60.0  # half-lives
_PRIOR_DAYS = 3.0  # how long the general level is believed
_PRIOR_LEVEL = 0.2  # articles a day of a column that nothing is known of
_LEAST_LEVEL = 0.02  # one in seven weeks: also of a column that seems dead
_REMEMBERED = 0.2  # of the level of the last months, while nothing is published
_PRIOR_ARTICLES = 6.0  # how many articles the general shape is worth
_MOST_ARTICLES = 400  # of those that are looked at: enough to know a rhythm
_EVEN = 0.05  # part of all articles that is expected at any hour alike
_FOLLOWERS, _FOLLOW_HOURS = 0.6, 1.0  # an article is followed by so many more within about an hour
# What institutions do in general: weights of the days (Monday first) and of the hours.
_DAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.25)
_HOURS = (
    0.1, 0.05, 0.05, 0.05, 0.05, 0.1, 0.3, 0.6, 1.6, 2.6, 2.8, 2.2,
    1.0, 1.2, 2.2, 2.6, 2.6, 2.0, 1.0, 0.6, 0.5, 0.4, 0.3, 0.2,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article was published between these two times: a printed day, or between two looks."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Articles expected in each hour of the week, from Monday midnight in the column's zone.

    `burst_at` is when the newest article was found, `burst` how many more then are expected soon.
    """

    zone: ZoneInfo
    hours: tuple[float, ...]
    burst_at: datetime | None = None
    burst: float = 0.0

    def rate(self, at: datetime) -> float:
        """Return the articles an hour that are expected at this time."""
        rate = self.hours[hour_of_week(at, self.zone)]
        if self.burst_at is not None and at >= self.burst_at:
            hours = (at - self.burst_at) / timedelta(hours=1)
            rate += self.burst * 2.0 ** (-hours / _FOLLOW_HOURS) / _FOLLOW_HOURS
        return rate


def learn(
    published: Sequence[Published], *, since: datetime, now: datetime, zone: ZoneInfo
) -> Rhythm:
    """Return the rhythm of a column that was known since then; `published` is oldest first."""
    published = published[-_MOST_ARTICLES:]
    if len(published) == _MOST_ARTICLES:
        since = max(since, published[0].latest)
    level = max(
        _LEAST_LEVEL,
        _level(published, since, now, _LEVEL_DAYS),
        _REMEMBERED * _level(published, since, now, _SLOW_LEVEL_DAYS),
    )
    shape = _shape(published, now, zone)
    found = [one.latest for one in published if now - one.latest < timedelta(hours=6)]
    newest = max(found, default=None)
    return Rhythm(
        zone=zone,
        hours=tuple(7.0 * level * part for part in shape),
        burst_at=newest,
        burst=_FOLLOWERS * sum(1 for one in found if newest and newest - one < timedelta(hours=1)),
    )


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Return the hour of the week, 0 to 167, in a zone."""
    local = at.astimezone(zone)
    return local.weekday() * _HOURS_A_DAY + local.hour


def _level(
    published: Sequence[Published], since: datetime, now: datetime, half_life_days: float
) -> float:
    """Return articles a day, the last days counting most."""
    days = max(0.0, (now - since) / timedelta(days=1))
    # The integral of the weights over the time that is known.
    weighed_days = half_life_days / 0.693 * (1 - 2.0 ** (-days / half_life_days))
    weighed = sum(_weight(one.latest, now, half_life_days) for one in published)
    level: float = (weighed + _PRIOR_LEVEL * _PRIOR_DAYS) / (weighed_days + _PRIOR_DAYS)
    return level


def _shape(published: Sequence[Published], now: datetime, zone: ZoneInfo) -> list[float]:
    """Return the share of each hour of the week in what is published; the shares are 1 together."""
    prior = [day * hour for day in _DAYS for hour in _HOURS]
    total = sum(prior)
    shape = [_PRIOR_ARTICLES * part / total for part in prior]
    known = shape.copy()
    for one in published:
        weight = _weight(one.latest, now, _SHAPE_DAYS)
        for hour, part in _spread(one, known, zone):
            shape[hour] += weight * part
    smooth = _smoothed(shape)
    total = sum(smooth)
    return [(1 - _EVEN) * part / total + _EVEN / HOURS_A_WEEK for part in smooth]


def _spread(one: Published, shape: Sequence[float], zone: ZoneInfo) -> list[tuple[int, float]]:
    """Return the hours in which an article may have been published, each with its share.

    Where only a day or a gap between two looks is known, the general shape says which hours.
    """
    hours = min(HOURS_A_WEEK, int((one.latest - one.earliest) / timedelta(hours=1)) + 1)
    start = hour_of_week(one.earliest, zone)
    found = [(start + n) % HOURS_A_WEEK for n in range(hours)]
    total = sum(shape[hour] for hour in found)
    return [(hour, shape[hour] / total) for hour in found]


def _smoothed(shape: Sequence[float]) -> list[float]:
    """Return the shape with a part of each hour lent to its neighbours, and to its other days."""
    days = [sum(shape[day * 24 : day * 24 + 24]) for day in range(7)]
    work, rest = sum(days[:5]) or 1.0, sum(days[5:]) or 1.0
    of_work = [sum(shape[day * 24 + hour] for day in range(5)) / work for hour in range(24)]
    of_rest = [sum(shape[day * 24 + hour] for day in (5, 6)) / rest for hour in range(24)]
    smooth = []
    for hour, part in enumerate(shape):
        day = hour // 24
        usual = days[day] * (of_work if day < 5 else of_rest)[hour % 24]  # noqa: PLR2004 (Saturday)
        near = (shape[hour - 1] + shape[(hour + 1) % HOURS_A_WEEK]) / 2
        smooth.append(0.4 * part + 0.45 * usual + 0.15 * near)
    return smooth


def _weight(at: datetime, now: datetime, half_life_days: float) -> float:
    age: float = max(0.0, (now - at) / timedelta(days=1))
    return math.exp2(-age / half_life_days)
