"""Which addresses are articles of a WebPlus site, and the key that all addresses of one share.

The page key is `host[:port][/site]:a<id>`, for instance `news.example.edu.cn/en:a461132`: host in
lower case without `www.`, the path of the site (what stands before date or hex path), and the CMS's
article id. Its letter keeps it apart from the numbers of another CMS that the host had before. The
column (`c24258`) is no part of it, since one article may stand in several; nor is
the path, which holds a date or the low bytes of the id, whichever way the site is set up; nor the
template or site number of the CMS's own addresses (`/_t960/`, `/_s12/`); nor whether the page is
static (`.htm`) or made on demand (`.psp`). Version 1 keeps the site's number in its path
(`/s/13/t/542/…`): there it is the site.
"""

import re

from crawler.fields.links import canonical_url

_PAGE = re.compile(
    r"^https?://(?:www\.)?(?P<host>[^/]+)(?P<path>(?:/[^/?]+)*?)/+"
    r"c(?P<column>\d+)a(?P<id>\d+)/+page(?P<part>\d*)\.(?:psp|s?html?)(?:\?|$)",
    re.IGNORECASE,
)
_FIRST_VERSION = re.compile(
    r"^https?://(?:www\.)?(?P<host>[^/]+)(?P<site>(?:/[^/?]+)*?/s/\d+)/t/\d+/"
    r"(?:[0-9a-f]{2}/){2,3}info(?P<id>\d+)\.(?:psp|jspy?|s?html?)(?:\?|$)",
    re.IGNORECASE,
)
_FIRST_VERSION_PATH = re.compile(r"/s/\d+/t/\d+/", re.IGNORECASE)
# A date (/2026/0313), or two bytes of the id (/09/4c), before the article's own folder.
_WHEN_OR_WHICH = re.compile(r"/(?:(?:19|20)\d\d/\d{3,4}|[0-9a-f]{2}/[0-9a-f]{2})$", re.IGNORECASE)
_INTERNAL = re.compile(r"/_[st]\d+\w*(?=/|$)", re.IGNORECASE)
_LOOKS_LIKE = re.compile(
    r"c\d+a\d+/+page\d*\.(?:psp|s?html?)|/info\d+\.(?:psp|jspy?|s?html?)", re.IGNORECASE
)
_COLUMN = re.compile(r"/c(\d+)a\d+/", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """Return the page key of a WebPlus article address, or None where the address is another's."""
    canonical = canonical_url(url)
    return key_of_canonical(canonical) if canonical else None


def key_of_canonical(url: str) -> str | None:
    """Return the page key of an address that is canonical already, or None."""
    if not looks_like_article(url):
        return None
    if match := _PAGE.match(url):
        site = _INTERNAL.sub("", _WHEN_OR_WHICH.sub("", match["path"]))
        # The later pages of a long article are pages of their own until somebody joins them.
        part = f"-{match['part']}" if match["part"] not in {"", "1"} else ""
        return f"{match['host']}{site}:a{match['id']}{part}"
    if match := _FIRST_VERSION.match(url):
        return f"{match['host']}{match['site']}:a{match['id']}"
    return None


def looks_like_article(href: str) -> bool:
    """Say cheaply whether an address, as written, may be an article's."""
    return _LOOKS_LIKE.search(href) is not None


def column_id(href: str) -> str | None:
    """Return the CMS's number of the column that an article address names, or None."""
    match = _COLUMN.search(href)
    return match[1] if match else None


def is_first_version(url: str) -> bool:
    """Say whether an address is one of the CMS's version 1, whatever it leads to."""
    return _FIRST_VERSION_PATH.search(url) is not None


def article_id(key: str) -> str:
    """Return the CMS's article id of a page key: what the counters are asked with."""
    return key.rpartition(":a")[2].partition("-")[0]
