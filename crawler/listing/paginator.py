"""What a paginator says: where a page stands in its column, and how the others are addressed.

Pure. What the page prints is believed first (`1/18`, 共18页, the labels of links); addresses only
say what is left open, by the numberings that the family knows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.discover import PageUrls
from crawler.fields.links import canonical_url
from crawler.listing.numbering import IN_QUERY, Numbering, page_by, proven_rule
from crawler.listing.pager_links import (
    PagerLinks,
    labelled_elements,
    read_links,
    role_of,
    whole_elements,
)
from crawler.page import Page

__all__ = [
    "Pager",
    "Paginator",
    "first_of",
    "labelled_elements",
    "nothing_said",
    "read_paginator",
    "role_of",
    "whole_elements",
]

_TOTAL = re.compile(
    r"(?:共有?|总数|总计|合计|total(?:s|ly)?)\s*[:：]?\s*(?:\d+\s*[页頁]\s*)?"
    r"(\d{1,9})\s*(?:条|篇|个|项|则|记录|articles|items|records|\b(?!\s*[页頁]))",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(r"(?<![\d/.-])(\d{1,9})\s*/\s*(?:共\s*)?(\d{1,9})(?![\d/.-])")
_PAGES_SAID = re.compile(r"[共分]\s*(\d{1,9})\s*[页頁]|total\s+(\d{1,9})\s+pages", re.IGNORECASE)
_PAGE_SAID = re.compile(r"(?:第|当前页\s*[:：]?)\s*(\d{1,9})\s*页?")
_PAGES_PARAMETER = re.compile(
    r"[?&](?:totalpage|totalpages|pagecount|a\w*t)=(\d{1,9})(?=&|$)", re.IGNORECASE
)
_CURRENT = ".current, .active, .this-page, .curr_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """What the paginator of a list says; None where it does not.

    `nodes` are its elements: links in them are no items, and the list is the block nearest to the
    first of them. `page` counts from 1 at the newest end; `total` counts items.
    """

    nodes: tuple[LexborNode, ...]
    page: int | None = None
    pages: int | None = None
    total: int | None = None
    next_url: str | None = None
    page_urls: PageUrls | None = None


def nothing_said(page: Page) -> int | None:  # noqa: ARG001
    """Return None: the CMS says it nowhere outside of its paginator."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """What a family knows of its paginators.

    `elements` finds them (`()`: the page has none). `current` is the CSS selector of the number in
    them that stands for this page. `numberings` are the ways in which the CMS numbers its pages,
    tried in turn; with `infer`, one that the links of the page itself prove is the last of them.
    `pages` and `total` return what the page says of them outside of its paginator (a script, a
    hidden field).
    """

    elements: Callable[[Page], tuple[LexborNode, ...]] = labelled_elements
    current: str = _CURRENT
    numberings: tuple[Numbering, ...] = (IN_QUERY,)
    infer: bool = False
    pages: Callable[[Page], int | None] = nothing_said
    total: Callable[[Page], int | None] = nothing_said


def read_paginator(page: Page, pager: Pager) -> Paginator | None:
    """Return what the page's paginator says, or None where the page has none."""
    nodes = pager.elements(page)
    if not nodes:
        return None
    found = read_links(nodes, page.url, current=pager.current)
    said = pager.pages(page)
    if not (found.roles or found.numbers or found.disabled or said or _PAGE_OF.search(found.text)):
        return None
    pages = _pages(found, said)
    number = _page(found, page.url, pages, pager.numberings)
    pages = pages or _pages_by_address(found, number, pager.numberings)
    urls = _page_urls(found, page.url, number, pages, pager)
    if number is None and urls and pages:
        number = page_by(urls, canonical_url(page.url) or page.url, pages=pages)
    next_url = _next_url(found, urls, number, pages)
    total = int(match[1]) if (match := _TOTAL.search(found.text)) else pager.total(page)
    return Paginator(
        nodes=nodes, page=number, pages=pages, total=total, next_url=next_url, page_urls=urls
    )


def _next_url(
    found: PagerLinks, urls: PageUrls | None, number: int | None, pages: int | None
) -> str | None:
    if number is not None and pages is not None and number >= pages:
        return None
    if said := found.roles.get("next"):
        return said
    if urls and number and pages:
        return urls.url(number + 1, pages=pages)
    return found.numbers.get(number + 1) if number else None


def first_of(
    *readers: Callable[[Page], Paginator | None],
) -> Callable[[Page], Paginator | None]:
    """Return a reader that asks these in turn and takes the first paginator found."""

    def read(page: Page) -> Paginator | None:
        return next((found for reader in readers if (found := reader(page)) is not None), None)

    return read


def _pages(found: PagerLinks, elsewhere: int | None) -> int | None:
    last = found.roles.get("last", "")
    said = (
        (m := _PAGE_OF.search(found.text)) and m[2],
        (m := _PAGES_SAID.search(found.text)) and (m[1] or m[2]),
        elsewhere,
        next((n for n, url in found.numbers.items() if url == last), None),
        (m := _PAGES_PARAMETER.search(last)) and m[1],
    )
    if any(said):
        return int(next(one for one in said if one))
    if found.current and "next" not in found.roles:
        return max([found.current, *found.numbers])  # nothing after it: this is the last page
    *others, top = sorted({*found.numbers, found.current or 0})
    # `1 2 3 … 9`: what stands behind the gap is the last page.
    return top if others and others[-1] > 0 and top - others[-1] > 1 else None


def _page(
    found: PagerLinks, url: str, pages: int | None, numberings: tuple[Numbering, ...]
) -> int | None:
    said = (
        (m := _PAGE_OF.search(found.text)) and m[1],
        found.current,
        (m := _PAGE_SAID.search(found.text)) and m[1],
        IN_QUERY.page_of(url, pages=None) if IN_QUERY in numberings else None,
    )
    if any(said):
        return int(next(one for one in said if one))
    if "previous" not in found.roles and ("next" in found.roles or found.disabled):
        return 1
    if pages and "next" not in found.roles:
        return pages
    beside = [found.roles[role] for role in ("next", "previous") if role in found.roles]
    pages_at = (one.page_beside(url, beside, pages=pages) for one in numberings)
    return next((number for number in pages_at if number), None)


def _pages_by_address(
    found: PagerLinks, number: int | None, numberings: tuple[Numbering, ...]
) -> int | None:
    following, last = found.roles.get("next", ""), found.roles.get("last", "")
    if not number or not last:
        return None
    counts = (one.pages_by(following, last, page=number) for one in numberings)
    return next((pages for pages in counts if pages), None)


def _page_urls(
    found: PagerLinks,
    url: str,
    number: int | None,
    pages: int | None,
    pager: Pager,
) -> PageUrls | None:
    if pages is None:
        return None
    known = dict(found.numbers)
    if number:
        steps = {"next": number + 1, "previous": number - 1, "first": 1, "last": pages}
        known |= {steps[role]: link for role, link in found.roles.items()}
        own = canonical_url(url) or url
        # An address may be older than what it now holds; then it says nothing about the rule.
        if number == 1 or any(one.page_of(own, pages=pages) == number for one in pager.numberings):
            known.setdefault(number, own)
    rules = (one.rule(known, pages=pages) for one in pager.numberings)
    rule = next((rule for rule in rules if rule), None)
    return proven_rule(known, pages=pages) if rule is None and pager.infer else rule
