"""Real pages of the families, against their truth; and the same pages broken in many ways.

The pages are other people's and stay outside: WENXUN_TEST_CORPUS names the folder.
"""

import json
import os
import random
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawler.classify import classify
from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
ROOT = Path(CORPUS or ".")
# The families that have to be right on each of their pages, and an address of their kind.
ADDRESSES = {
    "jcms": "http://news.example.gov.cn/art/2016/11/22/art_1621004_9312211.html",
    "trs": "http://news.example.gov.cn/yw/201909/t20190918_693227.html",
    "vsb": "http://news.example.edu.cn/info/1001/2001.htm",
    "webplus": "http://news.example.edu.cn/2026/0326/c13475a290690/page.htm",
}
NAMED = {"other/02_article.html": "jcms"}
NOW = datetime(2026, 11, 1, tzinfo=UTC)  # no page of the corpus is younger
SHANGHAI = ZoneInfo("Asia/Shanghai")
_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_SLOW_S = 2.0
NOISE = [
    *(b"<table>", b"</div>" * 20, b"<form>", b"<!--", b"<script>", b"<svg>", b"<select>"),
    *(b"<frameset>", b"<plaintext>", b"</body>", b"\xff\xfe", b"\0" * 9, b"<tr><td>"),
    b'<div class="v_news_content">' * 60,
]


def truths() -> Iterator[dict[str, Any]]:
    if CORPUS:
        for line in (ROOT / "pages/truth.jsonl").read_text("utf-8").splitlines():
            truth = json.loads(line)
            truth["cms"] = NAMED.get(truth["file"], truth["cms"])
            if truth["cms"] in ADDRESSES:
                yield truth


EVERY_TRUTH = pytest.mark.parametrize("truth", [pytest.param(t, id=t["file"]) for t in truths()])
SITE = sorted((ROOT / "sites/yjszs.cqjtu/info").rglob("*.htm")) if CORPUS else []


def page_at(path: Path, url: str = ADDRESSES["vsb"]) -> Page:
    return Page(url=url, body=path.read_bytes(), fetched_at=NOW)


def article_of(truth: dict[str, Any]) -> Article:
    found = extract(page_at(ROOT / "pages" / truth["file"], ADDRESSES[truth["cms"]]))
    assert isinstance(found, Article), found
    assert found.family == truth["cms"]
    return found


def squashed(text: str) -> str:
    return _BLANKS.sub("", text)


@EVERY_TRUTH
def test_title(truth: dict[str, Any]) -> None:
    assert squashed(article_of(truth).title) == squashed(truth["title"])


@EVERY_TRUTH
def test_date(truth: dict[str, Any]) -> None:
    at = article_of(truth).published_at

    printed = at.astimezone(SHANGHAI).isoformat() if at else ""
    assert printed[: len(truth["date_iso"] or "")] == (truth["date_iso"] or "")


@EVERY_TRUTH
def test_body(truth: dict[str, Any]) -> None:
    text = squashed(article_of(truth).text)

    assert (text[:30], text[-30:] if text else "") == (
        truth["body_first30"],
        truth["body_last30"],
    )
    assert len(text) == truth["body_len_nows"]


@EVERY_TRUTH
def test_source_and_views(truth: dict[str, Any]) -> None:
    article = article_of(truth)

    views = truth["views_in_html"]
    assert article.source == truth["source"]
    assert article.views == (int(views) if views else None)


@pytest.mark.parametrize("path", SITE, ids=[path.stem for path in SITE])
def test_every_article_of_a_real_site_is_whole(path: Path) -> None:
    url = f"http://site.example.edu.cn/{path.relative_to(path.parents[2])}"

    article = extract(page_at(path, url))

    assert isinstance(article, Article)
    title = page_at(path).title_text or ""
    assert squashed(title).startswith(squashed(article.title))
    assert article.published_at is not None
    assert article.section
    assert article.text or article.empty_reason
    assert not re.search(r"上一条|版权所有|已下载", article.text[-200:])


def test_a_broken_page_breaks_nothing() -> None:
    rng = random.Random(20260101)
    bodies = [path.read_bytes() for path in sorted((ROOT / "pages").rglob("*.html"))]

    for _ in range(250):
        page = Page(
            url="http://news.example.edu.cn/info/1/2.htm",
            body=broken(rng.choice(bodies), rng),
            fetched_at=NOW,
        )
        started = time.thread_time()
        extract(page)
        classify(page)
        assert time.thread_time() - started < _SLOW_S


def broken(body: bytes, rng: random.Random) -> bytes:
    first, last = sorted((rng.randrange(len(body)), rng.randrange(len(body))))
    tags = [match.span() for match in re.finditer(rb"<[^>]+>", body)]
    lost = rng.choice(tags) if tags else (0, 0)
    noise = rng.choice(NOISE)
    return rng.choice(
        [
            body[:first],
            body[:first] + body[last:],
            body[:last] + body[first:last] + body[last:],
            body[: lost[0]] + body[lost[1] :],
            body[:first] + noise + body[first:],
        ]
    )
