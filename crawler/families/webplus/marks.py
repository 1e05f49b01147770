"""How a page made by WebPlus (苏迪 Sudy) is told from others, and what kind of page it says it is.

Pure. Source: marks of the CMS's pages; the picture behind the page that counts visits. Its address
tells home page, column and article apart. It is read here and never requested: that would count.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler.families.webplus.addresses import article_key, is_first_version
from crawler.marks import mark, marks_of, pattern
from crawler.page import Page

# Each of these is written by this CMS alone, around the articles.
_CONCLUSIVE = (b"sudy-wp-", b"_visitcount?siteId=", b"portletmode=", b"_css/_system/system.css")
# Of these, two are needed: pages that quote or link a WebPlus site may hold one.
_MARKS = (
    b"_upload/tpl/",
    b"_upload/site/",
    b"_js/_portletPlugs/",
    b"_js2/",
    b"jquery.sudy",
    b"webplus-",
    b"WP_VisitCount",
    b"wp_paging",
    b"wp_news_w",
    b"wp_article_list",
    b"arti_metas",
    b"/_redirect?siteId=",
    b"Article_PublishDate",
)
# These may have been pasted into an article of another CMS, so all of them count once.
_PASTED = (b"wp_articlecontent", b"sudyfile-attr", b"_upload/article/")
_ENOUGH = 2
MARKS = (*_CONCLUSIVE, *_MARKS, *_PASTED)
_VISIT_MARK, _SITE_MARK = mark(b"_visitcount?"), pattern(b"(?i)sudy-wp-siteid")
_VISIT = re.compile(rb"_visitcount\?(?=[^\"'>]*siteId=(\d+))(?=[^\"'>]*type=(\d))[^\"'>]*")
_ARTICLE_ID = re.compile(rb"articleId=(\d+)")
_COLUMN_ID = re.compile(rb"columnId=(\d+)")
_SITE = re.compile(rb"sudy-wp-siteid\s*=\s*[\"']?(\d+)", re.IGNORECASE)


class PageKind(StrEnum):
    """What a page says of itself: the `type` of its visit counter."""

    HOME = "1"
    COLUMN = "2"
    ARTICLE = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the visit counter of a page names: site, kind of page, and its article if it is one."""

    site: str
    kind: PageKind
    article_id: str | None
    column_id: str | None


def recognises(page: Page) -> bool:
    """Say whether WebPlus made this page."""
    if is_first_version(page.url):
        return True
    found = marks_of(page)
    if not found.isdisjoint(_CONCLUSIVE):
        return True
    count = len(found.intersection(_MARKS)) + (not found.isdisjoint(_PASTED))
    return count > 0 and count + (article_key(page.url) is not None) >= _ENOUGH


def visit_of(page: Page) -> Visit | None:
    """Return what the page's visit counter says; of several the last, which the CMS appends."""
    found = None
    if _VISIT_MARK not in marks_of(page):
        return None
    for match in _VISIT.finditer(page.source):
        site, kind = match[1].decode(), match[2].decode()
        if kind in set(PageKind):
            found = Visit(
                site=site,
                kind=PageKind(kind),
                article_id=_named(_ARTICLE_ID, match[0]),
                column_id=_named(_COLUMN_ID, match[0]),
            )
    return found


def _named(pattern: re.Pattern[bytes], address: bytes) -> str | None:
    match = pattern.search(address)
    return match[1].decode() if match else None


def site_of(page: Page) -> str | None:
    """Return the CMS's number of the site, or None where the page does not name it."""
    if visit := visit_of(page):
        return visit.site
    match = _SITE.search(page.source) if _SITE_MARK in marks_of(page) else None
    return match[1].decode() if match else None
