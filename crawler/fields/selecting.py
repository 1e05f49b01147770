"""Selectors whose names are looked for in the source of a page first: few pages have them.

A name is found in any case, as a parser finds it in old pages; where a page writes letters of
names as character references, nothing is looked for: then the tree alone can tell. Pure.
"""

import re

import re2  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.marks import marks_of, pattern
from crawler.page import Page

# A class, id or value of an attribute; else the attribute.
_NAME = re.compile(r"[.#]([\w-]+)|=\s*[\"']?([\w/-]+)")
_ATTRIBUTE = re.compile(r"\[([\w-]+)")
_NEGATED = re.compile(r":not\([^()]*\)")  # its names are those that an element lacks
_MARKS: dict[str, frozenset[bytes]] = {}
# The letters, digits, `-`, `.`, `/` and `_` of a name, written as a number or by their own name.
_REFERENCE = pattern(
    b"(?i)&(?:#0*(?:4[5-9]|5[0-7]|6[5-9]|[78][0-9]|90|95|9[7-9]|1[01][0-9]|12[0-2])(?:[^0-9]|$)"
    b"|#x0*(?:2[def]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)(?:[^0-9a-f]|$)"
    b"|lowbar;|underbar;|period;|sol;)"
)


def selector(css: str) -> str:
    """Have the names of a selector looked for in each page, where each part has one; return it."""
    names = [_name_in(part) for part in css.split(",")]
    if css not in _MARKS and all(names):
        words = [pattern(b"(?i)" + re2.escape(name.encode())) for name in names]
        _MARKS[css] = frozenset([*words, _REFERENCE])
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


def is_selector(css: str) -> bool:
    """Say whether a text is a CSS selector that can be asked of a page."""
    try:
        LexborHTMLParser("<p>").css(css)
    except SelectolaxError:
        return False
    return True


def _name_in(part: str) -> str:
    part = _NEGATED.sub("", part)
    found = ["".join(groups) for groups in _NAME.findall(part)] or _ATTRIBUTE.findall(part)
    return max(found, key=len, default="")
