"""Real list pages: exactly their items, their place in the column, the next page.

The pages are other people's and stay outside: WENXUN_TEST_CORPUS names the folder. The numbers
below were read off the pages by eye.
"""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.discover import LinkKind, Listing
from crawler.families import listing_in
from crawler.families.generic.listing import read_listing as read_any_listing
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
        "pages/trs/12_list.html", "zwgk/gsgg/index.html", 20, 20, "65849083", "62802254",
        (1, 4, None), "zwgk/gsgg/index_1.html",
    ),
    Truth(
        "pages/trs/14_list.html", "gfxwj/index.html", 11, 11, "724538", "633685", (1, 1, None), None
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


class AnyTruth(NamedTuple):
    """What stands on a list page of any CMS; titles as the start of their hash."""

    path: str
    address: str
    items: int
    articles: int
    first: str
    last: str
    place: tuple[int | None, int | None, int | None]
    next_path: str | None


OTHER_PAGES = [
    AnyTruth(
        "other/11_list.html", "xwzx/index.html", 6, 6, "5e7a8d85", "55bf5077", (1, 326, None),
        "xwzx/index_2.html",
    ),
    AnyTruth(
        "other/13_list.html", "gsxx/index.html", 23, 19, "b73e6331", "726b6031", (1, 3, 60),
        "gsxx/index_2.jhtml",
    ),
    AnyTruth(
        "trs/12_list.html", "zwgk/gsgg/index.html", 20, 20, "62f443a2", "7f23bd4e", (1, 4, None),
        "zwgk/gsgg/index_1.html",
    ),
    AnyTruth(
        "trs/14_list.html", "gfxwj/index.html", 11, 11, "bc87452e", "8afe2c46", (1, 1, None), None
    ),
    AnyTruth(
        "webplus/09_list.html", "ksgl/list.htm", 14, 14, "c9b5768e", "75d2e95d", (1, 20, 271),
        "ksgl/list2.htm",
    ),
    AnyTruth(
        "webplus/10_list.html", "24258/list2.htm", 18, 18, "8e267f44", "78189123", (2, 10, 167),
        "24258/list3.htm",
    ),
]  # fmt: skip
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def start_of_hash(title: str | None) -> str:
    return sha256((title or "").encode()).hexdigest()[:8]


def page_at(path: Path, address: str) -> Page:
    return Page(url=HOST + address, body=path.read_bytes(), fetched_at=LATER)


@pytest.mark.parametrize("read", [listing_in, read_any_listing], ids=["family", "any"])
@pytest.mark.parametrize("truth", OTHER_PAGES, ids=lambda truth: truth.path)
def test_a_list_of_another_cms_gives_exactly_its_items_and_its_place(truth, read):
    listing = read(page_at(ROOT / "pages" / truth.path, truth.address))

    assert listing is not None
    assert len(listing.links) == len({link.url for link in listing.links if link.key}) + sum(
        link.key is None for link in listing.links
    )
    assert len(listing.links) == truth.items
    assert sum(link.kind is LinkKind.ARTICLE for link in listing.links) == truth.articles
    assert start_of_hash(listing.links[0].title) == truth.first
    assert start_of_hash(listing.links[-1].title) == truth.last
    assert (listing.page, listing.pages, listing.total) == truth.place
    assert listing.next_url == (HOST + truth.next_path if truth.next_path else None)
    assert all(link.title and link.listed_at for link in listing.links)


def every_page_of_a_family() -> list[tuple[Path, str]]:
    saved = [(ROOT / truth.path, truth.address) for truth in PAGES]
    return saved + [(path, path.relative_to(SITE).as_posix()) for path in SITE.glob("**/*.htm")]


def test_the_rules_for_any_page_find_what_the_family_finds():
    for path, address in every_page_of_a_family():
        page = page_at(path, address)
        own, found = listing_in(page), read_any_listing(page)

        assert (own is None) == (found is None), path
        if own is not None and found is not None:
            assert [(link.title, link.listed_at) for link in own.links] == [
                (link.title, link.listed_at) for link in found.links
            ], path
            place = (found.page, found.pages, found.total, found.next_url)
            assert place == (own.page, own.pages, own.total, own.next_url), path


@pytest.mark.parametrize("path", ["vsb/34_home.html", "webplus/14_home.html"])
def test_the_home_page_of_any_cms_gives_its_news(path):
    listing = read_any_listing(page_at(ROOT / "pages" / path, "index.html"))

    assert listing is not None
    assert len({link.url for link in listing.links}) == len(listing.links) > 30
    assert sum(link.listed_at is not None for link in listing.links) > 25
    assert all(link.kind is LinkKind.ARTICLE and link.title for link in listing.links)


def test_no_article_is_a_list_of_an_unknown_layout():
    articles = [*ROOT.glob("pages/*/*_article.html"), *ROOT.glob("eval/*.html")]

    assert len(articles) > 70
    for path in articles:
        assert read_any_listing(page_at(path, "2021/0101/1001.html")) is None, path
