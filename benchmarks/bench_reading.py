"""How many saved pages a CPU second gives articles, beside trafilatura, and what memory that takes.

The same pages in the same run: pages of known families read by them, and pages read as if no CMS
were known. Memory is that of a process of its own that read 10,000 pages. Reads the folders `pages`
and `eval` of the folder that WENXUN_TEST_CORPUS names.

Usage: python benchmarks/bench_reading.py [--rounds 3] [--pages 10000]
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
from pathlib import Path

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


def speed(read: Callable[[bytes], object], bodies: Sequence[bytes], rounds: int) -> float:
    """Return the pages a CPU second of the fastest round: the others were disturbed."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for body in bodies:
            read(body)
        best = min(best, time.process_time() - started)
    return len(bodies) / best


def read_many(corpus: Path, pages: int) -> int:
    """Read pages of all kinds in turn, and print the most memory that this process took (MiB)."""
    bodies = saved(corpus, "families") + saved(corpus, "generic")
    for body in itertools.islice(itertools.cycle(bodies), pages):
        own(body, "families")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--only-memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = Path(os.environ.get("WENXUN_TEST_CORPUS") or ".")
    if not (corpus / "eval").is_dir():
        print("WENXUN_TEST_CORPUS names no folder: nothing to measure")
        return 0
    logging.disable(logging.CRITICAL)
    if options.only_memory:
        return read_many(corpus, options.pages)
    # Before anything large is here: a child's peak starts with its parent's size.
    command = [sys.executable, __file__, "--only-memory", f"--pages={options.pages}"]
    mib = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    trafilatura = quietly(next(peer for peer in PEERS if peer.name == "trafilatura").load())
    rows: list[Sequence[object]] = [("pages", "wenxun", "trafilatura", "ratio", "bar")]
    good = True
    for kind, bar in BARS.items():
        bodies = saved(corpus, kind)
        texts = {body: Page(url=URL, body=body, fetched_at=NOW).text for body in bodies}
        ours = speed(lambda body, kind=kind: own(body, kind), bodies, options.rounds)
        theirs = speed(lambda body, texts=texts: trafilatura(texts[body]), bodies, 1)
        rows.append((kind, f"{ours:.0f}", f"{theirs:.1f}", f"{ours / theirs:.1f}", bar))
        good &= ours >= bar * theirs
    print(table(rows))
    print(f"memory after {options.pages} pages: {mib} MiB (bar {MOST_MIB})")
    return 0 if good and mib <= MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
