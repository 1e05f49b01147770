"""What a family says about its list pages; everything else is the same for all. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.links import path_of
from crawler.fields.metas import read_metas
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block
from crawler.listing.paginator import Paginator
from crawler.page import Page
from storage.article import Counter

_HOME = re.compile(r"^/?(?:[^/]+/)?(?:(?:index|main|default)\.\w+)?$", re.IGNORECASE)
_TITLE_END = re.compile(r"\s*[-_|—–]+\s*")


def no_paginator(page: Page) -> Paginator | None:  # noqa: ARG001
    """Return None: the CMS prints none."""
    return None


def never_an_article(page: Page, paginator: Paginator | None) -> bool:  # noqa: ARG001
    """Say no: only pages without a list are no listing."""
    return False


def no_elements(page: Page) -> Sequence[LexborNode]:  # noqa: ARG001
    """Return no element: the CMS marks none."""
    return ()


def no_evidence(page: Page) -> Callable[[Block], int]:  # noqa: ARG001
    """Weigh nothing: dates, paginator and breadcrumb decide."""
    return lambda _: 0


def no_counters(page: Page, keys: Sequence[str]) -> Mapping[str, Counter]:  # noqa: ARG001
    """Return no counter: the CMS's lists name none."""
    return {}


def is_home_address(page: Page) -> bool:
    """Say whether a page's address is that of a home page of a site or of a sub-site."""
    return bool(_HOME.match(path_of(page.url)))


def first_of_title(page: Page) -> str | None:
    """Return what stands in `<title>` before the first dash or bar: a list's column, mostly."""
    return _TITLE_END.split(page.title_text or "", maxsplit=1)[0].strip() or None


def column_name(page: Page) -> str | None:
    """Return the column's name as the government metas give it, else by `<title>`."""
    return read_metas(page).get("columnname") or first_of_title(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules:
    """What one CMS knows of its lists, as functions of one page.

    Only `addresses` is needed. The rest, where the CMS has it:

    - `paginator`: the paginator (`paginator.read_paginator` with a `Pager`,
      `scripts.script_paginator`, or the first of several: `paginator.first_of`).
    - `is_article`: whether a page of the CMS is an article although it has a list on it.
    - `containers`: the elements that hold the main list and nothing else, in page order (WebPlus:
      the `#wp_news_w<N>` for which there is a `#wp_paging_w<N>`). Empty: the list is found by
      evidence, see `main_list`.
    - `items`: CSS selector of the items inside `containers`, where the CMS has one for all sites.
      None: every repeated block of links in them.
    - `lines`: elements that the CMS itself marks as items (VSB: `line_u5_0`); the links in them
      are items whatever their addresses look like.
    - `evidence`: made once a page; weighs how much of the CMS's own speaks for a block being a
      list of news: 0 nothing, 2 a mark that menus never have. A printed date counts 1 beside it.
      A block without any evidence is a menu unless a paginator stands with it.
    - `is_home`: whether the page is an overview: all its blocks of news count.
    - `counters`: the view counters that the list names, by page key, for the keys that it shows.
    - `title`: the column's name.
    """

    addresses: Addresses
    paginator: Callable[[Page], Paginator | None] = no_paginator
    is_article: Callable[[Page, Paginator | None], bool] = never_an_article
    containers: Callable[[Page], Sequence[LexborNode]] = no_elements
    items: str | None = None
    lines: Callable[[Page], Sequence[LexborNode]] = no_elements
    evidence: Callable[[Page], Callable[[Block], int]] = no_evidence
    is_home: Callable[[Page], bool] = is_home_address
    counters: Callable[[Page, Sequence[str]], Mapping[str, Counter]] = no_counters
    title: Callable[[Page], str | None] = first_of_title
