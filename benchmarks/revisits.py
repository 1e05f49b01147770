"""How long edits and withdrawals wait to be found: looks that decay beside fixed intervals.

In simulated time, without a network: articles are published, edited and taken down by documented
patterns, and looked at again by the plan of `crawler/recheck.py`, in crawls of one an hour, so many
articles a crawl at most. The same number of looks, spread evenly over every article's life: what
is the mean delay?

The patterns: a corrected article is corrected within hours (a wrong name), some within days (a
deadline moved), few later (an annex replaced); who corrects once often does again. Articles are
taken down within days (published by mistake) or after weeks.

Usage: python benchmarks/revisits.py [--days 180] [--a-day 6] [--seed 1]
"""

import argparse
import bisect
import heapq
import random
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from measuring import table

from crawler.recheck import RECHECKS_A_CRAWL, next_check

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BAR = 0.6
# The share of articles, and after what time on average the first change comes.
EDITS = {
    "within hours": (0.12, 2 * HOUR),
    "within days": (0.05, 3 * DAY),
    "later": (0.03, 40 * DAY),
}
WITHDRAWALS = {"soon withdrawn": (0.01, 2 * DAY), "withdrawn later": (0.01, 30 * DAY)}
_AGAIN = 0.35  # of those that were edited are edited once more, after as long on average


@dataclass(slots=True)
class Piece:
    """An article: when it was published, what happened to it, when it was looked at."""

    key: str
    born: datetime
    changes: list[tuple[datetime, str]] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    changed_at: datetime | None = None


def pieces(days: int, a_day: float, random_: random.Random) -> list[Piece]:
    found = []
    at = START
    while (at := at + random_.expovariate(a_day) * DAY) < START + days * DAY:
        one = Piece(f"{len(found)}", at)
        for kind, (share, mean) in (EDITS | WITHDRAWALS).items():
            again = share
            when = at
            while random_.random() < again:
                when += random_.expovariate(1.0) * mean
                one.changes.append((when, kind))
                again = _AGAIN if kind in EDITS else 0.0
        one.changes.sort()
        found.append(one)
    return found


def decaying(found: list[Piece], days: int) -> None:
    """Look at the articles by the plan, in hourly crawls."""
    waiting: list[tuple[datetime, int]] = []
    coming = iter(enumerate(found))
    following = next(coming, None)
    for hour in range(1, days * 24):
        now = START + hour * HOUR
        while following is not None and following[1].born <= now:
            _look(following[1], now, first=True)
            heapq.heappush(waiting, (_next(following[1], now), following[0]))
            following = next(coming, None)
        for _ in range(RECHECKS_A_CRAWL):
            if not waiting or waiting[0][0] > now:
                break
            _, number = heapq.heappop(waiting)
            _look(found[number], now, first=False)
            heapq.heappush(waiting, (_next(found[number], now), number))


def _look(one: Piece, now: datetime, *, first: bool) -> None:
    before = one.born if first else one.looks[-1]
    if not first and any(before < at <= now for at, _ in one.changes):
        one.changed_at = now
    one.looks.append(now)


def _next(one: Piece, now: datetime) -> datetime:
    return next_check(
        one.key, now=now, first_seen_at=one.looks[0], published_at=one.born,
        changed_at=one.changed_at,
    )  # fmt: skip


def delays(found: list[Piece], days: int) -> dict[str, list[float]]:
    """Return the hours from each change to the look behind it, by kind, but for the last month."""
    end = START + (days - 30) * DAY
    waited: dict[str, list[float]] = {}
    for one in found:
        for at, kind in one.changes:
            place = bisect.bisect_left(one.looks, at)
            if at < end:
                seen = one.looks[place] if place < len(one.looks) else START + days * DAY
                waited.setdefault(kind, []).append((seen - at) / HOUR)
    return waited


def evenly(found: list[Piece], days: int, every: timedelta, seed: int) -> list[Piece]:
    """Return the same articles, each looked at at the same interval, with a phase of its own."""
    end = START + days * DAY
    random_ = random.Random(seed)
    same = []
    for one in found:
        first = one.born + random_.random() * every
        looks = [first + n * every for n in range(max(0, int((end - first) / every)) + 1)]
        same.append(Piece(one.key, one.born, one.changes, looks))
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--a-day", type=float, default=6.0, help="articles of the site")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = pieces(options.days, options.a_day, random.Random(options.seed))
    decaying(found, options.days)
    looks = sum(len(one.looks) - 1 for one in found)
    alive = sum(((START + options.days * DAY) - one.born for one in found), timedelta())
    fixed = evenly(found, options.days, alive / looks, options.seed)
    ours, theirs = delays(found, options.days), delays(fixed, options.days)
    rows = [("change", "number", "hours", "fixed", "ratio")]
    for kind, hours in sorted(ours.items()):
        mine, other = _mean(hours), _mean(theirs[kind])
        rows.append((kind, str(len(hours)), f"{mine:.1f}", f"{other:.1f}", f"{mine / other:.2f}"))
    mine = _mean([h for hours in ours.values() for h in hours])
    other = _mean([h for hours in theirs.values() for h in hours])
    ratio = mine / other
    rows.append(("all", "", f"{mine:.1f}", f"{other:.1f}", f"{ratio:.2f}"))
    print(table(rows))
    print(
        f"looks an article: {looks / len(found):.1f}; fixed: every {alive / looks / DAY:.1f} days"
    )
    return 0 if ratio <= BAR else 1


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


if __name__ == "__main__":
    sys.exit(main())
