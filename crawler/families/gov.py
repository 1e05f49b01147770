"""Pages that carry the metadata set of Chinese government sites, whatever CMS made them.

Also of the two CMSs that have no file of their own: UCAP (gov.cn) and gkmlpt (Guangdong). Lists of
such pages are read by the rules for any page.

Source: the set SiteName, SiteDomain, SiteIDCode, ColumnName, ColumnType, ArticleTitle, PubDate,
ContentSource, Author …; saved pages of sites that print it.
"""

import re
from dataclasses import replace

from crawler.families import Family, known_key, no_listing
from crawler.families.generic.article import read_as
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.links import canonical_url, host_key
from crawler.fields.metas import read_metas
from crawler.fields.official import likely_official, surely_official
from crawler.fields.picking import first_of_page
from crawler.fields.scripted import written_lines
from crawler.marks import marks_of
from crawler.page import Page
from storage.article import Article

_NAME = "gov"
_SET = """
sitename sitedomain siteidcode columnname columntype articletitle pubdate contentsource
firstpublishedtime lanmu catalog
"""
_NAMES = frozenset(_SET.split())
_MARKS = (b"UCAP-CONTENT", b"/gkmlpt/")
_ENOUGH = 2
# content_6974607.htm of UCAP, post_3934000.html of gkmlpt: the number is the document's.
_NUMBERED = re.compile(r"/(?P<id>(?:content|post)_\d{4,})\.s?html?$", re.IGNORECASE)


def _recognises(page: Page) -> bool:
    """Say whether a page carries two of the set's names, or a mark of the two CMSs."""
    if not marks_of(page).isdisjoint(_MARKS):
        return True
    return len(_NAMES & read_metas(page).keys()) >= _ENOUGH


def _read_article(page: Page) -> Article | None:
    is_titled = _is_titled(page)
    body = surely_official(page) or (likely_official(page) if is_titled else None)
    if body is None:  # the body stands in an element of the site's own
        return read_as(page, _NAME, _LAYOUT) if is_titled else None
    layout = replace(_LAYOUT, body=body)
    return read_framed(page, layout, Identity(family=_NAME, key=known_key(page.url)))


def _is_titled(page: Page) -> bool:
    """Say whether the metas name an article: those of lists leave the title out."""
    return "articletitle" in read_metas(page)


def _has_frame(page: Page) -> bool:
    return surely_official(page) is not None


def _numbered_key(url: str) -> str | None:
    """Return host and the CMS's number of an address, or None where it holds none."""
    canonical = canonical_url(url)
    match = _NUMBERED.search(canonical.partition("?")[0]) if canonical else None
    return f"{host_key(canonical)}:{match['id'].lower()}" if canonical and match else None


_LAYOUT = Layout(
    body="#zoom",
    signed=".pages_content .editor, .pages_content ~ .editor",
    dropped=".pages_content_footer, .pages_print",
    pick=first_of_page,
    said=written_lines,
)
FAMILY = Family(
    name=_NAME,
    rank=80,  # the CMSs that print the set too know more of their pages
    recognises=_recognises,
    marks=_MARKS,
    article=_read_article,
    listing=no_listing,
    has_frame=_has_frame,
    article_key=_numbered_key,
)
