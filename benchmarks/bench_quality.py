"""How right Wenxun reads pages of unknown layouts, how quickly, and the same of its peers.

Reads the folder `eval` of the folder that WENXUN_TEST_CORPUS names: pages and `truth.jsonl`. Body
is F1 over 4-gram shingles, a title counts when it is equal, a date when it is the same day. Speed
is pages per CPU second over the same pages in the same run. See README.md.

Usage: python benchmarks/bench_quality.py [--set all|news|gne|cwced] [--misses] [--no-peers]
       [--half even|odd] [--rounds 3]
"""

import argparse
import importlib.metadata
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from measuring import table
from peers import PEERS, URL, quietly
from scoring import Answer, Score, Truth, read_truths, score

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SETS: dict[str, Callable[[Truth], bool]] = {
    "all": lambda _: True,
    "news": lambda truth: truth.news,
    "gne": lambda truth: truth.news and truth.set == "gne",
    "cwced": lambda truth: truth.news and truth.set == "cwced",
}
HALVES = {"even": 0, "odd": 1}
_SHOWN = 60


def own(body: bytes, *, family: str | None) -> Answer:
    """Return what Wenxun reads; `family` "generic" reads as if no CMS were known."""
    found = extract(Page(url=URL, body=body, fetched_at=NOW, family=family))
    if not isinstance(found, Article):
        return Answer()
    at = found.published_at
    day = at.astimezone(SHANGHAI).date().isoformat() if at else None
    return Answer(title=found.title, day=day, body=found.text)


def measured(readings: Sequence[Callable[[], Answer]], rounds: int) -> tuple[list[Answer], float]:
    """Return the answers of readings, and readings per CPU second in the fastest round."""
    best, answers = float("inf"), []
    for _ in range(rounds):
        started = time.process_time()
        answers = [read() for read in readings]
        best = min(best, time.process_time() - started)
    return answers, len(readings) / best


def answers_of(
    bodies: Sequence[bytes], options: argparse.Namespace
) -> dict[str, tuple[list[Answer], float]]:
    """Return the answers and the speed of every extractor, ours first."""
    ours = {"wenxun, generic only": "generic", "wenxun, with families": None}
    found = {
        name: measured([partial(own, body, family=family) for body in bodies], options.rounds)
        for name, family in ours.items()
    }
    if options.no_peers:
        return found
    texts = [Page(url=URL, body=body, fetched_at=NOW).text for body in bodies]
    for peer in PEERS:
        try:
            read = quietly(peer.load())
            version = importlib.metadata.version(peer.name)
        except ImportError as error:
            print(f"{peer.name} is left out: {error}. Install the group: pip install --group peers")
            continue
        found[f"{peer.name} {version}"] = measured([partial(read, text) for text in texts], 1)
    return found


def row(name: str, scored: Score, speed: float) -> Sequence[object]:
    """Return one line of the table."""
    title = "-" if not scored.titles_right else f"{scored.titles_right}/{scored.titles}"
    days = "-"
    if scored.days_right:
        days = f"{scored.days_right}/{scored.days}, {scored.days_wrong} wrong"
    figures = f"{scored.f1:.3f}", f"{scored.precision:.3f}", f"{scored.recall:.3f}"
    return (name, *figures, title, days, f"{speed:.1f}")


def print_misses(scored: Score) -> None:
    """Print each field that is not right."""
    for miss in sorted(scored.misses, key=lambda one: (one.field, one.file)):
        if miss.field == "body":
            print(
                f"{miss.file}: body F1 {miss.score:.3f}, {len(miss.actual or '')} letters"
                f" for {len(miss.expected)}"
            )
        else:
            print(
                f"{miss.file}: {miss.field} {str(miss.actual)[:_SHOWN]!r},"
                f" expected {miss.expected[:_SHOWN]!r}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="news")
    parser.add_argument("--half", choices=HALVES, help="every other page, to hold out the rest")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--misses", action="store_true", help="list what Wenxun has not right")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    if not (corpus := os.environ.get("WENXUN_TEST_CORPUS")):
        print("WENXUN_TEST_CORPUS names no folder: nothing to measure")
        return 0
    logging.disable(logging.CRITICAL)
    folder = Path(corpus) / "eval"
    truths = [truth for truth in read_truths(folder) if SETS[options.set](truth)]
    if options.half:
        truths = truths[HALVES[options.half] :: 2]
    found = answers_of([(folder / truth.file).read_bytes() for truth in truths], options)
    scores = {name: score(truths, answers) for name, (answers, _) in found.items()}
    heading = ("extractor", "body F1", "P", "R", "titles", "dates", "pages/CPU s")
    print(f"{len(truths)} pages, set {options.set}")
    print(table([heading, *(row(name, scores[name], speed) for name, (_, speed) in found.items())]))
    if options.misses:
        for name in list(found)[:2]:
            print(f"\n{name}")
            print_misses(scores[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
