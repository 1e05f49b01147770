"""What an export costs: memory at 2,000 and 20,000 articles, articles a second, size on disk.

The bar: ten times the articles take no more memory (at most a tenth more, and 16 MiB), in any form.

    python benchmarks/bench_export.py --articles 20000
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import spent

from storage.article import Article, Precision
from storage.crawl import ArticleRead, CrawlEnd, CrawlOutcome, RawResponse, Trigger
from storage.crawls import Crawls
from storage.store import file_url, open_store

_START = datetime(2020, 1, 1, tzinfo=UTC)
_BATCH = 250
_SLACK_MIB = 16
_FORMS = ("text", "jsonl", "csv", "xlsx", "parquet")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=20_000)
    many = options.parse_args().articles
    print(f"{'format':10}{'articles':>9}{'seconds':>9}{'/s':>7}{'MiB':>6}{'bytes an article':>18}")
    grew = []
    with tempfile.TemporaryDirectory() as name:
        peaks: dict[tuple[str, int], float] = {}
        for count in (many // 10, many):
            folder = Path(name) / str(count)
            folder.mkdir()
            fill(folder / "wenxun.db", articles=count)
            for form in (*_FORMS, "corpus"):
                peaks[form, count] = measure(folder, form, count)
        for form in (*_FORMS, "corpus"):
            few, all_ = peaks[form, many // 10], peaks[form, many]
            if all_ > few * 1.1 + _SLACK_MIB:
                grew.append(f"{form}: {few:.0f} MiB became {all_:.0f} MiB")
    print("memory does not grow" if not grew else f"memory grows: {'; '.join(grew)}")
    sys.exit(1 if grew else 0)


def measure(folder: Path, form: str, count: int) -> float:
    """Export everything, print what it cost, return the peak of its memory in MiB."""
    options = ["--corpus", "--format=jsonl"] if form == "corpus" else [f"--format={form}"]
    done = spent(["-m", "wenxun", "export", *options, f"--out={form}"], folder=folder)
    out = folder / form
    files = out.iterdir() if out.is_dir() else [out]
    size = sum(file.stat().st_size for file in files)
    print(
        f"{form:10}{count:9}{done.cpu_s:9.1f}{count / done.cpu_s:7.0f}{done.peak_mib:6.0f}"
        f"{size / count:18.0f}"
    )
    return done.peak_mib


def fill(path: Path, *, articles: int, sites: int = 4, characters: int = 1500) -> None:
    """Make a database of so many articles with texts of so many characters, some reposted."""
    store = open_store(file_url(path))
    crawls = Crawls(store)
    for number in range(sites):
        now = _START
        lease = crawls.begin(
            f"site-{number}", title=None, timezone="Asia/Shanghai", holder="bench",
            trigger=Trigger.HAND, full=False, alert_max_age=timedelta(days=7), now=now,
        )  # fmt: skip
        batch = []
        for read in _reads(number, articles // sites, characters):
            batch.append(read)
            if len(batch) == _BATCH:
                crawls.save(lease, batch, requests=0, now=now)
                batch = []
        crawls.save(lease, batch, requests=0, now=now)
        end = CrawlEnd(outcome=CrawlOutcome.OK, requests=0, failures={})
        crawls.finish(lease, end, now=now)
    store.close()


def _reads(site: int, count: int, characters: int) -> Iterator[ArticleRead]:
    """Yield pages; every tenth has a text that all sites have."""
    letters = [chr(0x4E00 + n) for n in range(3000)]
    for number in range(count):
        dice = random.Random(f"{number}" if number % 10 == 0 else f"{site}-{number}")
        text = "".join(dice.choices(letters, k=characters))
        host = f"news.site-{site}.example"
        url = f"http://{host}/info/1001/{number}.htm"
        at = _START + timedelta(hours=number)
        article = Article(
            url=url, page_key=f"{host}/info/1001/{number}", title=text[:24], text=text,
            published_text=f"日期：{at:%Y-%m-%d}", published_at=at, views=number,
            published_precision=Precision.MINUTE, html=f"<p>{text}</p>",
        )  # fmt: skip
        key = url.partition("://")[2]
        response = RawResponse(
            url=url, url_key=key, status=200, headers={}, body=text.encode(), fetched_at=_START
        )
        yield ArticleRead(
            article=article, response=response, link_url_key=key, column_id=None,
            extractor_version=1, next_check_at=_START,
        )  # fmt: skip


if __name__ == "__main__":
    main()
