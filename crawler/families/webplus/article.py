"""A WebPlus article page as an Article. Pure.

Source: the CMS's stock article window and hand-made ones, as seen in saved pages.
"""

import re
from dataclasses import replace

from selectolax.lexbor import LexborNode

from crawler.families.webplus.addresses import article_id, article_key
from crawler.families.webplus.counters import KIND
from crawler.families.webplus.listing import BODY, COLUMN_ARTICLE, has_main_list, kind_of
from crawler.families.webplus.marks import PageKind, site_of, visit_of
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.selecting import selector
from crawler.fields.tree import attribute
from crawler.marks import mark, marks_of
from crawler.page import Page
from storage.article import Article, Counter

_COUNTS = selector(".WP_VisitCount, .wp_listVisitCount, .WP_ColsVisitCount")
# The buttons by which readers choose letters and colours stand in the meta line.
_BUTTONS = ".read-options, .read-setting, .read_options, .read_setting"
selector(f"{_BUTTONS}, {_COUNTS}")  # what is left out of a body
_LAYOUT = Layout(
    body=BODY, frame="[portletmode=simpleArticleAttri]", counts=_COUNTS, dropped=_BUTTONS
)
# Hand-made windows leave the CMS's own element out: what stands in them counts then.
_OLDER = replace(
    _LAYOUT,
    body=f"{COLUMN_ARTICLE}, {COLUMN_ARTICLE} .wp_entry, .Article_Content, .wp_entry,"
    " [portletmode=simpleArticleAttri] .entry, [portletmode=simpleArticleAttri] .read",
)
_COUNTER = mark(b"_visitcountdisplay")
_SITE = re.compile(r"[?&]siteId=(\d+)")
_ARTICLE = re.compile(r"[?&]articleId=(\d+)")


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    kind = kind_of(page)
    # A column is an article only where no list is its content.
    if kind is PageKind.HOME or (kind is not PageKind.ARTICLE and has_main_list(page)):
        return None
    layout = _LAYOUT if page.tree.css_first(BODY) else _OLDER
    return read_framed(page, layout, _identity(page))


def has_frame(page: Page) -> bool:
    """Say whether the page has an element in which the CMS sets an article's body."""
    if kind_of(page) in {PageKind.HOME, PageKind.COLUMN}:
        return False
    return page.tree.css_first(f"{BODY}, {_OLDER.body}") is not None


def _identity(page: Page) -> Identity:
    counter = _counter(page)
    owner = site_of(page) or (counter.owner if counter else None)
    return Identity(family="webplus", key=article_key(page.url), owner=owner, counter=counter)


def _counter(page: Page) -> Counter | None:
    """Return where the count of the page's article can be asked for, None if it shows none."""
    if _COUNTER not in marks_of(page):
        return None
    key, visit = article_key(page.url), visit_of(page)
    own = visit.article_id if visit else article_id(key) if key else None
    for node in page.tree.css("[url*='_visitcountdisplay']"):
        counter = _named(node)
        if counter and own in {None, counter.article_id}:
            return counter
    return None


def _named(node: LexborNode) -> Counter | None:
    url = attribute(node, "url") or ""
    site, article = _SITE.search(url), _ARTICLE.search(url)
    if site is None or article is None:
        return None  # the counter of a site or a column
    return Counter(owner=site[1], article_id=article[1], kind=KIND)
