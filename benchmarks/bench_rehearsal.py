"""What re-reading an archive costs: beside the crawl that made it, and beside bare extraction.

The fixture site is crawled, and what was kept is rehearsed by the installed command, in turns; bare
extraction reads the same bytes out of memory. All figures leave out what each command costs on next
to nothing (start-up), so they are those of a large archive; the wall clock has it, and needs a
machine that does nothing else.

Usage: python benchmarks/bench_rehearsal.py [--articles 6000] [--rounds 3] [--page-kb 28]
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from measuring import Site, fixture_site, site_file, spent, table

from crawler.extract import extract
from crawler.page import Page
from storage.archive.reading import Archived, standing
from storage.rehearsals import Rehearsals
from storage.store import open_store

BARS = {"crawl": 1.5, "extraction": 0.5, "two cores": 1.5}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[1]


def crawled(site: Site, folder: Path) -> float:
    """Crawl the site into a folder; return the CPU seconds."""
    site.tell("reset")
    site_file(folder, site.start)
    return spent(["-m", "wenxun", "crawl", "--json"], folder=folder).cpu_s


def rehearsed(folder: Path, articles: int) -> float:
    """Rehearse what is kept, in one process; return the CPU seconds."""
    done = spent(["-m", "wenxun", "rehearse", "--jobs", "1"], folder=folder)
    if f"0 of {articles:,} articles change" not in done.out:
        raise RuntimeError(f"not all as it was: {done.out}")
    return done.cpu_s


def seconds(folder: Path, jobs: int) -> float:
    """Rehearse in so many processes, on all cores; return the seconds of the wall clock."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "wenxun", "rehearse", "--jobs", str(jobs)]
    pid = os.spawnve(
        os.P_NOWAIT,
        "/bin/sh",
        ["sh", "-c", f"cd {folder} && {' '.join(command)} >/dev/null"],
        os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("the rehearsal failed")
    return time.perf_counter() - started


def kept_pages(folder: Path) -> list[Page]:
    """Return all kept article pages, in memory."""
    store = open_store(f"sqlite:///{folder}/wenxun.db")
    try:
        (site,) = Rehearsals(store).sites()
        documents = Rehearsals(store).documents(site.id)
        found = [one for _, all_ in standing(store, documents) for one in all_]
    finally:
        store.close()
    return [
        Page(
            url=one.url, status=one.status, headers=one.headers, body=one.body,
            fetched_at=one.fetched_at,
        )
        for one in found
        if isinstance(one, Archived)
    ]  # fmt: skip


def extracted(pages: Sequence[Page]) -> float:
    """Extract the pages; return the CPU seconds."""
    fresh = [
        Page(url=p.url, status=p.status, headers=p.headers, body=p.body, fetched_at=NOW)
        for p in pages
    ]
    started = time.process_time()
    for page in fresh:
        extract(page)
    return time.process_time() - started


def start_up(page_kb: int) -> tuple[float, float]:
    """What crawl and rehearsal cost on one article, in CPU seconds."""
    with (
        fixture_site(articles=1, columns=1, plain=True, page_kb=page_kb) as site,
        tempfile.TemporaryDirectory() as name,
    ):
        crawl = min(crawled(site, Path(name)) for _ in range(2))
        return crawl, min(rehearsed(Path(name), 1) for _ in range(2))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page-kb", type=int, default=28)
    options = parser.parse_args()
    started_crawl, started_rehearsal = start_up(options.page_kb)
    crawls, rehearsals, bare, one, two = [], [], [], [], []
    with fixture_site(articles=options.articles, plain=True, page_kb=options.page_kb) as site:
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                crawls.append(crawled(site, folder) - started_crawl)
                rehearsals.append(rehearsed(folder, options.articles) - started_rehearsal)
                bare.append(extracted(kept_pages(folder)))
                one.append(seconds(folder, 1))
                two.append(seconds(folder, 2))
    ratios = {
        "crawl": [c / r for c, r in zip(crawls, rehearsals, strict=True)],
        "extraction": [b / r for b, r in zip(bare, rehearsals, strict=True)],
        "two cores": [a / b for a, b in zip(one, two, strict=True)],
    }
    rows = [
        ("what", "pages/CPU s", "rehearsal : it", "bar"),
        ("rehearsal, one process", _speed(options.articles, rehearsals), "", ""),
        ("crawl", _speed(options.articles, crawls), f"{median(ratios['crawl']):.2f}", "1.5"),
        ("bare extraction", _speed(options.articles, bare),
         f"{median(ratios['extraction']):.2f}", "0.5"),
        ("two processes, wall clock", f"{median(one):.1f} s, {median(two):.1f} s",
         f"{median(ratios['two cores']):.2f}", "1.5"),
    ]  # fmt: skip
    print(table(rows))
    return 0 if all(median(ratios[name]) >= bar for name, bar in BARS.items()) else 1


def _speed(articles: int, costs: Sequence[float]) -> str:
    return f"{articles / median(costs):.0f}"


if __name__ == "__main__":
    sys.exit(main())
