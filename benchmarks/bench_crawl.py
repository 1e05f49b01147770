"""How many pages a CPU second of crawling: ours the whole way, against rivals, side by side.

`least` has no bar: it says how near to the others a crawl of these parts could come at best.

Usage: python benchmarks/bench_crawl.py [--articles 2000] [--rounds 3]
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import Site, Spent, fixture_site, site_file, spent, table

RIVALS = str(Path(__file__).with_name("rival_spiders.py"))
BARS = {"counting": 0.45, "plain": 2.5}


def command_of(which: str, start: list[str]) -> list[str]:
    if which == "wenxun":
        return ["-m", "wenxun", "crawl", "--json"]
    return [RIVALS, which, "rival.db", *start]


def one_run(which: str, site: Site) -> tuple[Spent, int]:
    """Run one crawler from nothing; return its cost and the pages that the site served it."""
    site.tell("reset")
    start = site.start
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site_file(folder, start)
        cost = spent(command_of(which, start), folder=folder)
    counts = site.state()["counts"]
    if which == "least" and int(cost.out) != counts.get("article", 0):
        raise RuntimeError(f"{which} kept {cost.out} of {counts.get('article', 0)} articles")
    return cost, counts.get("listing", 0) + counts.get("article", 0)


def startup_of(which: str) -> float:
    """What it costs to start and to crawl next to nothing."""
    with fixture_site(articles=1, columns=1, plain=True) as site:
        return min(one_run(which, site)[0].cpu_s for _ in range(2))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page-kb", type=int, default=28)
    options = parser.parse_args()
    names = ("wenxun", "counting", "least", "plain")
    startup = {which: startup_of(which) for which in names}
    speeds: dict[str, list[float]] = {which: [] for which in names}
    running: dict[str, list[float]] = {which: [] for which in names}
    with fixture_site(articles=options.articles, plain=True, page_kb=options.page_kb) as site:
        for _ in range(options.rounds):
            for which in names:
                cost, pages = one_run(which, site)
                if pages < options.articles:
                    raise RuntimeError(f"{which} fetched {pages} of {options.articles} articles")
                speeds[which].append(pages / cost.cpu_s)
                running[which].append(pages / (cost.cpu_s - startup[which]))
    heading = (
        "crawler", "start-up CPU s", "pages/CPU s", "ours : it", "bar", "least : it",
        "pages/CPU s without start-up", "ours : it",
    )  # fmt: skip
    rows = [
        (
            which, f"{startup[which]:.2f}", f"{median(speeds[which]):.0f}",
            f"{ratio(speeds, which):.2f}", BARS.get(which, ""),
            f"{ratio(speeds, which, 'least'):.2f}",
            f"{median(running[which]):.0f}", f"{ratio(running, which):.2f}",
        )
        for which in names
    ]  # fmt: skip
    rows.insert(0, heading)
    print(table(rows))
    return 0 if all(ratio(speeds, which) >= bar for which, bar in BARS.items()) else 1


def ratio(speeds: dict[str, list[float]], which: str, whose: str = "wenxun") -> float:
    """The median over the rounds of one by another: both runs of a round share their conditions."""
    pairs = zip(speeds[whose], speeds[which], strict=True)
    return median(ours / other for ours, other in pairs)


if __name__ == "__main__":
    sys.exit(main())
