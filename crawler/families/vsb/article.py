"""A VSB article page as an Article. Pure.

Source: the three generations of the CMS's article component and its hand-made variants, as seen
in saved pages; docs/architecture.md.
"""

import re

from crawler.families.vsb.addresses import article_key
from crawler.families.vsb.assets import read_attachments
from crawler.families.vsb.container import BODY, FORM, FORM_MARK, body_container
from crawler.families.vsb.repair import with_cells
from crawler.fields.container import reading_of
from crawler.fields.framed import Identity, composed
from crawler.fields.heading import read_heading
from crawler.fields.layout import Layout
from crawler.fields.selecting import first_in
from crawler.fields.views import SHOW_CALL, TIMES_CALL, counter_of, owner_of
from crawler.marks import mark, marks_of
from crawler.page import Page
from storage.article import Article, Counter

_COLUMN_CALL, _FILLED = mark(b"_addDynClicks("), mark(b"dynclicks_wbnews_")
_COLUMN_COUNTER = re.compile(rb"_addDynClicks\(\s*[\"']wbnews[\"']\s*,\s*[\"']?(\d+)")
_LAYOUT = Layout(body=BODY, frame=FORM)


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    page = with_cells(page)
    form = first_in(page, FORM)
    reading = reading_of(page)
    container = body_container(page, form, reading)
    if container is None:
        return None
    counter = counter_of(page)
    by_script = _counts_by_script(page, counter)
    heading = read_heading(page, container, _LAYOUT, frame=form, counts_by_script=by_script)
    if heading is None:
        return None
    attachments = read_attachments(page, container, form, base=reading.base)
    identity = _identity(page, counter)
    return composed(page, container, heading, identity, attachments=attachments, base=reading.base)


def has_frame(page: Page) -> bool:
    """Say whether the page has the CMS's frame of an article, be it empty."""
    return FORM_MARK in marks_of(page) or page.tree.css_first(BODY) is not None


def _identity(page: Page, counter: Counter | None) -> Identity:
    owner = counter.owner if counter else owner_of(page) or _owner_of_column(page)
    return Identity(family="vsb", key=article_key(page.url), owner=owner, counter=counter)


def _owner_of_column(page: Page) -> str | None:
    """Return the owner that a column names which is itself one article."""
    if _COLUMN_CALL not in marks_of(page):
        return None
    match = _COLUMN_COUNTER.search(page.source)
    return match.group(1).decode() if match else None


def _counts_by_script(page: Page, counter: Counter | None) -> bool:
    # A page whose counter is a script has no other number, unless it was saved after it ran.
    marks = marks_of(page)
    has_script = counter is not None or not marks.isdisjoint((SHOW_CALL, TIMES_CALL))
    return has_script and _FILLED not in marks
