"""Is it the same? Documents, titles, changes, days."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.article import Article, Precision
from storage.identity import (
    Change,
    Known,
    change_between,
    is_late_find,
    page_key,
    published_day,
    same_document,
    titles_agree,
)

ARTICLE = Article(
    url="http://n.example/1", page_key="n.example/1", title="甲乙丙丁", text="正文" * 40
)
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def known(number: int = 1, **values: object) -> Known:
    given = {"owner": None, "url_key": "n.example/x", "title": "另题", "content_hash": "1:other"}
    return Known(document_id=number, **(given | values))  # type: ignore[arg-type]


def same(
    *documents: Known, owner: str | None = None, addresses: tuple[int, ...] = ()
) -> int | None:
    article = Article(
        url=ARTICLE.url, page_key=ARTICLE.page_key, title=ARTICLE.title, text=ARTICLE.text,
        owner=owner,
    )  # fmt: skip
    found = same_document(
        article, url_key="n.example/1", known=documents, addresses=frozenset(addresses)
    )
    return found.document_id if found else None


def test_a_page_at_the_address_of_a_document_is_it_whatever_it_says() -> None:
    assert same(known(url_key="n.example/1")) == 1
    assert same(known(), addresses=(1,)) == 1


def test_a_page_at_another_address_is_it_if_title_or_content_agrees() -> None:
    assert same(known(title="甲乙 丙丁")) == 1
    assert same(known(content_hash=ARTICLE.content_hash)) == 1
    assert same(known()) is None


def test_the_address_tells_more_than_a_title() -> None:
    assert same(known(1, title=ARTICLE.title), known(2, url_key="n.example/1")) == 2


def test_another_owner_has_other_documents_and_an_unknown_one_may_have_any() -> None:
    assert same(known(url_key="n.example/1", owner="1"), owner="2") is None
    assert same(known(url_key="n.example/1", owner="1"), owner="1") == 1
    assert same(known(url_key="n.example/1", owner="1")) == 1
    assert same(known(url_key="n.example/1"), owner="2") == 1


def test_the_owner_joins_the_key_where_it_is_known() -> None:
    owned = Article(url="u", page_key="k", title="t", text="", owner="1234")

    assert (page_key(ARTICLE), page_key(owned)) == ("n.example/1", "k@1234")


@pytest.mark.parametrize(
    ("listed", "stored", "agree"),
    [
        ("甲乙丙丁", "甲乙丙丁", True),
        ("甲乙 丙丁", "甲乙丙丁", True),
        ("云岭大学图书…", "云岭大学图书馆开馆", True),
        ("云岭大学图书...", "云岭大学图书馆开馆", True),
        ("云岭大学图书", "云岭大学图书馆开馆", True),
        ("云岭…", "云岭大学图书馆开馆", False),
        ("云岭大学体育馆…", "云岭大学图书馆开馆", False),
        (None, "云岭大学图书馆开馆", True),
    ],
)
def test_a_listed_title_agrees_where_it_is_equal_or_cut_off(
    listed: str | None, stored: str, agree: bool
) -> None:
    assert titles_agree(listed, stored) is agree


def test_a_change_says_what_changed() -> None:
    def change(title: str, text: str) -> Change:
        return change_between(old_title="甲", old_text="乙", title=title, text=text)

    assert [change("丙", "乙"), change("甲", "丙"), change("丙", "丁")] == [
        Change.TITLE, Change.TEXT, Change.BOTH,
    ]  # fmt: skip


def test_a_day_is_that_of_the_site() -> None:
    late = Article(
        url="u", page_key="k", title="t", text="",
        published_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
    )  # fmt: skip

    assert published_day(late, "Asia/Shanghai") == "2026-03-02"
    assert published_day(late, "UTC") == "2026-03-01"
    assert published_day(ARTICLE, "UTC") is None


@pytest.mark.parametrize(
    ("age", "precision", "late"),
    [
        (timedelta(days=6, hours=23), Precision.MINUTE, False),
        (timedelta(days=7, hours=1), Precision.MINUTE, True),
        (timedelta(days=7, hours=1), Precision.DAY, False),
        (timedelta(days=8, hours=1), Precision.DAY, True),
        (-timedelta(days=30), Precision.DAY, False),
    ],
)
def test_a_find_is_late_after_the_time_that_people_want_a_day_counting_to_its_end(
    age: timedelta, precision: Precision, late: bool
) -> None:
    article = Article(
        url="u", page_key="k", title="t", text="", published_at=NOW - age,
        published_precision=precision,
    )  # fmt: skip

    assert is_late_find(article, now=NOW, max_age=WEEK) is late
    assert not is_late_find(ARTICLE, now=NOW, max_age=WEEK)
