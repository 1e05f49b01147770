"""How many saved pages a CPU second gives articles, beside trafilatura, and what memory that takes.

The same pages in the same run: pages of known families read by them, and pages read as if no CMS
were known. Each round is a process of its own, in which both warm up on other pages and then read
every page once: what an extractor remembers of a page (trafilatura reads one a second time in half
the time) helps nobody who crawls. The ratio is the median over the rounds. Memory is that of a
process that read 10,000 pages. Reads the folders `pages` and `eval` of the folder that
WENXUN_TEST_CORPUS names.

Usage: python benchmarks/bench_reading.py [--rounds 5] [--pages 10000]
"""

import argparse
import itertools
import json
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from measuring import table
from peers import PEERS, URL, quietly

from crawler.extract import extract
from crawler.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BARS = {"families": 20.0, "generic": 10.0}
MOST_MIB = 150
KNOWN = {"vsb", "webplus", "trs"}


def saved(corpus: Path, kind: str) -> list[bytes]:
    """Return the article pages of known families, or the pages of all kinds."""
    if kind == "generic":
        return [path.read_bytes() for path in sorted((corpus / "eval").glob("*.html"))]
    lines = (corpus / "pages" / "truth.jsonl").read_text("utf-8").splitlines()
    truths = [truth for truth in map(json.loads, lines) if truth["cms"] in KNOWN]
    return [(corpus / "pages" / truth["file"]).read_bytes() for truth in truths]


def own(body: bytes, kind: str) -> None:
    family = "generic" if kind == "generic" else None
    extract(Page(url=URL, body=body, fetched_at=NOW, family=family))


def speed(read: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """Return the pages a CPU second of one reading of all pages."""
    started = time.process_time()
    for body in bodies:
        read(body)
    return len(bodies) / (time.process_time() - started)


def one_round(corpus: Path, kind: str) -> int:
    """Print what both read of a kind of pages a CPU second, after they read the other kind."""
    trafilatura = quietly(next(peer for peer in PEERS if peer.name == "trafilatura").load())
    other = next(one for one in BARS if one != kind)
    bodies, warm = saved(corpus, kind), saved(corpus, other)
    texts = {body: Page(url=URL, body=body, fetched_at=NOW).text for body in [*bodies, *warm]}
    speed(partial(own, kind=other), warm)
    speed(lambda body: trafilatura(texts[body]), warm)
    figures = speed(partial(own, kind=kind), bodies), speed(lambda b: trafilatura(texts[b]), bodies)
    print(json.dumps(figures))
    return 0


def read_many(corpus: Path, pages: int) -> int:
    """Read pages of all kinds in turn, and print the most memory that this process took (MiB)."""
    bodies = saved(corpus, "families") + saved(corpus, "generic")
    for body in itertools.islice(itertools.cycle(bodies), pages):
        own(body, "families")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return 0


def asked(*words: str) -> Any:
    """Return what this script prints in a process of its own."""
    command = [sys.executable, __file__, *words]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--only", choices=["memory", *BARS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = Path(os.environ.get("WENXUN_TEST_CORPUS") or ".")
    if not (corpus / "eval").is_dir():
        print("WENXUN_TEST_CORPUS names no folder: nothing to measure")
        return 0
    logging.disable(logging.CRITICAL)
    if options.only:
        is_memory = options.only == "memory"
        return read_many(corpus, options.pages) if is_memory else one_round(corpus, options.only)
    rows: list[Sequence[object]] = [("pages", "wenxun", "trafilatura", "ratio", "bar")]
    good = True
    for kind, bar in BARS.items():
        pairs = [asked("--only", kind) for _ in range(options.rounds)]
        ours, theirs = (median(figures) for figures in zip(*pairs, strict=True))
        ratio = median(mine / other for mine, other in pairs)
        rows.append((kind, f"{ours:.0f}", f"{theirs:.1f}", f"{ratio:.1f}", bar))
        good &= ratio >= bar
    print(table(rows))
    mib = asked("--only", "memory", "--pages", str(options.pages))
    print(f"memory after {options.pages} pages: {mib} MiB (bar {MOST_MIB})")
    return 0 if good and mib <= MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
