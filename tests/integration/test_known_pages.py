"""Today's pages of articles that are known, and how few are asked for."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.errors import FetchError
from crawler.page import Page
from crawler.site import Site
from storage.known_articles import KnownArticles
from tests.integration.desk import Desk, article
from wenxun.known_pages import KnownPages, known_pages

LISTS = tuple(f"https://yunling.example/{name}.htm" for name in ("jdyw", "tzgg"))
SITE = Site(name="yunling", title="云岭大学", start=LISTS)
LONG = (
    "图书馆自下周一起延长开放时间，周末也照常开放，读者凭校园卡入馆，"
    "寄存的物品请当天取走，过时不候。"
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def pages(desk: Desk, fetch: Callable[[str], Page]) -> KnownPages:
    known = KnownArticles(desk.store)
    return known_pages(known, SITE, fetch, most=6, before=None, say=lambda _: None)


@pytest.fixture
def known(desk: Desk) -> Desk:
    articles = [article(f"info/1001/{n}", text=f"{LONG}第{n}条。") for n in range(9)]
    desk.crawl(*(desk.read(one) for one in articles))
    return desk


def test_a_server_that_does_not_answer_is_left_alone(known: Desk) -> None:
    asked: list[str] = []

    def fetch(url: str) -> Page:
        asked.append(url)
        raise FetchError(url, "connection refused")

    found = pages(known, fetch)

    assert len(asked) == 3
    assert found.unread == tuple(f"{url}: connection refused" for url in asked)
    assert found.articles == ()


def test_pages_that_fail_now_and_then_are_made_up_for_by_others(known: Desk) -> None:
    asked: list[str] = []

    def fetch(url: str) -> Page:
        asked.append(url)
        if len(asked) % 3:
            raise FetchError(url, "timed out")
        body = f"<h1>{url}</h1><p>{LONG}</p>".encode()
        return Page(url=url, body=body, fetched_at=NOW)

    found = pages(known, fetch)

    assert len(asked) == len(LISTS) + 9
    assert len(found.articles) == 3
