"""Which addresses are articles of a TRS site, and the key that all addresses of one article share.

The page key is `host[:port]:id`: host in lower case without `www.`, a port only where it is not the
scheme's own, and the CMS's document id. The columns before the file name are no part of it, since
one document may stand in several. A later page of a long article (`…_633880_1.html`) is another
page.

Source: file names of TRS WCM: `t<day of creation>_<id>.html`, older `t<id>.htm`.
"""

import re

from crawler.fields.links import canonical_url, host_key

_ARTICLE = re.compile(
    r"/t(?:(?:19|20)\d{6}_(?P<id>\d{1,12}(?:_\d{1,3})?)|(?P<old>\d{4,12}))\.s?html?$", re.IGNORECASE
)
_LOOKS_LIKE = re.compile(
    r"(?:^|/)t(?:(?:19|20)\d{6}_\d+(?:_\d{1,3})?|\d{4,12})\.s?html?\s*(?:$|[?#])", re.IGNORECASE
)


def article_key(url: str) -> str | None:
    """Return the page key of a TRS article address, or None where the address is another's."""
    canonical = canonical_url(url)
    return key_of_canonical(canonical) if canonical else None


def key_of_canonical(url: str) -> str | None:
    """Return the page key of an address that is canonical already, or None."""
    match = _ARTICLE.search(url.partition("?")[0])
    return f"{host_key(url)}:{match['id'] or match['old']}" if match else None


def looks_like_article(href: str) -> bool:
    """Say cheaply whether an address, as written, may be an article's."""
    return _LOOKS_LIKE.search(href) is not None
