"""What it costs to find what is new on a site that was crawled before: requests, by kind.

A site of 10,000 articles on 500 list pages is crawled once; then something happens on it, and it is
crawled again: ten articles published; nine and a late one; one listed in another column too; one
made sticky; nothing. The bar is 12 + 10 requests for ten new articles, batched counters apart; and
every address that the site lists must be known afterwards.

Usage: python benchmarks/bench_incremental.py [--articles 10000] [--per-page 20] [--columns 2]
"""

import argparse
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measuring import Site, Spent, fixture_site, site_file, spent, table

_BAR = 22
_LATE_DAYS = 200


def ten_new(site: Site) -> int:
    for number in range(10):
        site.tell("publish", title=f"第{number}篇新消息")
    return 10


def nine_and_a_late_one(site: Site) -> int:
    for number in range(9):
        site.tell("publish", title=f"第{number}篇较新的消息")
    site.tell("late", title="补发的旧消息", days=_LATE_DAYS)
    return 10


def one_in_a_second_column(site: Site) -> int:
    columns = list(site.state()["columns"])
    articles = site.state(truth=True)["articles"]
    middle = articles[len(articles) // 2]
    other = next(slug for slug in columns if slug not in middle["columns"])
    site.tell("move", newsid=middle["newsid"], column=other, keep=True)
    return 0


def one_sticky(site: Site) -> int:
    site.tell("publish", title="置顶的消息", sticky=True)
    return 1


def nothing(site: Site) -> int:  # noqa: ARG001 (one of several that happen to a site)
    return 0


CHANGES: tuple[Callable[[Site], int], ...] = (
    ten_new, nine_and_a_late_one, one_in_a_second_column, one_sticky, nothing,
)  # fmt: skip


def missing(folder: Path, site: Site) -> int:
    """Count the listed addresses that lead to no stored document."""
    listed = {url for one in site.state(truth=True)["articles"] for url in one["urls"]}
    with sqlite3.connect(folder / "wenxun.db") as database:
        known = database.execute("select url from sightings where document_id is not null")
        return len(listed - {url for (url,) in known})


def crawl(folder: Path) -> tuple[dict[str, object], Spent]:
    cost = spent(["-m", "wenxun", "crawl", "--json"], folder=folder)
    return json.loads(cost.out), cost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--per-page", type=int, default=20)
    parser.add_argument("--columns", type=int, default=2)
    options = parser.parse_args()
    rows: list[tuple[object, ...]] = [
        (
            "crawl", "new", "expected", "missing", "requests", "without counters", "listings",
            "articles", "counters", "s", "MiB",
        )
    ]  # fmt: skip
    holds = True
    with (
        fixture_site(
            articles=options.articles, columns=options.columns, per_page=options.per_page,
            plain=True,
        ) as site,
        tempfile.TemporaryDirectory() as name,
    ):  # fmt: skip
        folder = Path(name)
        site_file(folder, site.start)
        for change in (None, *CHANGES):
            expected = change(site) if change else options.articles
            site.tell("reset")
            record, cost = crawl(folder)
            counts = site.state()["counts"]
            requests = sum(counts.values()) - counts.get("counter", 0)
            lost = missing(folder, site)
            holds = holds and record["articles_new"] == expected and not lost
            holds = holds and (change is None or requests <= _BAR)
            what = change.__name__.replace("_", " ") if change else "first"
            rows.append(
                (
                    what, record["articles_new"], expected, lost, record["requests"], requests,
                    counts.get("listing", 0), counts.get("article", 0), counts.get("counter", 0),
                    record["elapsed_s"], f"{cost.peak_mib:.0f}",
                )
            )  # fmt: skip
    print(table(rows))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
