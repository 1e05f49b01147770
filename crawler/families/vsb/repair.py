"""Repair of markup that a standard parser tears apart.

Hand-made templates put the body into a row without a cell. Parsers move such a body in front of the
table, away from its title and date, and a table inside it out of the body. Pure.

Source: HTML §13.2.6.4.9 (foster parenting).
"""

import re
from dataclasses import replace

from crawler.page import Page

_ROW_WITHOUT_CELL = re.compile(
    r"(<(?P<tag>table|tbody|tr)\b[^>]*>"
    r"(?:\s|<!--(?:(?!-->).)*-->)*)(?=<(?:div|p|section|span|center|h[1-6])\b)",
    re.IGNORECASE | re.DOTALL,
)


_CONTAINER = re.compile(r"v_news_content|vsb_content|vsb_newscontent")
_IN_ROW = re.compile(
    r"<(?:table|tbody|tr)\b[^<>]*>\s*(?:<(?:div|p|section|span)\b[^<>]*>\s*)*<[^<>]*$",
    re.IGNORECASE,
)
_LOOK_BACK = 600  # characters before a container in which its row begins, if it has one


def with_cells(page: Page) -> Page:
    """Return the page with a cell in each row that lacks one, if its body stands in such a row."""
    text = page.text
    starts = (match.start() for match in _CONTAINER.finditer(text))
    if not any(_IN_ROW.search(text[max(0, start - _LOOK_BACK) : start]) for start in starts):
        return page
    repaired = _ROW_WITHOUT_CELL.sub(_put_cell, text)
    return replace(page, body=repaired.encode("utf-8", "replace"))


def _put_cell(match: re.Match[str]) -> str:
    cell = "<td>" if match.group("tag").lower() == "tr" else "<tr><td>"
    return match.group(1) + cell
