"""Real list pages of the families: exactly their items, their place in the column, the next page.

The pages are other people's and stay outside: WENXUN_TEST_CORPUS names the folder. The numbers
below were read off the pages by eye.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.discover import LinkKind, Listing
from crawler.families import listing_in
from crawler.page import Page

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
ROOT = Path(CORPUS or ".")
SITE = ROOT / "sites/yjszs.cqjtu"
HOST = "http://news.yunling.example/"
NOW = datetime(2026, 11, 1, tzinfo=UTC)  # no page of the corpus is younger


class Truth(NamedTuple):
    """What stands on a list page: numbers of its articles (None: leads elsewhere), its place."""

    path: str
    address: str
    items: int
    articles: int
    first: str | None
    last: str | None
    place: tuple[int | None, int | None, int | None]
    next_path: str | None


PAGES = [
    Truth("pages/vsb/19_list.html", "tzgg.htm", 7, 7, "1840", "1010", (1, 1, 7), None),
    Truth(
        "pages/vsb/20_list.html", "zsxx1/ssyjs.htm", 10, 2, None, None, (1, 18, 180),
        "zsxx1/ssyjs/17.htm",
    ),
    Truth(
        "pages/vsb/21_list.html", "zsxx1/ssyjs/17.htm", 10, 6, None, None, (2, 18, 180),
        "zsxx1/ssyjs/16.htm",
    ),
    Truth(
        "pages/vsb/22_list.html", "zsxx1/ssyjs/16.htm", 10, 10, "1876", "1802", (3, 18, 180),
        "zsxx1/ssyjs/15.htm",
    ),
    Truth(
        "pages/vsb/23_list.html", "zsxx1/ssyjs/1.htm", 10, 10, "1201", None, (18, 18, 180), None
    ),
    Truth("pages/vsb/24_list.html", "zsxx1/bsyjs/1.htm", 4, 4, "1278", None, (6, 6, 54), None),
    Truth(
        "pages/vsb/29_list.html", "index/tzgg.html", 20, 20, "12878", "12839", (1, 60, 1183),
        "index/tzgg/59.html",
    ),
    Truth("pages/vsb/30_list.html", "index/tzgg/1.html", 3, 0, None, None, (60, 60, 1183), None),
    Truth(
        "pages/vsb/31_list.html", "tzgg.htm", 25, 25, "2227", "2041", (1, 12, 300), "tzgg/11.htm"
    ),
    Truth(
        "pages/webplus/09_list.html", "ksgl/list.htm", 14, 14, "290241", "287334", (1, 20, 271),
        "ksgl/list2.htm",
    ),
    Truth(
        "pages/webplus/10_list.html", "24258/list2.htm", 18, 18, "266990", "266962", (2, 10, 167),
        "24258/list3.htm",
    ),
]  # fmt: skip


def listing_at(path: Path, address: str) -> Listing | None:
    return listing_in(Page(url=HOST + address, body=path.read_bytes(), fetched_at=NOW))


@pytest.mark.parametrize("truth", PAGES, ids=lambda truth: truth.path)
def test_a_saved_list_page_gives_exactly_its_items_and_its_place(truth):
    listing = listing_at(ROOT / truth.path, truth.address)

    assert listing is not None
    numbers = [
        link.key.rpartition(":")[2].removeprefix("a") if link.key else None
        for link in listing.links
    ]
    assert len(numbers) == truth.items
    assert sum(number is not None for number in numbers) == truth.articles
    assert truth.first in {None, numbers[0]}
    assert truth.last in {None, numbers[-1]}
    assert (listing.page, listing.pages, listing.total) == truth.place
    assert listing.next_url == (HOST + truth.next_path if truth.next_path else None)
    assert all(link.title and link.listed_at for link in listing.links)


# (column, items on its pages from the newest on, total). One page of the mirror is missing.
COLUMNS = [
    ("tzgg", [7], 7),
    ("xgxtlj", [1], 1),
    ("xzzx", [5], 5),
    ("xxxw", [5], 5),
    ("kdxx", [10, 10, 4], 24),
    ("zsxx1/bsyjs", [10, 10, 10, 10, 10, 4], 54),
    ("zsxx1/tdxlsqss", [10, 10, 1], 21),
]


@pytest.mark.parametrize(("column", "counts", "total"), COLUMNS, ids=str)
def test_a_real_column_is_read_from_page_to_page(column, counts, total):
    found, address = [], f"{column}.htm"
    while address:
        listing = listing_at(SITE / address, address)
        assert listing is not None
        assert (listing.page, listing.pages) == (len(found) + 1, len(counts))
        assert listing.total == total
        found.append(len(listing.links))
        address = listing.next_url.removeprefix(HOST) if listing.next_url else None

    assert found == counts


def test_every_listed_article_of_the_real_site_can_be_counted():
    for path in [*SITE.glob("*.htm"), *SITE.glob("zsxx1/**/*.htm"), *SITE.glob("kdxx/*.htm")]:
        listing = listing_at(path, path.relative_to(SITE).as_posix())
        for link in listing.links if listing else ():
            assert (link.counter is not None) == (link.kind is LinkKind.ARTICLE)


@pytest.mark.parametrize("address", ["index.htm", "index-1.htm"])
def test_the_home_page_gives_its_news_blocks(address):
    listing = listing_at(SITE / "index.htm", "index.htm")

    assert listing is not None
    assert len(listing.links) == 36
    assert len({link.url for link in listing.links}) == 36


def test_the_webplus_home_page_gives_its_news_and_no_lists_of_pages():
    listing = listing_at(ROOT / "pages/webplus/14_home.html", "main.htm")

    assert listing is not None
    # 30 articles of news and one that only leads elsewhere; majors and campus links are no news.
    assert len(listing.links) == 31
    assert not {"计算机科学与技术", "学校公众号"} & {link.title for link in listing.links}


def test_webplus_articles_are_no_list():
    for path in (ROOT / "pages/webplus").glob("*_article.html"):
        assert listing_at(path, "2026/0326/c13475a290690/page.htm") is None, path


def test_pages_that_are_no_list_are_none():
    articles = [*(ROOT / "pages/vsb").glob("*_article.html"), *SITE.glob("info/*/*.htm")]
    others = [SITE / "xxjj.htm", SITE / "list.jsp.htm", SITE / "show.jsp.htm"]

    for path in [*articles, *others]:
        assert listing_at(path, "info/1001/2001.htm") is None, path
