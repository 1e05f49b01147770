"""帝国 EmpireCMS: the stock layouts of its articles; others are read as any page.

Its counter script counts a visit (`/e/public/ViewClick/?…&addclick=1`), so it is never asked.
"""

from crawler.families import Family, marks_of, no_key
from crawler.families.generic.article import read_as
from crawler.families.generic.listing import read_listing
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.page import Page
from storage.article import Article

_NAME = "empire"
_CONCLUSIVE = (b"/e/public/ViewClick", b"/e/public/onclick", b"/e/pl/?classid=", b"EmpireCMS")
_MARKS = (b"/d/file/", b"/skin/default/js/", b"/e/search/", b"/e/data/", b"/e/DoInfo/")
_ENOUGH = 2
_LAYOUT = Layout(
    body="#text, .newstext, .info_text #newstext",
    title=".title_info h1, .main .title h1",
    date=".info_text",
)


def recognises(page: Page) -> bool:
    """Say whether EmpireCMS made this page."""
    found = marks_of(page)
    if not found.isdisjoint(_CONCLUSIVE):
        return True
    return len(found.intersection(_MARKS)) >= _ENOUGH


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    return read_framed(page, _LAYOUT, Identity(family=_NAME)) or read_as(page, _NAME)


FAMILY = Family(
    name=_NAME,
    rank=60,
    recognises=recognises,
    marks=(*_CONCLUSIVE, *_MARKS),
    article=read_article,
    listing=read_listing,
    has_frame=lambda _page: False,
    article_key=no_key,
)
