"""The paginator of a TRS column, which a script writes. Pure.

Long articles have the same script, with the article's own file name in it.
"""

from crawler.families.trs.addresses import looks_like_article
from crawler.listing.paginator import Paginator
from crawler.listing.scripts import script_paginator
from crawler.page import Page


def column_paginator(page: Page) -> Paginator | None:
    """Return the paginator that a script of a column's page would write, or None."""
    found = script_paginator(page)
    if found is None or found.page_urls is None:
        return found
    return None if looks_like_article(found.page_urls.pattern.replace("_{n}", "")) else found
