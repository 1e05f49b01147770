"""Which addresses are articles of a JCMS site, and the key that all addresses of one article share.

The page key is `host[:port]:id`: host in lower case without `www.`, a port only where it is not the
scheme's own, and the CMS's article id (a number, or a hash in newer versions). Day and column are
no part of it: one article may stand in several columns.

Source: `/art/2018/5/21/art_<column>_<id>.html`, `/art/2024/art_<hash>.html` of the CMS's sites.
"""

import re

from crawler.fields.links import canonical_url, host_key

_ARTICLE = re.compile(
    r"/art/(?:\d{4}/)?(?:\d{1,2}/\d{1,2}/)?art_(?:\d+_)?(?P<id>\d+|[0-9a-f]{16,})\.html?$",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"/col/col(?P<column>\d+)(?:/|$)", re.IGNORECASE)
_ASKED_COLUMN = re.compile(r"/dataproxy\.jsp\?(?:[^#]*&)?columnid=(?P<column>\d+)", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """Return the page key of a JCMS article address, or None where the address is another's."""
    canonical = canonical_url(url)
    return key_of_canonical(canonical) if canonical else None


def key_of_canonical(url: str) -> str | None:
    """Return the page key of an address that is canonical already, or None."""
    match = _ARTICLE.search(url.partition("?")[0])
    return f"{host_key(url)}:{match['id'].lower()}" if match else None


def looks_like_article(href: str) -> bool:
    """Say cheaply whether an address, as written, may be an article's."""
    return "art_" in href and _ARTICLE.search(href.strip().partition("?")[0]) is not None


def column_of(url: str) -> str | None:
    """Return the number of the column that a list address names, or None."""
    match = _COLUMN.search(url) or _ASKED_COLUMN.search(url)
    return match["column"] if match else None
