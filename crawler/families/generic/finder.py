"""Which part of a page of unknown layout is the article's body.

Every line counts for or against its surroundings: running text for, links and crumbs against. The
body is the element with the largest sum, so that it holds all of the text and as little as
possible beside it. What templates put inside it is cut out first, at its edges afterwards. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from crawler.families.generic.cuts import cut_blocks
from crawler.families.generic.edges import Edges
from crawler.families.generic.growth import Growth
from crawler.families.generic.outline import Outline, TextLine
from crawler.families.generic.words import is_footer
from crawler.fields.blanks import squash

_RUNNING = 10  # letters of a line with punctuation that make it running text
_MAX_AGAINST = 30  # a long link speaks no louder against its surroundings than a usual headline
_LITTLE = 100  # letters of running text below which the body may be none of it
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
    """Return where the body is, or None where the page has none.

    `titles` are squashed texts that begin with the article's title, such as `<title>`.
    """
    lines, blocks = outline.lines, outline.blocks
    values = [_value(line) for line in lines]
    title = _title_line(outline, tuple(titles))
    cut = cut_blocks(outline, values, title)
    _silence(outline, values, cut)
    edges = Edges(outline, values, cut)
    top = None if title is None else edges.below_heading(title + 1, len(lines))
    growth = Growth(outline, edges.is_harmless, top=top)
    total = list(accumulate(values, initial=0))
    best = max(range(len(blocks)), key=lambda at: (_sum(total, outline, at), at))
    block = blocks[best]
    first = block.first
    if title is not None and first <= title < block.last:
        first = title + 1
    first = edges.below_heading(first, block.last)
    last = edges.above_furniture(first, block.last, _named(outline, title))
    region = best, first, last
    if last == block.last:
        region = growth.around(best, first, last)
    letters = sum(value for value in values[first:last] if value > 0)
    if letters < _LITTLE and top is not None and top < len(lines) and edges.is_harmless(top):
        quiet = growth.around(lines[top].block, top, top + 1)
        if _letters(outline, quiet) > letters:
            region = quiet
    best, first, last = region
    if first >= last:
        return None
    return Found(block=best, first=first, last=last, cut=frozenset(cut), letters=letters)


def _named(outline: Outline, title: int | None) -> str | None:
    return None if title is None else squash(outline.lines[title].text)


def _letters(outline: Outline, region: tuple[int, int, int]) -> int:
    _, first, last = region
    return sum(line.letters for line in outline.lines[first:last])


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
        if line.block in cut or (values[number] > 0 and is_footer(line.text)):
            values[number] = min(values[number], -min(line.letters, _SHORT))
