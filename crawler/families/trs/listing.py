"""Read a TRS list page: what is this CMS's own about lists, for `crawler.listing`.

Pure. Its paginator is written by a script; the page holds only the arguments of the call.
"""

from collections.abc import Callable
from urllib.parse import urljoin

from crawler.discover import Listing
from crawler.families.trs.addresses import article_key, key_of_canonical, looks_like_article
from crawler.families.trs.article import has_frame
from crawler.families.trs.paginator import column_paginator
from crawler.fields.absolute import base_of
from crawler.fields.links import canonical_url
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block
from crawler.listing.main_list import most
from crawler.listing.numbering import IN_QUERY, UNDERSCORED_FROM_0
from crawler.listing.paginator import Pager, Paginator, first_of, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, column_name
from crawler.page import Page, once

_PAGER = Pager(numberings=(UNDERSCORED_FROM_0, IN_QUERY))


@once
def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list."""
    return read_list(page, _RULES)


def _printed(page: Page) -> Paginator | None:
    return read_paginator(page, _PAGER)


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    if article_key(page.url) is not None:
        return True
    return paginator is None and has_frame(page)


def _evidence(page: Page) -> Callable[[Block], int]:
    """Weigh addresses below the page's own: articles stand in folders of their column."""
    base = base_of(page)
    folder = urljoin(base, ".")

    def weigh(block: Block) -> int:
        urls = (canonical_url(href, base=base) or "" for href in block.hrefs)
        return 2 * most(url.startswith(folder) for url in urls)

    return weigh


_RULES = ListRules(
    addresses=Addresses(looks_like_article=looks_like_article, key=key_of_canonical),
    paginator=first_of(column_paginator, _printed),
    is_article=_is_article,
    evidence=_evidence,
    title=column_name,
)
