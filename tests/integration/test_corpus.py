"""A corpus holds a story once: its first publisher's article, and who printed it after that."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from storage.articles import Filter
from storage.corpus import CORPUS_FIELDS, Corpus
from storage.export import ExportFormat, Order, export
from storage.export.card import FIELDS, card, readme
from storage.export.order import Source, Tally
from storage.store import Store
from storage.story_groups import group_batch
from tests.integration.desk import Desk, article, at

NOW = datetime(2026, 3, 5, tzinfo=UTC)


def publish(store: Store, site: str, *keys: str, day: int | None = 28, text: str = "x") -> None:
    """Let a site publish these; the same key and text on two sites is one story."""
    desk = Desk(store, site)
    when = None if day is None else datetime(2026, 2, day, 1, tzinfo=UTC)
    reads = []
    for key in keys:
        one = article(key, text=article(key).text + text, published_at=when)
        url = f"http://{site}.example/{key}"
        reads.append(desk.read(at(one, url, page_key=f"{site}.example/{key}")))
    desk.crawl(*reads)
    while group_batch(store, now=desk.now):
        pass


def stories(store: Store, **wanted: str) -> list[tuple[str, str, list[str]]]:
    found = Corpus(store, Filter(**wanted)).after(0)
    return [(a.title, a.site, [str(one["site"]) for one in a.reposts]) for a in found]


def test_a_story_is_its_first_publishers(store: Store) -> None:
    publish(store, "yunling", "1", day=28)
    publish(store, "beihai", "1", day=27)
    publish(store, "nanshan", "1", day=None)
    publish(store, "yunling", "2", day=None)
    publish(store, "beihai", "2", day=None)

    assert stories(store) == [
        ("第1号新闻", "beihai", ["yunling", "nanshan"]),
        ("第2号新闻", "yunling", ["beihai"]),
    ]


def test_only_what_is_wanted_makes_stories(store: Store) -> None:
    publish(store, "yunling", "1", day=28)
    publish(store, "beihai", "1", day=27)

    assert stories(store, site="yunling") == [("第1号新闻", "yunling", [])]
    assert stories(store, since="2026-02-28") == [("第1号新闻", "yunling", [])]
    assert stories(store, until="2026-02-28") == [("第1号新闻", "beihai", ["yunling"])]


def test_stories_stand_in_the_order_of_their_numbers_and_go_on(store: Store) -> None:
    publish(store, "yunling", *map(str, range(9)))
    publish(store, "beihai", *map(str, range(12)), day=27)

    corpus = Corpus(store, Filter())
    ids = [one.id for one in corpus.after(0)]

    assert ids == sorted(ids)
    assert corpus.count() == len(ids) == 12
    assert [one.id for one in corpus.after(ids[4])] == ids[5:]


@pytest.mark.parametrize("form", [f for f in ExportFormat if f is not ExportFormat.TEXT])
def test_a_corpus_is_written_in_every_form_with_its_reposts(
    store: Store, tmp_path: Path, form: ExportFormat
) -> None:
    publish(store, "yunling", "1")
    publish(store, "beihai", "1")
    corpus = Corpus(store, Filter())

    done = export(
        Source(count=corpus.count, after=corpus.after),
        Order(form=form, out=tmp_path / "a", fields=CORPUS_FIELDS),
        progress=lambda _: None,
    )

    assert (done.tally.articles, done.tally.reposts) == (1, 1)
    if form is ExportFormat.JSONL:
        [repost] = json.loads((tmp_path / "a").read_text("utf-8"))["reposts"]
        assert (repost["site"], repost["url"]) == ("beihai", "http://beihai.example/1")
        assert (repost["published_day"], repost["published_at"]) == (
            "2026-02-28", "2026-02-28T09:00:00+08:00",
        )  # fmt: skip
    if form is ExportFormat.PARQUET:
        [[repost]] = pq.read_table(tmp_path / "a").column("reposts").to_pylist()
        assert repost["published_at"] == datetime(2026, 2, 28, 1, tzinfo=UTC)


def test_the_card_tells_what_the_corpus_holds() -> None:
    tally = Tally(articles=1200, reposts=30, undated=4, first_day="2020-01-01")
    tally.last_day, tally.sites["yunling"] = "2026-02-28", 1200

    made = card(
        tally, files=["news-00001-of-00002.jsonl", "news-00002-of-00002.jsonl"], form="jsonl",
        fields=("id", "reposts"), asked={"site": "yunling", "since": None}, version="1.2", now=NOW,
    )  # fmt: skip
    text = readme(made)

    assert json.loads(json.dumps(made)) == made
    for told in (
        "# news\n", "1,200 stories of 1 sites, 2020-01-01 to 2026-02-28", "lists 30 more",
        "Asked for: site yunling.", "Wenxun 1.2", "belong to their publishers", "| `reposts` |",
        "`news-00002-of-00002.jsonl`", "| yunling | 1,200 |",
    ):  # fmt: skip
        assert told in text


def test_every_field_of_a_corpus_is_explained() -> None:
    assert set(FIELDS) == set(CORPUS_FIELDS)


def test_an_article_that_is_edited_leaves_its_story(store: Store) -> None:
    publish(store, "yunling", "1")
    publish(store, "beihai", "1")
    desk = Desk(store, "beihai")
    one = at(article("1"), "http://beihai.example/1", page_key="beihai.example/1")
    desk.later(days=1)

    desk.crawl(desk.again(replace(one, title="更正", text="完全另外一回事。" * 20)))

    assert sorted(stories(store)) == [("更正", "beihai", []), ("第1号新闻", "yunling", [])]


def test_nearly_the_same_text_is_one_story(store: Store) -> None:
    long = "".join(f"第{n}段说的是图书馆的第{n}件事，读者都很高兴。" for n in range(30))
    publish(store, "yunling", "1", day=27, text=long)
    publish(store, "beihai", "1", day=28, text=f"{long}责任编辑：江舟")

    assert stories(store) == [("第1号新闻", "yunling", ["beihai"])]
    assert stories(store, words="图书馆") == [("第1号新闻", "yunling", ["beihai"])]
    assert stories(store, words="江舟") == [("第1号新闻", "beihai", [])]
