"""Which of the words that readers ask for stand in a page: all are looked for in one pass.

A reader names its words when it is imported. Looking for one alone takes a fifth of the time of
looking for all of them (`docs/decisions/0018`). Pure.
"""

from functools import cache, lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from crawler.page import Page

_AUTOMATON_BYTES = 64 * 1024 * 1024
_PATTERNS: dict[bytes, bytes] = {}  # of each mark, in the syntax of RE2


def mark(word: bytes) -> bytes:
    """Have a word looked for in each page; return it."""
    _PATTERNS[word] = re2.escape(word)
    return word


def pattern(form: bytes) -> bytes:
    """Have a pattern looked for in each page, in the syntax of RE2; return it."""
    _PATTERNS[form] = form
    return form


def marks_of(page: Page) -> frozenset[bytes]:
    """Return which of all readers' words and patterns stand in the source of a page."""
    return _found(page, len(_PATTERNS))


@lru_cache(maxsize=2)  # many readers ask of a page, and of the same one mended
def _found(page: Page, known: int) -> frozenset[bytes]:
    automaton, marks = _automaton(known)
    return frozenset([marks[number] for number in automaton.Match(page.source) or ()])


@cache
def _automaton(_known: int) -> tuple[Any, tuple[bytes, ...]]:
    """Return what looks for all marks at once; a new one where more of them are known."""
    options = re2.Options()
    options.max_mem = _AUTOMATON_BYTES  # one that runs out of memory would find nothing
    automaton = re2.Set.SearchSet(options)
    for form in _PATTERNS.values():
        automaton.Add(form)
    automaton.Compile()
    return automaton, tuple(_PATTERNS)
