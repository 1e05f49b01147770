"""Read a VSB list page: what is this CMS's own about lists, for `crawler.listing`.

Pure. Its own are lines (`line_u5_0`), the ids that a counter script names, and the column's number
in the addresses of its articles.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from selectolax.lexbor import LexborNode

from crawler.discover import Listing
from crawler.families.vsb.addresses import key_of_canonical, looks_like_article, news_id, tree_id
from crawler.families.vsb.paginator import vsb_paginator
from crawler.fields.links import is_file
from crawler.fields.views import batches, listed_counters, visits
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block
from crawler.listing.main_list import most
from crawler.listing.paginator import Paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, is_home_address
from crawler.page import Page, once
from storage.article import Counter

_LINE = re.compile(r"line_?[a-z]?\d+_\d+$")
_ADDRESS_ID = re.compile(r"info/+\d+/+(\d+)|wbnewsid=(\d+)", re.IGNORECASE)
_HOME_TEMPLATE = re.compile(
    r"_jsq_\(\s*\d+\s*,\s*[\"'][^\"']*?/(?:index|main)\d*\.jsp[\"']", re.IGNORECASE
)
_ARTICLE_FORM = "_newscontent_fromname"
_BODY = ".v_news_content, [id^=vsb_content], #vsb_newscontent"
_COLUMN_ARTICLE = re.compile(r"_addDynClicks\(\s*[\"']wbnews[\"']")


@once
def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list.

    None for pages that are articles (also columns that are themselves one article). A page with a
    paginator but without items is an empty listing: the caller decides whether that is news or a
    fault.
    """
    return read_list(page, _RULES)


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    """Say whether a page is an article, also a column that is itself one article."""
    if any(visit.article_id for visit in visits(page)):
        return True
    if paginator is not None:
        return False
    if _ARTICLE_FORM in page.text or page.tree.css_first(_BODY) is not None:
        return True
    # A column that is one article has its click script, but no line of any list.
    return bool(_COLUMN_ARTICLE.search(page.text)) and "line_u" not in page.text


def _lines(page: Page) -> Sequence[LexborNode]:
    """Return the elements `line_u5_0` or `line50341_0`: view, number. Ids may repeat."""
    return [one for one in page.tree.css("[id^=line]") if _LINE.match(one.id or "")]


def _evidence(page: Page) -> Callable[[Block], int]:
    """Weigh lines, ids that the counter script names, and addresses of the page's own column."""
    counted = frozenset(one for batch in batches(page) for one in batch.ids)
    trees = frozenset(visit.tree for visit in visits(page))

    def weigh(block: Block) -> int:
        ids = [m[1] or m[2] for href in block.hrefs if (m := _ADDRESS_ID.search(href))]
        return (
            2 * (block.lines > 0)
            + 2 * most(one in counted for one in ids)
            + 2 * most(tree_id(f"/{href}") in trees for href in block.hrefs)
        )

    return weigh


def _is_home(page: Page) -> bool:
    """Say whether a page is a home page, by its address or by its template's name."""
    return is_home_address(page) or bool(_HOME_TEMPLATE.search(page.text))


def _counters(page: Page, keys: Sequence[str]) -> Mapping[str, Counter]:
    """Return the counters that the list's batch script names, by page key."""
    ids = {key: news_id(key) for key in keys}
    named = listed_counters(page, shown=set(ids.values()))
    return {key: named[one] for key, one in ids.items() if one in named}


def _is_file(url: str) -> bool:
    return is_file(url) or "/download.jsp?" in url


_RULES = ListRules(
    addresses=Addresses(
        looks_like_article=looks_like_article, key=key_of_canonical, is_file=_is_file
    ),
    paginator=vsb_paginator,
    is_article=_is_article,
    lines=_lines,
    evidence=_evidence,
    is_home=_is_home,
    counters=_counters,
)
