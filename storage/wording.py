"""When a text holds a word, as a reader sees it. The one rule for watches and for search. Pure.

Full and half width, upper and lower case and blanks inside a word make no difference; a Latin word
or a number is met only whole (`AI` is not in `MAIN`, nor `26年` in `2026年`); a word does not go on
in the next paragraph.
"""

import re
import unicodedata
from collections.abc import Iterator

from storage.article import comparable

# What NFKC changes in nearly every Chinese text. Done first, the rest is mostly nothing to do,
# and asking whether it is costs a twentieth of doing it.
_COMMON = "，：；！？（）…\u3000\xa0"
_COMMON_FORMS = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in _COMMON)
# Scripts whose words are told apart by blanks that `comparable` keeps.
_LETTERS = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
# `[letters]+|\d+`, so that it begins with one set: such a pattern is found ten times faster.
NARROW_WORD = rf"[{_LETTERS}\d](?:(?<=\d)\d*|(?<!\d)[{_LETTERS}]*)"
_INSIDE = re.compile(rf"[{_LETTERS}]{{2}}|\d\d")


def seen(text: str) -> str:
    """Return the text as a reader sees it: one width, no layout blanks; a paragraph a line."""
    for wide, narrow in _COMMON_FORMS:
        text = text.replace(wide, narrow)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return "\n".join([comparable(line) for line in text.split("\n")])


def folded(text: str) -> str:
    """Return the text as words are compared: as seen, and without case."""
    return seen(text).casefold()


def folded_word(word: str) -> str:
    """Return a word as it is compared; one that was broken over lines is one word."""
    return folded(word.replace("\n", " "))


def holds(text: str, word: str) -> bool:
    """Say whether a folded text holds a folded word."""
    return next(places(text, word), None) is not None


def places(text: str, word: str) -> Iterator[int]:
    """Yield where a folded text holds a folded word that is not empty."""
    at = text.find(word)
    while at >= 0:
        if is_whole(text, at, at + len(word)):
            yield at
        at = text.find(word, at + 1)


def is_whole(text: str, start: int, end: int) -> bool:
    """Say whether no Latin word or number goes on beyond either end of this place."""
    return not _is_inside_word(text, start) and not _is_inside_word(text, end)


def _is_inside_word(text: str, at: int) -> bool:
    """Say whether a Latin word or a number goes on across this place."""
    return at > 0 and _INSIDE.match(text, at - 1) is not None
