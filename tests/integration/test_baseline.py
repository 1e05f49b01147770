"""What is news, and what was there before anybody looked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.alert import MatchedEvent
from storage.alerts import Alerts
from storage.crawl import CrawlOutcome, PageRefused
from tests.integration.desk import Desk, article, at, link

FIRST = article("info/1001/1")
SECOND = article("info/1001/2")
OLD = replace(SECOND, published_at=SECOND.published_at - timedelta(days=8))


def walked(desk: Desk, *names: str) -> None:
    """A crawl in which the first walk of these columns came to its end, with nothing in them."""
    desk.begin()
    for name in names:
        desk.save(desk.listing(desk.column(name), [], completed=True))
    desk.finish()
    desk.later(hours=1)


def backfill(desk: Desk) -> list[tuple[str, str | None]]:
    return [(e.kind, e.detail) for e in desk.events() if e.backfill]


def test_what_the_first_walk_of_a_column_finds_is_no_news(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    desk.save(desk.listing(column, [link(FIRST)]), desk.read(FIRST))
    desk.later(seconds=9)
    desk.save(desk.listing(column, [link(SECOND)], completed=True), desk.read(SECOND))
    desk.finish()

    assert backfill(desk) == [("new", "baseline")] * 2


def test_what_is_found_after_the_first_walk_is_news(desk: Desk) -> None:
    walked(desk, "zyxw")
    desk.begin()

    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST)], completed=True), desk.read(FIRST))

    assert desk.told() == [("new", 1)]


def test_a_late_find_older_than_people_want_is_no_news(desk: Desk) -> None:
    walked(desk, "zyxw")
    desk.begin()

    desk.save(desk.listing(desk.column("zyxw"), [link(OLD)]), desk.read(OLD))

    assert backfill(desk) == [("new", "late")]


def test_an_undated_find_is_news(desk: Desk) -> None:
    undated = replace(FIRST, published_at=None, published_text=None)
    walked(desk, "zyxw")
    desk.begin()

    desk.save(desk.listing(desk.column("zyxw"), [link(undated)]), desk.read(undated))

    assert desk.told() == [("new", 1)]


def test_a_link_of_the_first_walk_that_is_fetched_later_is_no_news(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST)], completed=True))
    refused = PageRefused(
        url=FIRST.url, link_url_key=link(FIRST).url_key, column_id=1, state="server_error",
        evidence="status 502", seen_at=desk.now, response=None, next_try_at=desk.now,
    )  # fmt: skip
    desk.save(refused)
    desk.finish()
    desk.later(hours=1)

    desk.crawl(desk.read(FIRST))

    assert backfill(desk) == [("new", "baseline")]


def test_what_a_killed_first_walk_left_is_no_news_to_the_crawl_that_continues(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST)]))
    desk.later(minutes=5)

    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(SECOND)], completed=True))
    desk.save(desk.read(FIRST), desk.read(SECOND))

    assert desk.told() == []


def columns(desk: Desk) -> tuple[Any, Any]:
    """A column that was walked, and one that a site file has just got."""
    walked(desk, "old")
    desk.begin()
    return desk.column("old"), desk.column("new")


@pytest.mark.parametrize("fetched", ["last", "first", "between"])
@pytest.mark.parametrize("new_column_first", [True, False])
def test_news_in_a_walked_column_is_news_whatever_a_new_column_shows(
    desk: Desk, new_column_first: bool, fetched: str
) -> None:
    old, new = columns(desk)
    order = [new, old] if new_column_first else [old, new]

    if fetched == "first":
        desk.save(desk.read(FIRST))
    stored = 1 if fetched == "first" else None
    desk.save(desk.listing(order[0], [link(FIRST, document_id=stored)]))
    if fetched == "between":
        desk.save(desk.read(FIRST))
    stored = None if fetched == "last" else 1
    desk.save(desk.listing(order[1], [link(FIRST, document_id=stored)]))
    if fetched == "last":
        desk.save(desk.read(FIRST))

    assert desk.told() == [("new", 1)]


@pytest.mark.parametrize("way", ["joins", "is a twin", "is linked as a twin"])
def test_news_by_another_document_of_the_article_is_news(desk: Desk, way: str) -> None:
    old, new = columns(desk)
    desk.save(desk.listing(new, [link(FIRST)]), desk.read(FIRST))
    key = "other" if way == "joins" else FIRST.page_key
    other = at(FIRST, "http://news.yunling.example/other", page_key=key)

    desk.save(desk.listing(old, [link(other)]))
    if way == "is linked as a twin":
        desk.crawls.link_twins(desk.lease, now=desk.now)
    else:
        desk.save(desk.read(other))

    assert desk.told() == [("new", 1)]


def test_what_was_passed_over_as_baseline_is_matched_again_when_it_is_news(desk: Desk) -> None:
    old, new = columns(desk)
    desk.save(desk.listing(new, [link(FIRST)]), desk.read(FIRST))
    alerts = Alerts(desk.store)
    alerts.record_matches([MatchedEvent(event_id=1, alerts=())], now=desk.now)
    assert alerts.unmatched(10) == ()

    desk.save(desk.listing(old, [link(FIRST, document_id=1)]))

    assert [subject.event_id for subject in alerts.unmatched(10)] == [1]


@pytest.mark.parametrize("outcome", [None, "interrupted"])
def test_news_is_told_although_the_crawl_that_stored_it_was_cut_off(
    desk: Desk, outcome: str | None
) -> None:
    old, new = columns(desk)
    desk.save(desk.listing(new, [link(FIRST)], completed=True), desk.read(FIRST))
    if outcome:
        desk.finish(CrawlOutcome(outcome))
    desk.later(minutes=5)

    desk.begin()
    desk.save(desk.listing(old, [link(FIRST, document_id=1)]))

    assert desk.told() == [("new", 1)]


def test_an_article_of_the_baseline_that_another_column_links_later_is_no_news(desk: Desk) -> None:
    old, new = columns(desk)
    desk.save(desk.listing(new, [link(FIRST)], completed=True), desk.read(FIRST))
    desk.save(desk.listing(old, []))
    desk.finish()
    desk.later(hours=9)

    desk.begin()
    desk.save(desk.listing(old, [link(FIRST, document_id=1)]))

    assert desk.told() == []


def test_a_late_find_stays_one_whatever_column_shows_it(desk: Desk) -> None:
    old, new = columns(desk)
    desk.save(desk.listing(new, [link(OLD)]), desk.read(OLD))

    desk.save(desk.listing(old, [link(OLD, document_id=1)]))

    assert backfill(desk) == [("new", "late")]
