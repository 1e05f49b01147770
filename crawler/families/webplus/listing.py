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
from crawler.families.webplus.paginator import own_paging, pagings, webplus_paginator
from crawler.fields.blanks import squash
from crawler.fields.tree import attribute
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import MORE, Block
from crawler.listing.main_list import most
from crawler.listing.paginator import Paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, is_home_address
from crawler.marks import mark, marks_of
from crawler.page import Page, once
from storage.article import Counter

BODY = ".wp_articlecontent"
# A column that is one article shows it in the window of its list.
COLUMN_ARTICLE = ".wp_column_article"
_MAIN = "[portletmode=simpleList]"
_WINDOW = "wp_news_w"
_HEADLINE = 14  # letters; names of departments and services have fewer
_LIST_COUNT, _LIST_MODE = mark(b"wp_listVisitCount"), mark(b"simpleList")
_MODES = ("simpleNews", "simpleList")
_MORE = "a[class$=_more], .more_btn a, .more a"
_COLUMN_LIST = re.compile(r"(?:^|/)(\d+)/list\d*\.\w+$", re.IGNORECASE)
_LIST_CLASSES = ("wp_article_list", "news_list")


@once
def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list.

    None for pages that are articles (also columns that are themselves one article). A page with a
    paginator but without items is an empty listing: the caller decides whether that is news or a
    fault.
    """
    return read_list(page, _RULES)


def kind_of(page: Page) -> PageKind | None:
    """Return what kind of page it is: by its own word, else by its address; None if neither."""
    if visit := visit_of(page):
        return visit.kind
    if article_key(page.url) is not None:
        return PageKind.ARTICLE
    return PageKind.HOME if is_home_address(page) else None


def has_main_list(page: Page) -> bool:
    """Say whether a page marks a list as its main one."""
    if _containers(page):
        return True
    # The pages of a long article have a paginator, too.
    return bool(pagings(page)) and not _has_article(page)


def _has_article(page: Page) -> bool:
    return page.tree.css_first(COLUMN_ARTICLE) is not None


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    """Say whether a page is an article, also a column that is itself one article."""
    kind = kind_of(page)
    if kind in {PageKind.ARTICLE, PageKind.HOME}:
        return kind is PageKind.ARTICLE
    if has_main_list(page):
        return False
    return _has_article(page) or (paginator is None and page.tree.css_first(BODY) is not None)


def _containers(page: Page) -> Sequence[LexborNode]:
    """Return the windows of the main list.

    The one with the page's paginator; else those of a list's mode, or any, of several those that
    list the page's own column.
    """
    if (paging := own_paging(page)) is not None:
        window = _window_of(page, paging)
        if window is not None and not window.css_first(COLUMN_ARTICLE):
            return (window,)
    modes = page.tree.css(_MAIN) if _LIST_MODE in marks_of(page) else []
    windows = [one for one in modes if one.css_first("a") and not one.css_first(COLUMN_ARTICLE)]
    if len(windows) == 1:
        return windows
    every = windows or (page.tree.css(f"[id^={_WINDOW}]") if _WINDOW in page.text else [])
    return _of_own_column(page, every) or windows


def _of_own_column(page: Page, windows: Sequence[LexborNode]) -> Sequence[LexborNode]:
    """Return the windows that list articles of the column that the page says it is."""
    visit = visit_of(page)
    if visit is None or visit.kind is not PageKind.COLUMN:
        return ()
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

    On a home page a window without either lists pages (majors, departments) if their names are
    short and it prints no dates.
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
            has_more = window.css_first(_MORE) is not None
            return 2 * (has_more or most(one in news for one in ids) or _has_headlines(block))
        return own + 1

    return weigh


def _has_headlines(block: Block) -> bool:
    return most(len(squash(item.text())) >= _HEADLINE for item in block.items)


def _columns_with_more(page: Page) -> frozenset[str]:
    """Return the numbers of the columns to which a 更多 link of the page leads."""
    links = page.tree.css("a[href*='/list']")
    hrefs = [attribute(link, "href") or "" for link in links if MORE.match(link.text())]
    hrefs += [attribute(node, "href") or "" for node in page.tree.css(_MORE)]
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
    site = site_of(page) if _LIST_COUNT in marks_of(page) else None
    if site is None:
        return {}
    return {key: Counter(owner=site, article_id=article_id(key), kind=KIND) for key in keys}


def _is_home(page: Page) -> bool:
    """Say whether a page is a home page."""
    return kind_of(page) is PageKind.HOME


_RULES = ListRules(
    addresses=Addresses(looks_like_article=looks_like_article, key=key_of_canonical),
    paginator=webplus_paginator,
    is_article=_is_article,
    containers=_containers,
    evidence=_evidence,
    is_home=_is_home,
    counters=_counters,
)
