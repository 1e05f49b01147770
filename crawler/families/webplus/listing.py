"""Read a WebPlus list page: what is this CMS's own about lists, for `crawler.listing`.

Pure. Its own are windows: the main list stands in the window for which there is a paginator
(`#wp_news_w6` and `#wp_paging_w6`), or in one whose mode is `simpleList`. Other windows list other
columns; home pages have several, and there all of them count.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from selectolax.lexbor import LexborNode

from crawler.discover import Listing
from crawler.families.webplus.addresses import (
    article_id,
    article_key,
    column_id,
    key_of_canonical,
    looks_like_article,
)
from crawler.families.webplus.counters import KIND
from crawler.families.webplus.marks import PageKind, site_of, visit_of
from crawler.families.webplus.paginator import PAGING, webplus_paginator
from crawler.fields.tree import attribute
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block
from crawler.listing.main_list import most
from crawler.listing.paginator import Paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, is_home_address
from crawler.page import Page
from storage.article import Counter

BODY = ".wp_articlecontent"
# A column that is one article shows it in the window of its list.
COLUMN_ARTICLE = ".wp_column_article"
_MAIN = "[portletmode=simpleList]"
_WINDOW = "wp_news_w"
_LIST_COUNT = b"wp_listVisitCount"
_MODES = ("simpleNews", "simpleList")
_MORE = "a[class$=_more], .more_btn a, .more a"
_COLUMN_LIST = re.compile(r"(?:^|/)(\d+)/list\d*\.\w+$", re.IGNORECASE)
_LIST_CLASSES = ("wp_article_list", "news_list")


def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list.

    None for pages that are articles (also columns that are themselves one article). A page with a
    paginator but without items is an empty listing: the caller decides whether that is news or a
    fault.
    """
    return read_list(page, _RULES)


def has_main_list(page: Page) -> bool:
    """Say whether a page marks a list as its main one."""
    return bool(_containers(page)) or (
        b"wp_paging" in page.source and page.tree.css_first(PAGING) is not None
    )


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    """Say whether a page is an article, also a column that is itself one article."""
    visit = visit_of(page)
    if visit is not None and visit.kind is not PageKind.COLUMN:
        return visit.kind is PageKind.ARTICLE
    if paginator is not None or has_main_list(page):
        return False
    bodies = f"{BODY}, {COLUMN_ARTICLE}"
    return article_key(page.url) is not None or page.tree.css_first(bodies) is not None


def _containers(page: Page) -> Sequence[LexborNode]:
    """Return the windows of the main list: those with a paginator, else those of its mode."""
    if b"wp_paging" in page.source:
        pagings = page.tree.css(PAGING)
        windows = [window for paging in pagings if (window := _window_of(page, paging))]
        if windows:
            return windows
    modes = page.tree.css(_MAIN) if b"simpleList" in page.source else []
    windows = [one for one in modes if one.css_first("a") and not one.css_first(COLUMN_ARTICLE)]
    return windows or _windows_of_column(page)


def _windows_of_column(page: Page) -> Sequence[LexborNode]:
    """Return the windows that list articles of the column that the page says it is."""
    visit = visit_of(page)
    if visit is None or visit.kind is not PageKind.COLUMN or _WINDOW not in page.text:
        return ()
    windows = page.tree.css(f"[id^={_WINDOW}]")
    return [one for one in windows if most(c == visit.column_id for c in _columns_in(one))]


def _columns_in(window: LexborNode) -> list[str]:
    links = window.css("a[href]")
    return [column for a in links if (column := column_id(attribute(a, "href") or ""))]


def _window_of(page: Page, paging: LexborNode) -> LexborNode | None:
    """Return the element that holds the list of this paginator."""
    number = (paging.id or "").removeprefix("wp_paging_w")
    if number.isdecimal():
        own = page.tree.css_first(f"#{_WINDOW}{number}")
        if own is not None and own.css_first("a"):
            return own
    node = paging.parent
    while node is not None and node.tag not in {"body", "html"}:
        if "frag" in node.attributes or "portletmode" in node.attributes:
            return node
        node = node.parent
    return None


def _evidence(page: Page) -> Callable[[Block], int]:
    """Weigh windows, and addresses of the column that the page is or leads to by a 更多 link.

    On a home page a window without either is a list of pages (majors, departments), unless it
    prints dates.
    """
    visit = visit_of(page)
    is_home = _is_home(page)
    column = {visit.column_id} if visit and visit.kind is PageKind.COLUMN else set()
    news = _columns_with_more(page)

    def weigh(block: Block) -> int:
        ids = [column_id(href) for href in block.hrefs]
        own = 2 * most(one in column for one in ids)
        window = _window_around(block.container)
        if window is None:
            return own
        if is_home:
            return 2 * (most(one in news for one in ids) or window.css_first(_MORE) is not None)
        return own + 1

    return weigh


def _columns_with_more(page: Page) -> frozenset[str]:
    """Return the numbers of the columns to which a 更多 link of the page leads."""
    hrefs = [attribute(node, "href") or "" for node in page.tree.css(_MORE)]
    return frozenset(match[1] for href in hrefs if (match := _COLUMN_LIST.search(href)))


def _window_around(container: LexborNode) -> LexborNode | None:
    node: LexborNode | None = container
    while node is not None and node.tag != "body":
        mode, name = attribute(node, "portletmode") or "", attribute(node, "class") or ""
        if (node.id or "").startswith(_WINDOW) or mode in _MODES:
            return node
        if any(one in name for one in _LIST_CLASSES):
            return node
        node = node.parent
    return None


def _counters(page: Page, keys: Sequence[str]) -> Mapping[str, Counter]:
    """Return the counters of the list's articles, where the list shows counts."""
    site = site_of(page) if _LIST_COUNT in page.source else None
    if site is None:
        return {}
    return {key: Counter(owner=site, article_id=article_id(key), kind=KIND) for key in keys}


def _is_home(page: Page) -> bool:
    """Say whether a page is a home page: by its own word, else by its address."""
    visit = visit_of(page)
    return visit.kind is PageKind.HOME if visit else is_home_address(page)


_RULES = ListRules(
    addresses=Addresses(looks_like_article=looks_like_article, key=key_of_canonical),
    paginator=webplus_paginator,
    is_article=_is_article,
    containers=_containers,
    evidence=_evidence,
    is_home=_is_home,
    counters=_counters,
)
