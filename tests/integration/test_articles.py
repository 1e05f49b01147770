"""Questions about articles."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.articles import Filter
from storage.errors import NotFoundError
from storage.history import History
from storage.store import Store
from tests.integration.desk import Desk, article, at

DATED = [
    article(f"info/{n}", published_at=datetime(2026, 2, n, 16, 30, tzinfo=UTC), title=f"第{n}号")
    for n in (1, 2, 3)
]
UNDATED = article("info/9", published_at=None, published_text=None, title="No. 9 Opens")


@pytest.fixture
def full(desk: Desk) -> Desk:
    desk.crawl(*(desk.read(a) for a in (*DATED, UNDATED)))
    return desk


def test_days_are_those_of_the_site_and_both_ends_belong_to_the_range(full: Desk) -> None:
    # 16:30 UTC is the next day in Shanghai.
    assert [a.published_day for a in full.all()] == ["2026-02-02", "2026-02-03", "2026-02-04", None]
    assert [a.id for a in full.all(since="2026-02-03")] == [2, 3]
    assert [a.id for a in full.all(until="2026-02-03")] == [1, 2]
    assert [a.id for a in full.all(since="2026-02-03", until="2026-02-03")] == [2]


def test_undated_articles_are_counted_apart(full: Desk) -> None:
    wanted = Filter(since="2026-02-03", until="2026-02-03")

    assert full.articles.count(wanted) == 1
    assert full.articles.undated(wanted) == 1
    assert full.articles.undated(Filter(words="第1号")) == 0


def test_every_word_has_to_be_in_title_or_text_and_signs_are_taken_as_they_are(full: Desk) -> None:
    assert [a.id for a in full.all(words="第2号 图书馆")] == [2]
    assert [a.id for a in full.all(words="opens")] == [4]
    assert full.all(words="第2号 操场") == []
    assert full.all(words="%") == full.all(words="_") == []


def test_a_site_is_asked_for_by_name(store: Store, full: Desk) -> None:
    other = Desk(store, "beihai")
    other.crawl(other.read(at(DATED[0], "http://beihai.example/1", page_key="1")))

    assert [a.site for a in full.all(site="beihai")] == ["beihai"]
    assert full.articles.count(Filter(site="yunling")) == 4
    assert full.all(site="nobody") == []


def test_more_articles_than_a_page_of_rows_come_each_once(desk: Desk) -> None:
    desk.begin()
    desk.save(*(desk.read(article(f"info/{n}")) for n in range(1203)))

    found = [a.id for a in desk.all()]

    assert found == sorted(set(found))
    assert len(found) == desk.articles.count(Filter()) == 1203


def test_the_newest_come_first_and_the_undated_last(full: Desk) -> None:
    assert [a.id for a in full.articles.newest(limit=9)] == [3, 2, 1, 4]
    assert [a.id for a in full.articles.newest(limit=1, site="yunling")] == [3]
    assert full.articles.newest(limit=1, site="nobody") == []


def test_an_article_is_found_by_the_number_of_any_of_its_documents(full: Desk) -> None:
    full.crawl(full.read(at(DATED[0], "http://n/copy", page_key="copy")))
    full.crawl(full.again(replace(DATED[0], text=DATED[0].text + "改")))
    full.crawl(full.again(DATED[0]))

    assert full.articles.get(5).id == 1
    assert History(full.store).versions(5) == History(full.store).versions(1)
    assert [v.reason for v in History(full.store).versions(1)] == ["first", "changed", "changed"]
    with pytest.raises(NotFoundError, match="no article '77'"):
        full.articles.get(77)


def test_a_record_has_the_names_of_an_article_and_times_with_the_offset_of_the_site(
    store: Store,
) -> None:
    desk = Desk(store, timezone="Asia/Tokyo")
    desk.crawl(desk.read(DATED[0]))

    record = desk.all()[0].record()

    assert record["published_at"] == "2026-02-02T01:30:00+09:00"
    assert record["first_seen_at"] == "2026-03-02T17:00:00+09:00"
    assert (record["views"], record["withdrawn_at"], record["credits"]) == (None, None, [])
    assert {
        "title", "subtitle", "published_text", "published_at", "published_precision", "views",
        "text", "html", "credits", "source", "section", "attachments", "images", "language",
        "url", "site", "content_hash",
    } <= record.keys()  # fmt: skip
