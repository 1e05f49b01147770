"""A VSB article page as an Article. Pure.

Source: the three generations of the CMS's article component and its hand-made variants, as seen
in saved pages; docs/architecture.md.
"""

import re

from crawler.families.vsb.addresses import article_key
from crawler.families.vsb.assets import read_attachments
from crawler.families.vsb.container import BODY, FORM, FORM_MARK, body_container
from crawler.families.vsb.repair import with_cells
from crawler.fields.absolute import base_of
from crawler.fields.framed import Identity, composed
from crawler.fields.heading import read_heading
from crawler.fields.layout import Layout
from crawler.fields.views import counter_of, owner_of
from crawler.page import Page
from storage.article import Article

_COLUMN_COUNTER = re.compile(rb"_addDynClicks\(\s*[\"']wbnews[\"']\s*,\s*[\"']?(\d+)")
_LAYOUT = Layout(body=BODY, frame=FORM)


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    page = with_cells(page)
    form = page.tree.css_first(FORM) if FORM_MARK in page.source else None
    container = body_container(page, form)
    if container is None:
        return None
    heading = read_heading(
        page, container, _LAYOUT, frame=form, counts_by_script=_counts_by_script(page)
    )
    if heading is None:
        return None
    base = base_of(page)
    attachments = read_attachments(page, container, form, base=base)
    return composed(page, container, heading, _identity(page), attachments=attachments, base=base)


def has_frame(page: Page) -> bool:
    """Say whether the page has the CMS's frame of an article, be it empty."""
    return FORM_MARK in page.source or page.tree.css_first(BODY) is not None


def _identity(page: Page) -> Identity:
    counter = counter_of(page)
    owner = counter.owner if counter else owner_of(page) or _owner_of_column(page)
    return Identity(family="vsb", key=article_key(page.url), owner=owner, counter=counter)


def _owner_of_column(page: Page) -> str | None:
    """Return the owner that a column names which is itself one article."""
    match = _COLUMN_COUNTER.search(page.source)
    return match.group(1).decode() if match else None


def _counts_by_script(page: Page) -> bool:
    # A page whose counter is a script has no other number, unless it was saved after it ran.
    has_script = b"_showDynClicks(" in page.source or b"getClickTimes(" in page.source
    return has_script and b"dynclicks_wbnews_" not in page.source
