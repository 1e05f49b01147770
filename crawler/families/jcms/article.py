"""A JCMS article page as an Article. Pure.

The CMS writes comments around what it puts into the template; they say better than the template
where the body begins and ends.
"""

import re
from dataclasses import replace

from crawler.families.jcms.addresses import article_key
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.official import likely_official, surely_official
from crawler.fields.picking import first_of_page
from crawler.fields.scripted import written_lines
from crawler.page import Page
from storage.article import Article

_CONTENT = "信息内容"
_NAMES = rf"(?:<\$\[{_CONTENT}\]>\s*|ZJEG_RSS\.content\.)"
_BEGIN = re.compile(rf"<!--\s*{_NAMES}begin\s*-->".encode(), re.IGNORECASE)
_END = re.compile(rf"<!--\s*{_NAMES}end\s*-->".encode(), re.IGNORECASE)
_ELEMENT = "jcms-content"
_OPENED, _CLOSED = f'<div class="{_ELEMENT}">'.encode(), b"</div>"


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    body = _body(page)
    if body is None:
        return None
    layout = replace(_LAYOUT, body=body)
    return read_framed(
        _with_element(page), layout, Identity(family="jcms", key=article_key(page.url))
    )


def has_frame(page: Page) -> bool:
    """Say whether the page has the CMS's marks of an article's body."""
    return _is_marked(page) or surely_official(page) is not None


def _body(page: Page) -> str | None:
    sure = surely_official(page)
    if _is_marked(page):
        return f".{_ELEMENT}, {sure}" if sure else f".{_ELEMENT}"
    return sure or (likely_official(page) if article_key(page.url) else None)


def _is_marked(page: Page) -> bool:
    begin = _BEGIN.search(page.source)
    return begin is not None and _END.search(page.source, begin.end()) is not None


def _with_element(page: Page) -> Page:
    """Return the page with an element in the place of the comments around the body."""
    begin = _BEGIN.search(page.source)
    end = _END.search(page.source, begin.end()) if begin else None
    if begin is None or end is None:
        return page
    source = page.source
    inside = source[begin.end() : end.start()]
    marked = source[: begin.start()] + _OPENED + inside + _CLOSED + source[end.end() :]
    return replace(page, body=marked)


_LAYOUT = Layout(body=f".{_ELEMENT}", pick=first_of_page, said=written_lines)
