"""The paginator of WebPlus's list windows and how it addresses the pages of a column.

Pure. Page 1 is `list.htm` (also `list1.htm`), page k is `list<k>.htm`. In version 1 the number
stands in the path: `/s/13/t/542/p/2/c/194/list.htm`. Links that lead nowhere are
`javascript:void(0);`.

Source: the CMS's list window (`.wp_paging`: `em.all_count`, `em.curr_page`, `em.all_pages`).
"""

import re
from dataclasses import replace

from selectolax.lexbor import LexborNode

from crawler.fields.links import canonical_url
from crawler.fields.tree import attribute
from crawler.listing.numbering import BEHIND_NAME, IN_QUERY, Numbering
from crawler.listing.paginator import Pager, Paginator, labelled_elements, read_paginator
from crawler.marks import mark, marks_of
from crawler.page import Page

_IN_PATH = Numbering(
    address=re.compile(r"^(?P<before>.*/p/)(?P<n>\d+)(?P<after>/c/\d+/list\.\w+)$", re.IGNORECASE),
    first=r"\g<before>1\g<after>",
)
_FIRST = re.compile(r"(?<=/list)1(?=\.\w+$)")
_PAGING = mark(b"wp_paging")
_MOST_DIGITS = 9  # a longer number counts nothing


def webplus_paginator(page: Page) -> Paginator | None:
    """Return what the page's paginator says, or None where the page has none."""
    found = read_paginator(page, _PAGER)
    if found is None:
        return None
    # The links of every paginator are no items, whichever of them is the page's own.
    found = replace(found, nodes=(*found.nodes, *pagings(page)))
    if found.page_urls is None:
        return found
    # Page 1 has two addresses; the one without a number is the column's own.
    first = _FIRST.sub("", found.page_urls.first)
    return replace(found, page_urls=replace(found.page_urls, first=first))


def own_paging(page: Page) -> LexborNode | None:
    """Return the paginator of the page's own column: of several the one that stays in it."""
    found = pagings(page)
    own = canonical_url("list", base=page.url) or ""
    return next((one for one in found if _leads_into(one, own, page.url)), next(iter(found), None))


def pagings(page: Page) -> tuple[LexborNode, ...]:
    """Return the paginators of the page's list windows, in page order."""
    if _PAGING not in marks_of(page):
        return ()
    return tuple(page.tree.css("[id^=wp_paging_w]") or page.tree.css(".wp_paging"))


def _leads_into(paging: LexborNode, column: str, base: str) -> bool:
    hrefs = (attribute(link, "href") or "" for link in paging.css("a[href]"))
    return any((canonical_url(href, base=base) or "").startswith(column) for href in hrefs)


def _elements(page: Page) -> tuple[LexborNode, ...]:
    own = own_paging(page)
    return (own,) if own is not None else labelled_elements(page)


def _number_in(page: Page, selector: str) -> int | None:
    node = page.tree.css_first(selector)
    text = node.text(strip=True) if node is not None else ""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _pages(page: Page) -> int | None:
    return _number_in(page, "em.all_pages")


def _total(page: Page) -> int | None:
    return _number_in(page, "em.all_count")


_PAGER = Pager(
    elements=_elements,
    current="em.curr_page",
    numberings=(BEHIND_NAME, _IN_PATH, IN_QUERY),
    pages=_pages,
    total=_total,
)
