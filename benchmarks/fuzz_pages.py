"""Break saved pages in many ways and read them: nothing may fail, and no page may take 2 s.

Pages are those of `fixtures/` and, where WENXUN_TEST_CORPUS names a folder, the saved pages in it.

Usage: python benchmarks/fuzz_pages.py [--rounds 20] [--huge] [--every 1]
"""

import argparse
import os
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from measuring import REPOSITORY, table
from mutating import HUGE, mutated

from crawler.classify import classify
from crawler.extract import extract
from crawler.families import listing_in
from crawler.fields.parts import part_urls
from crawler.page import Page
from crawler.survey import column_candidates

SLOWEST_S = 2.0
NOW = datetime(2026, 1, 1, tzinfo=UTC)
URLS = ("http://news.example.edu.cn/info/1001/2001.htm", "http://www.example.cn/xw/index.html")


def saved_pages() -> list[Path]:
    folders = [REPOSITORY / "fixtures"]
    if corpus := os.environ.get("WENXUN_TEST_CORPUS"):
        folders += [Path(corpus, "pages"), Path(corpus, "eval")]
    return [path for folder in folders for path in sorted(folder.rglob("*.html"))]


def seconds_of(body: bytes, url: str) -> float:
    """Read a page in every way that a crawl does; return the CPU seconds of the slowest."""
    slowest = 0.0
    for read in (extract, classify, listing_in, part_urls, column_candidates):
        page = Page(url=url, body=body, fetched_at=NOW)
        started = time.thread_time()
        read(page)
        slowest = max(slowest, time.thread_time() - started)
    return slowest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--huge", action="store_true", help="5 MB and 10,000 levels, too")
    parser.add_argument("--every", type=int, default=1, help="take one saved page of so many")
    options = parser.parse_args()
    pages, failed, read = saved_pages()[:: options.every], 0, 0
    times: list[tuple[float, str]] = []
    for path in pages:
        whole = path.read_bytes()
        bodies = [(mutated(whole, seed), f"seed {seed}") for seed in range(options.rounds)]
        if options.huge:
            bodies += [(way(whole), f"huge {number}") for number, way in enumerate(HUGE)]
        for number, (body, name) in enumerate(bodies):
            try:
                times.append((seconds_of(body, URLS[number % 2]), f"{path} {name}"))
            except Exception:  # noqa: BLE001 (what fails is what we look for)
                failed += 1
                print(f"FAILED {path} {name}\n{traceback.format_exc()}")
            read += 1
    times.sort(reverse=True)
    print(f"{read} broken pages of {len(pages)} saved ones: {failed} failed")
    print(table([("CPU s", "slowest pages"), *((f"{s:.3f}", name) for s, name in times[:8])]))
    return 1 if failed or times[0][0] >= SLOWEST_S else 0


if __name__ == "__main__":
    sys.exit(main())
