"""Cut a text into parts that a receiver takes: between rows, else between words. Pure.

A row that fits is never cut, and a link or a character as a reader sees it never at all: an emoji
of several code points, a letter with its accent.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# A link ends where a blank or a character that no address holds unescaped begins (RFC 3986).
_PIECE = re.compile(r"https?://[!-~]+|[A-Za-z0-9]+|[\U0001f1e6-\U0001f1ff]{2}|.", re.DOTALL)
# What belongs to the character before it: accents, variation selectors, skin tones, joiners.
_ATTACHED = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
_JOINER = "\u200d"
_LEFT_OUT = "（链接过长，已略去）"


def utf8_bytes(text: str) -> int:
    """Return the length of a text in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def utf16_units(text: str) -> int:
    """Return the length of a text as JavaScript, Java and Telegram count it."""
    return len(text.encode("utf-16-le", "replace")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The largest text that is taken, by `measure`."""

    most: int
    measure: Callable[[str], int] = utf8_bytes


def split(text: str, room: Room) -> tuple[str, ...]:
    """Return the text in parts that fit, in order; each of several says which it is: `（2/3）`."""
    if room.measure(text) <= room.most:
        return (text,)
    parts: list[str] = []
    digits = 1
    while not parts or len(str(len(parts))) > digits:  # their number takes room as well
        digits += 1
        mark = room.measure(_mark(10**digits - 1, 10**digits - 1))
        parts = list(_parts(text.split("\n"), room.most - mark, room.measure))
    return tuple(_mark(n, len(parts)) + part for n, part in enumerate(parts, start=1))


def _mark(number: int, of: int) -> str:
    return f"（{number}/{of}）\n"


def _parts(rows: list[str], most: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Yield parts of whole rows; a row that no part can hold is cut first."""
    part = ""
    for row in rows:
        for piece in [row] if measure(row) <= most else _cut(row, most, measure):
            longer = f"{part}\n{piece}" if part else piece
            if part and measure(longer) > most:
                yield part.strip("\n")
                longer = piece
            part = longer
    if part.strip("\n"):
        yield part.strip("\n")


def _cut(row: str, most: int, measure: Callable[[str], int]) -> Iterator[str]:
    piece, size = "", 0
    for atom in _fitting(row, most, measure):
        length = measure(atom)
        if piece and size + length > most:
            yield piece
            piece, size = "", 0
        piece, size = piece + atom, size + length
    if piece:
        yield piece


def _fitting(row: str, most: int, measure: Callable[[str], int]) -> Iterator[str]:
    for atom in _atoms(row):
        if measure(atom) <= most:
            yield atom
        elif "://" in atom:
            yield _LEFT_OUT
        else:
            yield from atom


def _atoms(row: str) -> Iterator[str]:
    """Yield what must stay whole: links, Latin words, characters with what is attached to them."""
    atom = ""
    for found in _PIECE.finditer(row):
        piece = found.group()
        if atom and not _ATTACHED.match(piece) and not atom.endswith(_JOINER):
            yield atom
            atom = ""
        atom += piece
    if atom:
        yield atom
