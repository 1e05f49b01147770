"""Who stands before a site, by the marks in its page. Pure.

A mark is looked for in what machines read (scripts, attributes, headers), never in the text:
articles write about all of this. The marks themselves are in `crawler/vendor_marks.py`.
"""

import re
from dataclasses import dataclass

import re2  # type: ignore[import-untyped]

from crawler.page import Page
from crawler.vendor_marks import (
    BLOCK_PAGES,
    CHALLENGES,
    EVERYWHERE,
    HEADERS,
    NAMES,
    TELLING_HEADERS,
)
from crawler.wordings import State

# Letters that a reader sees of a page: of one that says nothing, and of the longest block pages,
# which explain themselves in two languages.
_STUB, _MESSAGE = 60, 1500

_MARKS = tuple(
    (vendor, state, re.compile("|".join(lines.split()), re.ASCII), most_letters)
    for table, state, most_letters in (
        (CHALLENGES, State.CHALLENGE, _MESSAGE),
        (BLOCK_PAGES, State.WAF, _MESSAGE),
        (EVERYWHERE, State.CHALLENGE, _STUB),
    )
    for vendor, lines in table.items()
)
# Whether one of them may match: nearly no page has any, and an automaton asks for all at once.
_ANY_MARK = re2.compile("|".join(f"(?:{pattern.pattern})" for _, _, pattern, _ in _MARKS))
_STANDING = tuple(
    (vendor, re.compile("|".join(lines.split()))) for vendor, lines in EVERYWHERE.items()
)
_VENDOR_NAMES = tuple((name, re.compile(pattern)) for name, pattern in NAMES)
_MACHINE_NODES = (
    "script, link, meta, img, form, iframe, input, a[href], div[id], div[class], p[class],title[id]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A mark that a page has."""

    vendor: str
    state: State
    mark: str


def mark_of(page: Page, *, letters: int) -> Found | None:
    """Return the first mark by which the page is a challenge or a block page, or None.

    `letters` is how much a reader sees of it.
    """
    for name, value, vendor, state in TELLING_HEADERS:
        given = page.headers.get(name)
        if given is not None and value in given.lower():
            return Found(vendor=vendor, state=state, mark=f"header {name}: {given[:40]}")
    if letters > _MESSAGE:
        return None
    machinery = _machinery(page)
    if not _ANY_MARK.search(machinery):
        return None
    for vendor, state, pattern, most_letters in _MARKS:
        if letters <= most_letters and (match := pattern.search(machinery)):
            return Found(vendor=vendor, state=state, mark=match.group()[:60])
    return None


def vendor_of(page: Page, words: str) -> str | None:
    """Return whose page this is by its own words (without blanks), headers or scripts, or None."""
    for vendor, pattern in _VENDOR_NAMES:
        if pattern.search(words):
            return vendor
    for name, value, vendor in HEADERS:
        given = page.headers.get(name)
        if given is not None and value in given.lower():
            return vendor
    machinery = _machinery(page)
    return next((vendor for vendor, pattern in _STANDING if pattern.search(machinery)), None)


def _machinery(page: Page) -> str:
    """Return what machines read of a page: scripts, attributes, comments."""
    parts = re.findall(r"<!--.{0,200}?-->", page.text, re.DOTALL)
    for node in page.tree.css(_MACHINE_NODES):
        parts += [f'{name}="{value or ""}"' for name, value in node.attributes.items()]
        if node.tag == "script":
            parts.append(node.text() or "")
    return "\n".join(parts)
