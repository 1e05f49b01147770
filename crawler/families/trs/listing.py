"""Read a TRS list page: what is this CMS's own about lists, for `crawler.listing`.

Pure. Its paginator is written by a script; the page holds only the arguments of the call.
"""

from crawler.discover import Listing
from crawler.families.trs.addresses import article_key, key_of_canonical, looks_like_article
from crawler.families.trs.article import has_frame
from crawler.listing.addresses import Addresses
from crawler.listing.numbering import IN_QUERY, UNDERSCORED_FROM_0
from crawler.listing.paginator import Pager, Paginator, first_of, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, column_name
from crawler.listing.scripts import script_paginator
from crawler.page import Page

_PAGER = Pager(numberings=(UNDERSCORED_FROM_0, IN_QUERY))


def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list."""
    return read_list(page, _RULES)


def _printed(page: Page) -> Paginator | None:
    return read_paginator(page, _PAGER)


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    if article_key(page.url) is not None:
        return True
    return paginator is None and has_frame(page)


_RULES = ListRules(
    addresses=Addresses(looks_like_article=looks_like_article, key=key_of_canonical),
    paginator=first_of(script_paginator, _printed),
    is_article=_is_article,
    title=column_name,
)
