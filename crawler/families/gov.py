"""Pages that carry the metadata set of Chinese government sites, whatever CMS made them.

Also of the two CMSs that have no file of their own: UCAP (gov.cn) and gkmlpt (Guangdong).

Source: the set SiteName, SiteDomain, SiteIDCode, ColumnName, ColumnType, ArticleTitle, PubDate,
ContentSource, Author …; saved pages of sites that print it.
"""

import re
from dataclasses import replace

from crawler.discover import Listing
from crawler.families import Family
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.links import canonical_url, host_key, url_key
from crawler.fields.metas import read_metas
from crawler.fields.official import official_body, surely_official
from crawler.fields.picking import first_of_page
from crawler.fields.scripted import written_lines
from crawler.listing.addresses import Addresses
from crawler.listing.numbering import IN_QUERY, UNDERSCORED_FROM_0
from crawler.listing.paginator import Pager, Paginator, first_of, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules, column_name
from crawler.listing.scripts import script_paginator
from crawler.page import Page
from storage.article import Article

_META = re.compile(
    rb"<meta\s[^>]{0,400}?name\s*=\s*[\"']?\s*(SiteName|SiteDomain|SiteIDCode|ColumnName|ColumnType|"
    rb"ArticleTitle|PubDate|ContentSource|firstpublishedtime|lanmu|catalog)\b",
    re.IGNORECASE,
)
_MARKS = (b"UCAP-CONTENT", b"/gkmlpt/")
_ENOUGH = 2
# content_6974607.htm of UCAP, post_3934000.html of gkmlpt: the number is the document's.
_NUMBERED = re.compile(r"/(?P<id>(?:content|post)_\d{4,})\.s?html?$", re.IGNORECASE)
# Names of files and folders that hold a number, a day or a hash, as articles' do.
_LOOKS_LIKE = re.compile(
    r"(?:\d{4,}|[0-9a-f]{16,}|(?:19|20)\d\d[-/]?[01]\d(?:[-/]?[0-3]\d)?/[\w-]+)[\w-]*"
    r"(?:/(?:content|index))?\.(?:s?html?|jhtml|shtm|aspx|jsp)\s*(?:$|[?#])",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"/(?:index|list|home|node|channel|more)(?:[_-]\d+)*\.\w+|/col/", re.IGNORECASE
)
_PAGER = Pager(numberings=(UNDERSCORED_FROM_0, IN_QUERY))


def _recognises(page: Page) -> bool:
    """Say whether a page carries two of the set's names, or a mark of the two CMSs."""
    if any(mark in page.source for mark in _MARKS):
        return True
    found = {match[1].lower() for match in _META.finditer(page.source)}
    return len(found) >= _ENOUGH


def _read_article(page: Page) -> Article | None:
    body = surely_official(page) or (official_body(page) if _is_titled(page) else None)
    if body is None:
        return None
    layout = replace(_LAYOUT, body=body)
    return read_framed(page, layout, Identity(family="gov", key=_numbered_key(page.url)))


def _is_titled(page: Page) -> bool:
    """Say whether the metas name an article: those of lists leave the title out."""
    return b"articletitle" in page.source.lower() and "articletitle" in read_metas(page)


def _has_frame(page: Page) -> bool:
    return surely_official(page) is not None


def _numbered_key(url: str) -> str | None:
    """Return host and the CMS's number of an address, or None where it holds none."""
    canonical = canonical_url(url)
    match = _NUMBERED.search(canonical.partition("?")[0]) if canonical else None
    return f"{host_key(canonical)}:{match['id'].lower()}" if canonical and match else None


def _looks_like_article(href: str) -> bool:
    return _LOOKS_LIKE.search(href) is not None and not _COLUMN.search(href)


def _listed_key(url: str) -> str | None:
    if key := _numbered_key(url):
        return key
    return url_key(url) if _looks_like_article(url) else None


def _printed(page: Page) -> Paginator | None:
    return read_paginator(page, _PAGER)


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    return _is_titled(page) or (paginator is None and _has_frame(page))


def _read_listing(page: Page) -> Listing | None:
    return read_list(page, _RULES)


_LAYOUT = Layout(body="#zoom", pick=first_of_page, said=written_lines)
_RULES = ListRules(
    addresses=Addresses(looks_like_article=_looks_like_article, key=_listed_key),
    paginator=first_of(script_paginator, _printed),
    is_article=_is_article,
    title=column_name,
)
FAMILY = Family(
    name="gov",
    rank=80,  # the CMSs that print the set too know more of their pages
    recognises=_recognises,
    article=_read_article,
    listing=_read_listing,
    has_frame=_has_frame,
    article_key=_numbered_key,
)
