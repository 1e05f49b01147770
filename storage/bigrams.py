"""The index words of a text: the same for SQLite and PostgreSQL, and for every script. Pure.

A text is a row of units: a Latin word, a number, any other single letter. Its index words are all
pairs of neighbouring units, each Latin word and number alone, and what stands beside a gap (blank,
punctuation, paragraph) alone. So every unit begins an index word, and two neighbours are
one: `云岭大学2026` has 云岭, 岭大, 大学, 学2026, 2026.

Source: bigrams, because no dictionary knows the names of people and places: a segmenter misses a
quarter of them, and trigrams find no word of two characters.
"""

import re
from array import array
from itertools import chain

from storage.wording import NARROW_WORD, folded

# Index words that are no words of a text, and what stands before those of a title: no letters.
EVERY = "§"  # every article has it
OVERSIZED = "¤"  # its index words are too many to keep: it is always read
OF_TITLE = "¶"
LONGEST_UNIT = 40  # a longer Latin word or number is cut: databases limit their index words
_GAP = re.compile(r"[\W_][\W_]*")  # found three times faster than `[\W_]+`
_NARROW = re.compile(NARROW_WORD)
_NARROW_BETWEEN = re.compile(f"({NARROW_WORD})")
_UNIT = re.compile(rf"{NARROW_WORD}|[^\W_]|[\W_]+")
_STAND_IN = "\ue000"  # no letter, so no text can bring one here
# Letters as numbers of one size: a row of these is woven several times faster than one of texts.
_AS_NUMBERS = ("utf-32-le", "surrogatepass")


def bigrams(text: str) -> str:
    """Return the index words of a text, with blanks between; some may come twice.

    Works on whole strings: unit by unit it would take three times as long, at every save.
    """
    row = _NARROW_BETWEEN.split(_GAP.sub(" ", f" {folded(text)} "))
    words = [word[:LONGEST_UNIT] for word in row[1::2]]
    line = array("I", _STAND_IN.join(row[::2]).encode(*_AS_NUMBERS))
    pairs = array("I", " ".encode(*_AS_NUMBERS)) * (3 * len(line) - 3)
    pairs[0::3] = line[:-1]
    pairs[1::3] = line[1:]
    # Every word stands in two pairs, one behind the other.
    between = pairs.tobytes().decode(*_AS_NUMBERS).split(_STAND_IN)
    twice = chain.from_iterable(zip(words, words, strict=True))
    woven = chain.from_iterable(zip(between, [*twice, ""], strict=True))
    return " ".join(["".join(woven), *words])


def site_token(site_id: int) -> str:
    """Return the index word that every article of a site has."""
    return f"{EVERY}{site_id}"


def units(word: str) -> list[list[str]]:
    """Return the units of a folded word, in runs of neighbours; none if it has no letter."""
    runs: list[list[str]] = [[]]
    for unit in _UNIT.findall(word):
        if _GAP.match(unit):
            runs.append([])
        else:
            runs[-1].append(unit)
    return [run for run in runs if run]


def is_narrow(unit: str) -> bool:
    """Say whether a unit is a Latin word or a number: an index word of its own."""
    return _NARROW.match(unit) is not None


def is_one_token(word: str) -> bool:
    """Say whether the index knows exactly who has a folded word: a unit or two, nothing between."""
    runs = units(word)
    if len(runs) != 1 or "".join(runs[0]) != word:
        return False
    return len(runs[0]) <= 2 and max(map(len, runs[0])) < LONGEST_UNIT  # noqa: PLR2004 (a pair)
