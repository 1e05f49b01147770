"""Repair of markup that a standard parser tears apart.

Hand-made templates put the body into a row without a cell. Parsers move such a body in front of the
table, away from its title and date, and a table inside it out of the body. Pure.

Source: HTML §13.2.6.4.9 (foster parenting).
"""

import re
from dataclasses import replace

from crawler.marks import mark, marks_of
from crawler.page import Page

_BLANK = rb"(?:\s|\xc2\xa0|\xe3\x80\x80)"  # also U+00A0 and U+3000
_ROW_WITHOUT_CELL = re.compile(
    rb"(<(?P<tag>table|tbody|tr)\b[^>]*>"
    rb"(?:" + _BLANK + rb"|<!--(?:(?!-->).)*-->)*)(?=<(?:div|p|section|span|center|h[1-6])\b)",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINERS = frozenset(map(mark, (b"v_news_content", b"vsb_content", b"vsb_newscontent")))
_IN_ROW = re.compile(
    rb"<(?:table|tbody|tr)\b[^<>]*>"
    + _BLANK
    + rb"*(?:<(?:div|p|section|span)\b[^<>]*>"
    + _BLANK
    + rb"*)*<[^<>]*$",
    re.IGNORECASE,
)
_LOOK_BACK = 600  # bytes before a container in which its row begins, if it has one


def with_cells(page: Page) -> Page:
    """Return the page with a cell in each row that lacks one, if its body stands in such a row."""
    containers = _CONTAINERS & marks_of(page)
    if not any(_stands_in_row(page.source, container) for container in containers):
        return page
    return replace(page, body=_ROW_WITHOUT_CELL.sub(_put_cell, page.source))


def _stands_in_row(source: bytes, container: bytes) -> bool:
    place = source.find(container)
    while place >= 0:
        if _IN_ROW.search(source, max(0, place - _LOOK_BACK), place):
            return True
        place = source.find(container, place + 1)
    return False


def _put_cell(match: re.Match[bytes]) -> bytes:
    cell = b"<td>" if match.group("tag").lower() == b"tr" else b"<tr><td>"
    return match.group(1) + cell
