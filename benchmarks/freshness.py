"""How long articles wait to be found: looks by each column's rhythm beside fixed intervals.

In simulated time, without a network: columns with documented publishing patterns are looked at by
both plans. The same number of looks: what is the mean delay? The same mean delay: how many looks?
The first weeks, in which nothing is known of a column, are counted as well.

Usage: python benchmarks/freshness.py [--days 180] [--looks-a-day 48] [--seed 1] [--columns 4]
"""

import argparse
import bisect
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from measuring import table

from scheduler.plan import column_look, pace_of
from scheduler.rhythm import Published, Rhythm, learn

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 5, tzinfo=ZONE)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BARS = {"delay": 0.6, "looks": 0.6}
# The winter vacation (寒假), in days after the start; the week of its New Year is within.
VACATION = range(20, 55)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a kind of column publishes: the expected number of articles in an hour of its time."""

    name: str
    rate: Callable[[datetime, int], float]  # local time, days since the start
    burst: float = 0.0  # so many more follow an article within minutes, on average
    prints_minutes: bool = True


def office(a_day: float, *, vacation: float = 0.15) -> Callable[[datetime, int], float]:
    """Working hours, a quieter noon, little at week-ends; nearly nothing in the vacation."""

    def rate(at: datetime, day: int) -> float:
        share = {8: 0.08, 9: 0.16, 10: 0.17, 11: 0.12, 12: 0.03, 13: 0.03, 14: 0.1, 15: 0.13,
                 16: 0.12, 17: 0.06}.get(at.hour, 0.0)  # fmt: skip
        week = 1.0 if at.weekday() < 5 else 0.1
        return a_day * share * week * (vacation if day in VACATION else 1.0)

    return rate


def weekly(weekday: int, hour: int, items: float) -> Callable[[datetime, int], float]:
    """A notice on one afternoon of the week."""
    return lambda at, _: items if (at.weekday(), at.hour) == (weekday, hour) else 0.0


def night(a_day: float) -> Callable[[datetime, int], float]:
    """A news desk that publishes from early to late, every day."""
    return lambda at, _: a_day / 17 if 6 <= at.hour <= 22 else a_day / 400


def ended(a_day: float, last: int) -> Callable[[datetime, int], float]:
    """A column that dies."""
    usual = office(a_day)
    return lambda at, day: usual(at, day) if day < last else 0.0


PATTERNS = (
    Pattern("office hours, 5 a day", office(5.0)),
    Pattern("office hours, 1 a day, days only", office(1.0), prints_minutes=False),
    Pattern("office hours, 1 in three days", office(0.33)),
    Pattern("weekly notice, Friday 16h", weekly(4, 16, 1.5)),
    Pattern("weekly notice, Tuesday 10h, days only", weekly(1, 10, 1.0), prints_minutes=False),
    Pattern("bursts of 5 on a working day", office(0.4), burst=4.0),
    Pattern("news desk, 12 a day", night(12.0)),
    Pattern("even, day and night", lambda *_: 0.1),
    Pattern("dies after a month", ended(2.0, 30)),
    Pattern("dead", lambda *_: 0.0),
)


def publications(pattern: Pattern, days: int, random_: random.Random) -> list[datetime]:
    """Return when the articles of one column are published, in order."""
    found: list[datetime] = []
    for hour in range(days * 24):
        at = START + hour * HOUR
        count = _poisson(pattern.rate(at, hour // 24), random_)
        for _ in range(count):
            first = at + random_.random() * HOUR
            followers = _poisson(pattern.burst, random_) if pattern.burst else 0
            found.append(first)
            found += [first + random_.expovariate(1 / 15) * timedelta(minutes=1)
                      for _ in range(followers)]  # fmt: skip
    end = START + days * DAY
    return sorted(one for one in found if one < end)


def _poisson(mean: float, random_: random.Random) -> int:
    count, left = 0, random_.expovariate(1.0)
    while left < mean:
        count += 1
        left += random_.expovariate(1.0)
    return count


@dataclass
class Run:
    """What a plan came to over all columns."""

    looks: int = 0
    articles: int = 0
    waited: timedelta = timedelta()

    @property
    def delay_min(self) -> float:
        """The mean time from publication to discovery."""
        return self.waited / max(1, self.articles) / timedelta(minutes=1)

    def add(self, published: list[datetime], looks: list[datetime]) -> None:
        """Count one column; what was not found before the end is not counted."""
        self.looks += len(looks)
        for at in published:
            place = bisect.bisect_left(looks, at)
            if place < len(looks):
                self.waited += looks[place] - at
                self.articles += 1


def fixed(columns: list[list[datetime]], days: int, every: timedelta, seed: int) -> Run:
    """Look at every column at the same interval, each with a phase of its own."""
    run = Run()
    end = START + days * DAY
    for number, published in enumerate(columns):
        first = START + random.Random(seed * 1000 + number).random() * every
        run.looks += int((end - first) / every) + 1
        for at in published:
            wait = (first - at) % every
            if at + wait < end:
                run.waited += wait
                run.articles += 1
    return run


class Column:
    """One column under the adaptive plan: what is known of it, and its next look."""

    def __init__(self, pattern: Pattern, published: list[datetime]) -> None:
        self.pattern = pattern
        self.published = published
        self.known: list[Published] = []
        self.looks: list[datetime] = []
        self.next = START
        self.seen = 0
        self.rhythm: Rhythm = learn((), since=START, now=START, zone=ZONE)
        self.learned_at = START

    def look(self, now: datetime) -> bool:
        """Look at the column; say whether something new was found."""
        before = self.looks[-1] if self.looks else START
        self.looks.append(now)
        end = bisect.bisect_right(self.published, now)
        fresh = self.published[self.seen : end]
        self.seen = end
        for at in fresh:
            midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
            earliest = at if self.pattern.prints_minutes else max(before, midnight)
            self.known.append(
                Published(earliest=earliest, latest=at if self.pattern.prints_minutes else now)
            )
        if fresh or now - self.learned_at > DAY:
            self.rhythm = learn(self.known, since=START, now=now, zone=ZONE)
            self.learned_at = now
        return bool(fresh)


def adaptive(
    patterns: list[Pattern], columns: list[list[datetime]], days: int, looks_a_day: float
) -> tuple[Run, list[Column]]:
    """Look at the columns of one site by their rhythms, within one budget."""
    found = [Column(*pair) for pair in zip(patterns, columns, strict=True)]
    end = START + days * DAY
    budget = looks_a_day * len(found)
    pace = pace_of([c.rhythm for c in found], looks_a_day=budget)
    paced_at = START
    while True:
        column = min(found, key=lambda one: one.next)
        now = column.next
        if now >= end:
            break
        column.look(now)
        if now - paced_at > DAY / 4:
            used = sum(len(c.looks) - bisect.bisect(c.looks, now - 7 * DAY) for c in found)
            days_used = min(7.0, (now - START) / DAY)
            pace = pace_of(
                [c.rhythm for c in found], looks_a_day=budget, used_a_day=used / days_used
            )
            paced_at = now
        column.next = column_look(column.rhythm, now=now, pace=pace)
    run = Run()
    for column in found:
        run.add(column.published, column.looks)
    return run, found


def matching_interval(target: float, delay: Callable[[timedelta], float]) -> timedelta:
    """Return the fixed interval whose mean delay is the target, by bisection."""
    low, high = timedelta(seconds=30), 2 * DAY
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (middle, high) if delay(middle) < target else (low, middle)
    return low


def by_pattern(
    found: list[Column], every: timedelta, days: int, seed: int
) -> Iterator[tuple[str, ...]]:
    names = dict.fromkeys(column.pattern.name for column in found)
    for name in names:
        mine = [column for column in found if column.pattern.name == name]
        ours, theirs = Run(), fixed([c.published for c in mine], days, every, seed)
        for column in mine:
            ours.add(column.published, column.looks)
        yield (
            name, str(ours.articles), f"{ours.looks / days / len(mine):.1f}",
            f"{theirs.looks / days / len(mine):.1f}", f"{ours.delay_min:.1f}",
            f"{theirs.delay_min:.1f}",
        )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--looks-a-day", type=float, default=48.0, help="of each column")
    parser.add_argument("--columns", type=int, default=4, help="of each pattern")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random_ = random.Random(options.seed)
    patterns = [pattern for pattern in PATTERNS for _ in range(options.columns)]
    columns = [publications(pattern, options.days, random_) for pattern in patterns]
    ours, found = adaptive(patterns, columns, options.days, options.looks_a_day)
    every = options.days * DAY * len(columns) / ours.looks
    theirs = fixed(columns, options.days, every, options.seed)
    same = matching_interval(
        ours.delay_min, lambda one: fixed(columns, options.days, one, options.seed).delay_min
    )
    equal = fixed(columns, options.days, same, options.seed)
    heading = ("pattern", "articles", "looks/day", "fixed", "delay min", "fixed")
    print(table([heading, *by_pattern(found, every, options.days, options.seed)]))
    delay, looks = ours.delay_min / theirs.delay_min, ours.looks / equal.looks
    used = ours.looks / options.days / len(columns)
    print(f"\nlooks a day and column: {used:.1f}, of a budget of {options.looks_a_day}")
    rows = [
        ("at equal", "ours", "fixed", "ratio", "bar"),
        ("looks: delay, min", f"{ours.delay_min:.1f}", f"{theirs.delay_min:.1f}",
         f"{delay:.2f}", BARS["delay"]),
        ("delay: looks", ours.looks, equal.looks, f"{looks:.2f}", BARS["looks"]),
    ]  # fmt: skip
    print(table(rows))
    return 0 if delay <= BARS["delay"] and looks <= BARS["looks"] else 1


if __name__ == "__main__":
    sys.exit(main())
