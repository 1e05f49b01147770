"""Read a list whose items, or whose link to the next page, the site file selects. Pure."""

from dataclasses import replace

from selectolax.lexbor import LexborNode

from crawler.discover import Listing
from crawler.families.generic.listing import RULES
from crawler.families.generic.paging import generic_paginator
from crawler.fields.absolute import base_of
from crawler.fields.tree import outermost
from crawler.listing.blocks import Block
from crawler.listing.pager_links import link_url
from crawler.listing.paginator import Paginator
from crawler.listing.read import listing_of
from crawler.page import Page

_MOST_ITEMS = 2000


def selected_listing(page: Page, read: Listing | None) -> Listing | None:
    """Return the list as the site file selects it; `read` is what the rules find in the page.

    A page without such items is left to the rules. Without the link it is the last page.
    """
    items = selected_items(page)
    paginator = _paginator(page, read)
    if items:
        block = Block(container=items[0].parent or items[0], items=items)
        listing = listing_of(page, [block], RULES, paginator)
        read = listing if listing.links else read
    if read is None or "next" not in page.selectors:
        return read
    return replace(read, next_url=_next_url(page), page_urls=None)


def selected_items(page: Page) -> list[LexborNode]:
    """Return the elements that the site file says are items; of nested ones the outermost."""
    selector = page.selectors.get("list")
    return outermost(page.tree.css(selector)[:_MOST_ITEMS]) if selector else []


def _paginator(page: Page, read: Listing | None) -> Paginator | None:
    """Return what the rules know of the column's other pages."""
    if read is None or (read.pages is None and read.next_url is None):
        return generic_paginator(page)
    return Paginator(
        nodes=(),
        page=read.page,
        pages=read.pages,
        total=read.total,
        next_url=read.next_url,
        page_urls=read.page_urls,
    )


def _next_url(page: Page) -> str | None:
    node = page.tree.css_first(page.selectors["next"])
    link = node if node is None or node.tag == "a" else node.css_first("a") or node
    return link_url(link, base_of(page)) if link is not None else None
