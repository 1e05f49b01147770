"""Search in a growing store: is everything found, how fast, and what does keeping the index cost.

Articles of 1,500 characters from a fixed Zipf vocabulary are saved as a crawl saves them; words of
two characters (rare, middle, frequent) are searched, the newest first, and held against reading
every text. On SQLite, and on the PostgreSQL of WENXUN_TEST_POSTGRES_URL in a schema of its own.

Usage: python benchmarks/bench_search.py [--articles 20000] [--words 30] [--folder DIR]
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

from measuring import REPOSITORY, table
from sqlalchemy import create_engine, make_url, select, text

sys.path.insert(0, str(REPOSITORY))

from storage.article import Article, Precision
from storage.crawl import ArticleRead, Lease, RawResponse, Trigger
from storage.crawls import Crawls
from storage.query import parse
from storage.schema import Content, Document
from storage.search import Search
from storage.store import Store, open_store
from storage.wording import folded, holds

BATCH, CHARACTERS, SHOWN = 100, 1500, 20
EARLY, WINDOW = 10_000, 3_000  # where the two insert rates are taken, over so many articles
BARS_MS = {"sqlite": 30.0, "postgresql": 80.0}
RATE_BAR, LOOK_UP_BAR_MS = 0.6, 1.0
START = datetime(2026, 3, 2, tzinfo=UTC)
SCHEMA = "wenxun_bench_search"


class Language:
    """A vocabulary of 20,000 words of one to four characters, met as in Zipf's law."""

    def __init__(self, seed: int = 1) -> None:
        chance = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < 20_000:
            length = chance.choice((1, 2, 2, 2, 3, 4))
            letters = (chr(0x4E00 + int(3500 * chance.random() ** 2.5)) for _ in range(length))
            words["".join(letters)] = None
        self.words = list(words)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def text(self, number: int) -> str:
        """Return the text of this article: the same at every call."""
        chance = random.Random(number)
        words = chance.choices(self.words, cum_weights=self._weights, k=CHARACTERS // 2)
        for place in range(8, len(words), 9):
            words[place] += "，" if place % 2 else "。"
        for place in range(59, len(words), 60):
            words[place] += "\n"
        return "".join(words)[:CHARACTERS]

    def chosen(self, count: int) -> dict[str, list[str]]:
        """Return words of two characters: rare, middle and frequent ones."""
        pairs = [word for word in self.words if len(word) == 2]
        chance = random.Random(2)
        parts = {
            "rare": pairs[len(pairs) // 2 :],
            "middle": pairs[300:2000],
            "frequent": pairs[:60],
        }
        return {name: chance.sample(part, count) for name, part in parts.items()}


def published(number: int, articles: int) -> datetime:
    """Sixty articles a day, in no order of time."""
    minutes = random.Random(-number).randrange(24 * 60 * max(1, articles // 60))
    return START - timedelta(minutes=minutes)


def read(language: Language, number: int, articles: int) -> ArticleRead:
    url = f"http://bench.example/info/{number}.htm"
    body = language.text(number)
    article = Article(
        url=url, page_key=f"bench.example/info/{number}", title=f"第{number}号{body[:20]}",
        text=body, published_at=published(number, articles), published_text="",
        published_precision=Precision.MINUTE,
    )  # fmt: skip
    response = RawResponse(
        url=url, url_key=url[7:], status=200, headers={}, body=str(number).encode(),
        fetched_at=START,
    )  # fmt: skip
    return ArticleRead(
        article=article, response=response, link_url_key=url[7:], column_id=1,
        extractor_version=1, next_check_at=START,
    )  # fmt: skip


def begun(crawls: Crawls) -> Lease:
    return crawls.begin(
        "bench", title=None, timezone="Asia/Shanghai", holder="bench:boot:1:1",
        trigger=Trigger.HAND, full=False, alert_max_age=timedelta(days=7), now=START,
    )  # fmt: skip


def fill(store: Store, language: Language, articles: int) -> list[float]:
    """Save all articles; return what each batch took, in seconds."""
    crawls = Crawls(store)
    lease = begun(crawls)
    took = []
    for first in range(0, articles, BATCH):
        batch = [read(language, number, articles) for number in range(first, first + BATCH)]
        start = time.perf_counter()
        crawls.save(lease, batch, requests=BATCH, now=START)
        took.append(time.perf_counter() - start)
        if first % EARLY == 0 and first:
            rate = EARLY / sum(took[-EARLY // BATCH :])
            print(f"  {first:>9,} articles, {rate:.0f} a second", file=sys.stderr, flush=True)
    return took


def rate(took: list[float], end: int) -> float:
    """Return the articles a second of the last batches before this many articles."""
    window = took[max(0, end - WINDOW) // BATCH : end // BATCH]
    return BATCH * len(window) / sum(window)


def scanned(
    store: Store, words: list[str]
) -> tuple[dict[str, set[int]], list[tuple[datetime, int]]]:
    """Read every text; return who holds each word, and all articles by their instants."""
    holders: dict[str, set[int]] = {word: set() for word in words}
    order = []
    question = select(Document.id, Content.title, Content.text, Document.page_key)
    question = question.join(Content, Content.id == Document.content_id)
    with store.read() as connection:
        rows = connection.execute(question.execution_options(yield_per=1000))
        for row in rows:
            title, body = folded(row.title), folded(row.text)
            for word in words:
                if word in body or word in title:
                    assert holds(body, word) or holds(title, word)
                    holders[word].add(row.id)
            order.append((int(row.page_key.rpartition("/")[2]), row.id))
    return holders, order


def timed(store: Store, word: str) -> tuple[float, list[int]]:
    """Return the milliseconds of a search, as a user's command asks, and what it found."""
    start = time.perf_counter()
    hits = Search(store).newest(parse(word), limit=SHOWN)
    return 1000 * (time.perf_counter() - start), [hit.id for hit in hits]


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def look_ups(store: Store) -> list[float]:
    """Return the milliseconds of asking for a content by its hash."""
    with store.read() as connection:
        hashes = list(connection.scalars(select(Content.content_hash).limit(20_000)))[::100]
        took = []
        for known in [*hashes, *(f"1:{number:064x}" for number in range(100))]:
            start = time.perf_counter()
            connection.execute(select(Content.id).where(Content.content_hash == known)).all()
            took.append(1000 * (time.perf_counter() - start))
    return took


def sizes_mb(store: Store) -> tuple[float, float]:
    """Return the size of the whole database and of its search index."""
    questions = {
        "sqlite": (
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            "SELECT sum(length(block)) FROM search_words_data",
        ),
        "postgresql": (
            """SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace""",
            "SELECT pg_total_relation_size('search_entries')",
        ),
    }
    with store.read() as connection:
        whole, index = (connection.scalar(text(q)) or 0 for q in questions[store.dialect])
    return float(whole) / 1e6, float(index) / 1e6


def measure(store: Store, language: Language, options: argparse.Namespace) -> bool:
    """Fill and ask; print a table; say whether all bars hold."""
    print(f"{store.dialect}, {options.articles:,} articles", flush=True)
    took = fill(store, language, options.articles)
    early, late = rate(took, min(EARLY, options.articles)), rate(took, options.articles)
    classes = language.chosen(options.words)
    holders, order = scanned(store, [word for words in classes.values() for word in words])
    age = {row: (published(number, options.articles), row) for number, row in order}
    rows = [("words", "articles that hold one", "p50 ms", "p95 ms", "bar", "found : there are")]
    good = late >= RATE_BAR * early
    for name, words in classes.items():
        for word in words[:3]:
            timed(store, word)
        answers = [(word, *timed(store, word)) for word in words]
        for word, _, ids in answers:
            newest = sorted(holders[word], key=lambda row: age[row], reverse=True)[:SHOWN]
            assert ids == newest, f"{word}: {ids} instead of {newest}"
        found = [set(Search(store).ids(parse(word))) == holders[word] for word in words]
        counts = [len(holders[word]) for word in words]
        slow = p95([ms for _, ms, _ in answers])
        good = good and all(found) and slow <= BARS_MS[store.dialect]
        spread = f"{min(counts):,}–{max(counts):,}"
        usual = f"{median(ms for _, ms, _ in answers):.1f}"
        equal = f"{sum(found)} of {len(found)} words equal"
        rows.append((name, spread, usual, f"{slow:.1f}", f"{BARS_MS[store.dialect]:.0f}", equal))
    print(table(rows))
    known = p95(look_ups(store))
    whole, index = sizes_mb(store)
    print(
        f"saved a second: {early:.0f} at {min(EARLY, options.articles):,}, {late:.0f} at"
        f" {options.articles:,}: {late / early:.2f} (bar {RATE_BAR});"
        f" longest wait for a batch of {BATCH}: {max(took):.2f} s\n"
        f"on disk: {whole:.0f} MB, of it the search index {index:.0f} MB;"
        f" known content looked up: p95 {known:.2f} ms (bar {LOOK_UP_BAR_MS:.0f})\n",
        flush=True,
    )
    return good and known <= LOOK_UP_BAR_MS


@contextmanager
def databases(folder: Path | None) -> Iterator[list[str]]:
    """Yield the addresses of new databases, and remove them in the end."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        urls = [f"sqlite:///{name}/wenxun.db"]
        postgres = os.environ.get("WENXUN_TEST_POSTGRES_URL")
        if postgres is None:
            yield urls
            return
        url = make_url(postgres).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            own = url.update_query_dict({"options": f"-csearch_path={SCHEMA}"})
            try:
                yield [*urls, own.render_as_string(hide_password=False)]
            finally:
                connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
        engine.dispose()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--words", type=int, default=30, help="so many of each kind")
    parser.add_argument("--folder", type=Path, help="where the SQLite file is made")
    parser.add_argument("--only", choices=list(BARS_MS), help="only this database")
    options = parser.parse_args()
    language = Language()
    good = True
    with databases(options.folder) as urls:
        for url in urls:
            if options.only and not url.startswith(options.only):
                continue
            store = open_store(url)
            good = measure(store, language, options) and good
            store.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
