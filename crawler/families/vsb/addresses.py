"""Which addresses are articles of a VSB site, and the key that all addresses of one article share.

The page key is `host[:port][/sub-site]:newsid`, for instance `news.example.edu.cn/sub:209597`:
host in lower case without `www.`, a port only where it is not the scheme's own, the path of the
sub-site (what stands before `/info/`, or the folder of the `*.jsp`), and the CMS's article id. The
column (`treeid`) is no part of it: one article may stand in several columns.
"""

import re

from crawler.fields.links import canonical_url

# Mirrors and some relays put a number behind the id (`1591-1.htm`): another page, another key.
_STATIC = re.compile(
    r"^https?://(?:www\.)?(?P<host>[^/]+?)(?P<sub>(?:/[^/?]+)*?)/+info/+\d+/+"
    r"(?P<id>\d+(?:[-_]\d+)?)\.s?html?(?:\?|$)",
    re.IGNORECASE,
)
_DYNAMIC = re.compile(
    r"^https?://(?:www\.)?(?P<host>[^/]+?)(?P<sub>(?:/[^/?]+)*?)/+[^/?]+\.jsp\?"
    r"(?:[^#]*?[&;])?wbnewsid=(?P<id>\d+)(?:&|$)",
    re.IGNORECASE,
)
_TREE = re.compile(r"/info/+(\d+)/|[?&;]wbtreeid=(\d+)", re.IGNORECASE)
_LOOKS_LIKE = re.compile(r"info/+\d+/+\d+(?:[-_]\d+)?\.s?html?|wbnewsid=\d", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """Return the page key of a VSB article address, or None where the address is another's."""
    canonical = canonical_url(url)
    return key_of_canonical(canonical) if canonical else None


def key_of_canonical(url: str) -> str | None:
    """Return the page key of an address that is canonical already, or None."""
    if not looks_like_article(url):
        return None
    match = _STATIC.match(url) or _DYNAMIC.match(url)
    # The counters and services under /system/ also take a `wbnewsid`; they are no articles.
    if match is None or "/system" in match["sub"].lower():
        return None
    return f"{match['host']}{match['sub']}:{match['id']}"


def looks_like_article(href: str) -> bool:
    """Say cheaply whether an address, as written, may be an article's."""
    return _LOOKS_LIKE.search(href) is not None


def news_id(key: str) -> str:
    """Return the CMS's article id of a page key: what the counters are asked with."""
    return re.split(r"[-_]", key.rpartition(":")[2])[0]


def tree_id(url: str) -> str | None:
    """Return the column that an article address or list address names, or None."""
    match = _TREE.search(url)
    return (match[1] or match[2]) if match else None
