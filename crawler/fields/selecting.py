"""Selectors whose names are looked for in the source of a page first: few pages have them.

What a parser takes apart and joins again (names with character references) is not found. Pure.
"""

import re

import re2  # type: ignore[import-untyped]
from selectolax.lexbor import LexborNode

from crawler.marks import marks_of, pattern
from crawler.page import Page

# A class, id or value of an attribute; else the attribute.
_NAME = re.compile(r"[.#]([\w-]+)|=\s*[\"']?([\w/-]+)")
_ATTRIBUTE = re.compile(r"\[([\w-]+)")
_MARKS: dict[str, frozenset[bytes]] = {}


def selector(css: str) -> str:
    """Have the names of a selector looked for in each page, where each part has one; return it."""
    names = [_name_in(part) for part in css.split(",")]
    if css not in _MARKS and all(names):
        _MARKS[css] = frozenset([pattern(b"(?i)" + re2.escape(name.encode())) for name in names])
    return css


def may_have(page: Page, css: str) -> bool:
    """Say quickly whether a page may have an element of a selector."""
    marks = _MARKS.get(css)
    return marks is None or not marks.isdisjoint(marks_of(page))


def first_in(page: Page, css: str) -> LexborNode | None:
    """Return the first element of a selector in a page, or None."""
    return page.tree.css_first(css) if may_have(page, css) else None


def all_in(page: Page, css: str) -> list[LexborNode]:
    """Return the elements of a selector in a page, in page order."""
    return page.tree.css(css) if may_have(page, css) else []


def _name_in(part: str) -> str:
    found = ["".join(groups) for groups in _NAME.findall(part)] or _ATTRIBUTE.findall(part)
    return max(found, key=len, default="")
