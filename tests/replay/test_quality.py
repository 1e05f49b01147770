"""Articles of unknown layouts, against their truth: no page is known, so the figures are the test.

The pages are other people's and stay outside: WENXUN_TEST_CORPUS names the folder.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.scoring import Answer, Score, Truth, read_truths, score
from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
FOLDER = Path(CORPUS or ".") / "eval"
URL = "http://news.example.com/2020/article.html"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def answer(truth: Truth, family: str | None) -> Answer:
    body = (FOLDER / truth.file).read_bytes()
    found = extract(Page(url=URL, body=body, fetched_at=NOW, family=family))
    if not isinstance(found, Article):
        return Answer()
    at = found.published_at
    day = at.astimezone(SHANGHAI).date().isoformat() if at else None
    return Answer(title=found.title, day=day, body=found.text)


@cache
def news() -> Sequence[Truth]:
    return [truth for truth in read_truths(FOLDER) if truth.news]


@cache
def scored(family: str | None) -> Score:
    return score(news(), [answer(truth, family) for truth in news()])


def test_bodies_without_any_family() -> None:
    assert scored("generic").f1 >= 0.955


def test_bodies_with_the_families() -> None:
    assert scored(None).f1 >= 0.965


@pytest.mark.parametrize("family", ["generic", None])
def test_at_most_one_title_is_not_right(family: str | None) -> None:
    wrong = [miss for miss in scored(family).misses if miss.field == "title"]

    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("family", ["generic", None])
def test_at_most_one_date_is_wrong_and_one_missing(family: str | None) -> None:
    misses = [miss for miss in scored(family).misses if miss.field == "date"]
    missing = [miss for miss in misses if miss.actual is None]

    assert len(misses) - len(missing) <= 1, misses
    assert len(missing) <= 1, missing
