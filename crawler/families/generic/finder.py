"""Which part of a page of unknown layout is the article's body.

Every line counts for or against its surroundings: running text for, links and crumbs against. The
body is the element with the largest sum, so that it holds all of the text and as little as
possible beside it. What templates put inside it is cut out first, at its edges afterwards. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from crawler.families.generic.cuts import cut_blocks
from crawler.families.generic.edges import trimmed
from crawler.families.generic.outline import Outline, TextLine
from crawler.fields.blanks import squash

_RUNNING = 10  # letters of a line with punctuation that make it running text
_MAX_AGAINST = 30  # a long link speaks no louder against its surroundings than a usual headline
_SHORT = 4  # what a short line without punctuation costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the body is: the element, the lines `first` to `last` (exclusive) of the outline.

    `cut` are the numbers of the blocks inside it that are not the author's, `letters` those of
    its running text.
    """

    block: int
    first: int
    last: int
    cut: frozenset[int]
    letters: int


def find_body(outline: Outline, *, titles: Iterable[str]) -> Found | None:
    """Return where the body is, or None where the page has no running text.

    `titles` are squashed texts that begin with the article's title, such as `<title>`.
    """
    values = [_value(line) for line in outline.lines]
    title = _title_line(outline, tuple(titles))
    cut = cut_blocks(outline, values, title)
    _silence(outline, values, cut)
    total = list(accumulate(values, initial=0))
    best = max(
        range(len(outline.blocks)),
        key=lambda at: (_sum(total, outline, at), at),
    )
    if _sum(total, outline, best) <= 0:
        return None
    block = outline.blocks[best]
    first, last = trimmed(outline, values, block, cut=cut, title=title)
    letters = sum(value for value in values[first:last] if value > 0)
    return Found(block=best, first=first, last=last, cut=frozenset(cut), letters=letters)


def _value(line: TextLine) -> int:
    plain = line.letters - line.linked
    if line.linked >= plain:
        return -min(line.letters, _MAX_AGAINST)
    if line.marks and line.letters >= _RUNNING:
        return plain - line.linked
    return -min(plain, _SHORT)


def _sum(total: list[int], outline: Outline, at: int) -> int:
    block = outline.blocks[at]
    return total[block.last] - total[block.first]


def _title_line(outline: Outline, titles: tuple[str, ...]) -> int | None:
    """Return the number of the line that is most likely the title: the longest, the first."""
    best: tuple[int, int] | None = None
    for at, line in enumerate(outline.lines):
        if line.linked or not 4 <= line.letters <= 120:
            continue
        joined = squash(line.text)
        if any(title.startswith(joined) for title in titles) and (
            best is None or len(joined) > best[0]
        ):
            best = len(joined), at
    return best[1] if best else None


def _silence(outline: Outline, values: list[int], cut: set[int]) -> None:
    """Let what was cut out count for nothing, and against where it was for."""
    for number, line in enumerate(outline.lines):
        if line.block in cut:
            values[number] = min(values[number], -min(line.letters, _SHORT))
