"""Read a JCMS list page: what is this CMS's own about lists, for `crawler.listing`. Pure.

Most lists are records in XML (`datastore`); they become list markup and are read as such.
"""

from dataclasses import replace

from crawler.discover import Listing, PageUrls
from crawler.families.jcms.addresses import article_key, key_of_canonical, looks_like_article
from crawler.families.jcms.article import has_frame
from crawler.families.jcms.datastore import GROUP, Store, read_store
from crawler.listing.addresses import Addresses
from crawler.listing.numbering import IN_QUERY, UNDERSCORED
from crawler.listing.paginator import Pager, Paginator, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, column_name
from crawler.page import Page, once

_RECORD = "wenxun-record"
_PAGER = Pager(numberings=(IN_QUERY, UNDERSCORED))


@once
def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list."""
    if article_key(page.url) is not None:
        return None
    store = read_store(page)
    if store is None or not (store.records or store.is_answer):
        return read_list(page, _RULES)
    listing = read_list(_as_list(page, store), _RECORD_RULES)
    return _placed(listing, page, store) if listing else None


def _as_list(page: Page, store: Store) -> Page:
    items = "".join(_item(record) for record in store.records)
    return replace(page, body=f'<div id="{_RECORD}s">{items}</div>'.encode(), headers={})


def _item(record: str) -> str:
    # A row outside of a table would lose its cells.
    if record[:3].lower() in {"<tr", "<td"}:
        record = f"<table>{record}</table>"
    return f'<div class="{_RECORD}">{record}</div>'


def _placed(listing: Listing, page: Page, store: Store) -> Listing:
    """Return the listing with its place in the column: groups are its pages."""
    size = len(store.records)
    pages = store.groups or (-(-store.total // size) if store.total and size else None)
    if store.next_url is None:
        pages = store.group
    pattern = GROUP.sub(r"\g<before>{n}", store.next_url or "")
    is_first = store.group == 1 and "{n}" in pattern
    return replace(
        listing,
        title=column_name(page),
        page=store.group,
        pages=pages,
        total=store.total,
        next_url=store.next_url,
        page_urls=PageUrls(first=listing.url, pattern=pattern, from_end=False, offset=-1)
        if is_first
        else None,
    )


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    return paginator is None and has_frame(page)


def _printed(page: Page) -> Paginator | None:
    return read_paginator(page, _PAGER)


_ADDRESSES = Addresses(looks_like_article=looks_like_article, key=key_of_canonical)
_RULES = ListRules(
    addresses=_ADDRESSES, paginator=_printed, is_article=_is_article, title=column_name
)
_RECORD_RULES = ListRules(
    addresses=_ADDRESSES,
    containers=lambda page: page.tree.css(f"#{_RECORD}s"),
    items=f".{_RECORD}",
)
