"""The verdict of a site after a crawl: first bad crawl, never for a page that passes."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.extract import Refusal
from crawler.health import (
    ArticlesSeen,
    ColumnSeen,
    Trouble,
    judge,
    trouble_of,
    trouble_of_article,
    trouble_of_list,
)
from crawler.wordings import State
from storage.health import Finding, Health, Past, lasted

URL = "http://news.yunling.example/jdyw.htm"
BAD = Trouble(health=Health.LAYOUT_BROKEN, evidence="no body", url=URL)


def seen(n=1, state=None, *, status=200, gave=10, looks=0):
    trouble = None
    if state is not None:
        trouble = trouble_of(Refusal(state=state, evidence="so"), url=URL, status=status)
    return ColumnSeen(
        column_id=n, url=URL, gave=gave, looks=looks, items=None if trouble else 10, trouble=trouble
    )


def verdict(*columns, articles=None, past=None, in_all=None, unseen_trouble=False):
    found = judge(
        columns, articles or ArticlesSeen(), past or Past(),
        columns_in_all=len(columns) if in_all is None else in_all, unseen_trouble=unseen_trouble,
    )  # fmt: skip
    return found.health


@pytest.mark.parametrize(
    ("state", "status", "health"),
    [
        (State.UNKNOWN_LAYOUT, 200, Health.LISTING_BROKEN),
        (State.EMPTY_SHELL, 200, Health.LISTING_BROKEN),
        (State.NOT_FOUND, 404, Health.LISTING_BROKEN),
        (State.SERVER_ERROR, 200, Health.LISTING_BROKEN),
        (State.SERVER_ERROR, 502, Health.UNREACHABLE),
        (State.TIMEOUT, None, Health.UNREACHABLE),
        (State.UNRESOLVED, None, Health.UNREACHABLE),
        (State.TLS, None, Health.TLS),
        (State.CHALLENGE, 412, Health.CHALLENGE),
        (State.WAF, 200, Health.BLOCKED),
        (State.LOGIN, 200, Health.INTRANET),
        (State.INTRANET, 200, Health.INTRANET),
        (State.LINK_OUT, 200, Health.MOVED),
    ],
)
def test_what_all_list_pages_are_is_the_verdict(state, status, health):
    assert verdict(seen(1, state, status=status), seen(2, state, status=status)) is health


@pytest.mark.parametrize(
    ("states", "may_pass"),
    [
        ([State.SERVER_ERROR, State.SERVER_ERROR], True),
        ([State.SERVER_ERROR, State.NOT_FOUND], True),
        ([State.UNKNOWN_LAYOUT, State.UNKNOWN_LAYOUT], False),
        ([State.SERVER_ERROR, State.UNKNOWN_LAYOUT], False),
        ([State.NOT_FOUND, State.EMPTY_SHELL], False),
    ],
)
def test_a_list_that_shows_an_error_may_pass_and_one_of_a_new_layout_does_not(states, may_pass):
    finding = judge(
        [seen(n, state) for n, state in enumerate(states)], ArticlesSeen(), Past(),
        columns_in_all=len(states), unseen_trouble=False,
    )  # fmt: skip

    assert (finding.health, finding.is_passing) == (Health.LISTING_BROKEN, may_pass)


def test_a_page_of_errors_that_says_nothing_else_may_pass():
    untold = Refusal(state=State.INTRANET, evidence="no list of news: title Error")
    locked = Refusal(state=State.UNKNOWN_LAYOUT, evidence="no list of news: neither")

    found = [trouble_of(one, url=URL, status=200) for one in (untold, locked)]

    assert [(one.health, one.may_pass) for one in found] == [
        (Health.LISTING_BROKEN, True), (Health.LISTING_BROKEN, False),
    ]  # fmt: skip


def test_a_site_that_leads_to_a_page_of_repairs_elsewhere_has_not_moved():
    repaired = Refusal(state=State.SERVER_ERROR, evidence="title 网站维护中")
    elsewhere = "http://error.yunling.example/503.html"

    found = trouble_of(repaired, url=elsewhere, status=200, asked=URL)

    assert (found.health, found.may_pass) == (Health.LISTING_BROKEN, True)


def test_a_site_that_leads_elsewhere_may_be_back_in_a_moment():
    away = seen(state=State.LINK_OUT)

    found = judge([away], ArticlesSeen(), Past(), columns_in_all=1, unseen_trouble=False)

    assert (found.health, found.is_passing) == (Health.MOVED, True)


def test_known_articles_that_all_show_an_error_are_told_as_a_site_out_of_reach():
    repaired = Refusal(state=State.SERVER_ERROR, evidence="message: 系统维护中")
    barred = trouble_of_article(repaired, url=URL, status=200)

    assert barred is not None
    assert verdict(seen(), articles=ArticlesSeen(known_barred=(barred,) * 3)) is Health.UNREACHABLE
    few = ArticlesSeen(known_barred=(barred,) * 3, known_good=1)
    assert verdict(seen(), articles=few) is Health.HEALTHY


def test_one_page_of_many_that_passes_is_no_verdict_and_one_that_stays_is():
    for state in (State.NOT_FOUND, State.TIMEOUT, State.BLOCKED):
        assert verdict(seen(1, state), seen(2), seen(3)) is Health.HEALTHY
        assert verdict(seen(1, state), in_all=3) is Health.HEALTHY
        assert verdict(seen(1, state, looks=1), in_all=3) is not Health.HEALTHY
        assert verdict(seen(1, state, looks=2), seen(2), seen(3)) is not Health.HEALTHY


def test_one_list_of_many_that_gave_items_and_gives_none_is_broken_at_once():
    assert verdict(seen(1, State.EMPTY_SHELL), seen(2), seen(3)) is Health.LISTING_BROKEN
    assert verdict(seen(1, State.EMPTY_SHELL, gave=None), seen(2)) is Health.HEALTHY


def test_several_articles_that_lost_something_are_a_layout_and_one_is_an_edit():
    def of(bad, good):
        return verdict(seen(), articles=ArticlesSeen(known_bad=(BAD,) * bad, known_good=good))

    assert [of(1, 0), of(1, 9), of(2, 2)] == [Health.HEALTHY] * 3
    assert [of(2, 0), of(5, 1)] == [Health.LAYOUT_BROKEN] * 2


def test_new_articles_alone_are_a_layout_only_where_links_of_the_site_give_articles():
    articles = ArticlesSeen(known_good=4, new_bad=(BAD,) * 3)
    past = Past(articles=50, dated=50, texted=50)

    assert verdict(seen(), articles=articles, past=past) is Health.LAYOUT_BROKEN
    often = Past(articles=50, dated=50, texted=50, refused=0.4)
    assert verdict(seen(), articles=articles, past=often) is Health.HEALTHY


def test_a_verdict_stands_until_what_was_bad_is_seen_to_be_well():
    layout = Past(standing=Finding(health=Health.LAYOUT_BROKEN), articles=5)
    listing = Past(standing=Finding(health=Health.LISTING_BROKEN), articles=5)

    assert verdict(seen(), past=layout) is Health.LAYOUT_BROKEN
    assert verdict(seen(), past=layout, articles=ArticlesSeen(known_good=2)) is Health.HEALTHY
    assert verdict(seen(2), past=listing, unseen_trouble=True) is Health.LISTING_BROKEN
    assert verdict(seen(1), past=listing) is Health.HEALTHY


@pytest.mark.parametrize(
    ("items", "known", "came", "longer", "health"),
    [
        (0, 0, URL, False, Health.LISTING_BROKEN),
        (5, 0, URL, False, Health.LISTING_BROKEN),
        (5, 0, "http://www2.yunling.example/", False, Health.MOVED),
        (3, 3, URL, False, Health.LISTING_BROKEN),
        (3, 3, URL, True, None),
        (12, 11, URL, False, None),
        (12, 1, URL, False, None),
    ],
)
def test_a_list_is_held_against_what_it_gave(items, known, came, longer, health):
    found = trouble_of_list(
        asked=URL, came=came, gave=12, items=items, known=known, is_longer=longer
    )

    assert (found and found.health) is health


def test_how_long_something_lasted_is_said_in_two_units():
    start = datetime(2026, 3, 1, tzinfo=UTC)
    spans = [timedelta(seconds=5), timedelta(minutes=90), timedelta(days=2, hours=3, minutes=9)]

    assert [lasted(start, start + span) for span in spans] == [
        "less than a minute", "1 h 30 min", "2 d 3 h",
    ]  # fmt: skip
