"""How often right rules are proposed when a site's layout changes.

A redesign is applied to the articles of a site: the set `tuned` of `redesigning.py` and
`redesigning_kinds.py`, the set `held-out` of `redesigning_held_out.py`, which nothing was tuned on.
Only those count that break today's reading of at least a fifth of the pages. Rules are made and
proved as `wenxun sites repair` does, from 12 known articles; they are right if they read at least
95 % of 10 other pages' title, day and text exactly. See README.md.

Usage: python benchmarks/self_repair.py [--count 150] [--set both|tuned|held-out] [--misses]
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import table
from benchmarks.redesigning import Template, Told, all_told, redesign, samples_of
from benchmarks.redesigning_held_out import held_out_redesign
from benchmarks.redesigning_kinds import redesign_of_a_kind
from crawler.extract import extract
from crawler.repairing.known import Sample, same_day
from crawler.repairing.repair import Outcome, Repair, repaired
from storage.article import Article

KNOWN, UNSEEN = 12, 10
BREAKS = 0.2
RIGHT, BAR = 0.95, 0.8
SETS: dict[str, Callable[[int], Template]] = {
    "tuned": lambda seed: redesign(seed) if seed % 2 else redesign_of_a_kind(seed),
    "held-out": held_out_redesign,
}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of one redesign: `right` of the unseen pages are read exactly."""

    seed: int
    before: float
    right: float
    repair: Repair

    @property
    def is_offered(self) -> bool:
        return self.repair.outcome is Outcome.FOUND

    @property
    def is_right(self) -> bool:
        return self.is_offered and self.right >= RIGHT


def is_exact(sample: Sample) -> bool:
    """Say whether a page is read to the letter: title, day and text."""
    found = extract(sample.page)
    return (
        isinstance(found, Article)
        and (found.title, found.text) == (sample.known.title, sample.known.text)
        and same_day(found.published_at, sample.known.published_at, sample.page.timezone)
    )


def share(samples: Sequence[Sample]) -> float:
    return sum(map(is_exact, samples)) / len(samples)


def try_redesign(seed: int, make: Callable[[int], Template], told: Sequence[Told]) -> Tried | None:
    """Return what repair made of a redesign, or None where it breaks nothing."""
    articles = Random(seed).sample(told, KNOWN + UNSEEN)
    samples = samples_of(make(seed), articles, seed=seed)
    before = share(samples)
    if before > 1 - BREAKS:
        return None
    repair = repaired(samples[:KNOWN], {})
    unseen = [
        Sample(page=one.page.wanting(repair.selectors), known=one.known) for one in samples[KNOWN:]
    ]
    return Tried(seed=seed, before=before, right=share(unseen), repair=repair)


def broken_redesigns(make: Callable[[int], Template], *, count: int, first: int) -> Iterator[Tried]:
    told = all_told()
    seed = first
    while count:
        if (tried := try_redesign(seed, make, told)) is not None:
            count -= 1
            yield tried
        seed += 1


def measured(name: str, found: Sequence[Tried], seconds: float) -> tuple[object, ...]:
    """Return one line of the table."""
    offered = [one for one in found if one.is_offered]
    right = sum(one.is_right for one in found)
    return (
        name,
        len(found),
        f"{right / len(found):.1%}",
        len(offered),
        len(offered) - right,
        f"{sum(one.before for one in found) / len(found):.0%}",
        f"{seconds / len(found):.2f}",
    )


def print_misses(found: Sequence[Tried]) -> None:
    """Print each redesign for which no right rules were proposed."""
    for one in found:
        if not one.is_right:
            rules = dict(one.repair.selectors)
            outcome = one.repair.outcome.value
            print(f"{one.seed}: {outcome}, {one.right:.0%} of unseen pages exact, {rules}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=150, help="redesigns that break something")
    parser.add_argument("--set", choices=("both", *SETS), default="both")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--misses", action="store_true", help="list what was not repaired")
    options = parser.parse_args()
    rows: list[Sequence[object]] = [
        ("set", "broken", "right", "offered", "wrongly", "exact before", "CPU s each")
    ]
    is_met = True
    for name, make in SETS.items():
        if options.set not in {"both", name}:
            continue
        started = time.process_time()
        found = list(broken_redesigns(make, count=options.count, first=options.first))
        rows.append(measured(name, found, time.process_time() - started))
        is_met &= sum(one.is_right for one in found) >= BAR * len(found)
        if options.misses:
            print_misses(found)
    print(table(rows))
    print(f"bar: right rules for at least {BAR:.0%}: {'met' if is_met else 'NOT MET'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
