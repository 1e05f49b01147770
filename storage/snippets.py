"""What shows that an article meets a query: its title and a piece of its text, marked. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from storage.wording import folded, holds, places

_BEFORE, _LENGTH = 30, 100  # characters, of a snippet
_ELLIPSIS = "…"
_LETTER = re.compile(r"\S[\u0300-\u036f\u3099\u309a]*")  # with its accents

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text and what to mark in it: first character and the one behind the last, in order."""

    text: str
    marks: tuple[Mark, ...]


def marked(line: str, words: Sequence[str]) -> Marked:
    """Mark folded words in a line."""
    return Marked(text=line, marks=tuple(_marks(line, words)))


def snippet(text: str, words: Sequence[str]) -> Marked:
    """Return the piece of the text that holds most of these folded words, or its beginning."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return Marked(text="", marks=())
    line = max(lines, key=lambda line: _count(folded(line), words))
    marks = list(_marks(line, words))
    start = max(0, marks[0][0] - _BEFORE) if marks else 0
    if len(line) - start < _LENGTH:
        start = max(0, len(line) - _LENGTH)
    end = min(len(line), start + _LENGTH)
    before, after = _ELLIPSIS if start else "", _ELLIPSIS if end < len(line) else ""
    shift = len(before) - start
    inside = [(a + shift, min(b, end) + shift) for a, b in marks if a < end]
    return Marked(text=f"{before}{line[start:end]}{after}", marks=tuple(inside))


def _count(line: str, words: Sequence[str]) -> int:
    return sum(holds(line, word) for word in words)


def _marks(line: str, words: Sequence[str]) -> Iterator[Mark]:
    """Yield what to mark of a line, in order; what overlaps or touches is one mark."""
    text = folded(line)
    found = sorted((at, at + len(word)) for word in words for at in places(text, word))
    origins = _origins(line, text) if found else []
    while found and origins:
        first, end = found.pop(0)
        while found and found[0][0] <= end:
            end = max(end, found.pop(0)[1])
        start = origins[first]
        while text[end : end + 1] == " ":  # it stands where the letter before it begins
            end += 1
        yield start, start + len(line[start : origins[end]].rstrip())


def _origins(line: str, text: str) -> list[int]:
    """Return where in the line each character of its folded text (and its end) is; [] if unknown.

    Letters are folded one by one, with the accents behind them, and have to give the same.
    """
    letters = [(_folded_letter(match.group()), match.start()) for match in _LETTER.finditer(line)]
    if "".join([folds for folds, _ in letters]) != text.replace(" ", ""):
        return []
    known = iter([start for folds, start in letters for _ in folds])
    origins = []
    at = 0
    for character in text:
        at = at if character == " " else next(known)
        origins.append(at)
    return [*origins, len(line)]


@lru_cache(maxsize=8192)
def _folded_letter(letter: str) -> str:
    return folded(letter).replace(" ", "")
