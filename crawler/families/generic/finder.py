"""Which part of a page of unknown layout is the article's body.

Every line counts for or against its surroundings: running text for, links and crumbs against. The
body is the element with the largest sum, so that it holds all of the text and as little as
possible beside it. What templates put inside it is cut out first, at its edges afterwards. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from crawler.families.generic.cuts import cut_blocks
from crawler.families.generic.edges import Edges
from crawler.families.generic.growth import Growth
from crawler.families.generic.outline import Block, Outline, TextLine
from crawler.families.generic.title_line import title_line
from crawler.families.generic.words import is_footer
from crawler.fields.blanks import squash

_RUNNING = 10  # letters of a line with punctuation that make it running text
_MAX_AGAINST = 30  # a long link speaks no louder against its surroundings than a usual headline
_BAR = 24  # letters of a line that may be a bar of buttons …
_LINK_SHARE = 0.7  # … if so many of them are linked for each that is not
_FOOTER_LINES = 40  # lines at the end of a page that may be its footer
_LITTLE = 100  # letters of running text below which the body may be none of it
_NEARLY_ALL = 0.8
_PARAGRAPHS = frozenset(["p", "li"])
_OF_TABLES = frozenset(["table", "thead", "tbody", "tfoot", "tr"])  # no markup without a table
_SHORT = 4  # what a short line without punctuation costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the body is: the element, the lines `first` to `last` (exclusive) of the outline.

    Behind `text_last` stand only attachments.
    `cut` are the numbers of the blocks that are not the author's, `letters` those of its running
    text, `title` is the line of the title, None where the page has none of its own; `is_framed`
    says that between it and the body stand only facts, and some do.
    """

    block: int
    first: int
    last: int
    text_last: int
    cut: frozenset[int]
    letters: int
    title: int | None
    is_framed: bool


def find_body(outline: Outline, *, titles: Sequence[str]) -> Found | None:
    """Return where the body is, or None where the page has none.

    `titles` are squashed texts that begin with the article's title, such as `<title>`.
    """
    values = [_value(line) for line in outline.lines]
    title = title_line(outline, titles)
    cut = cut_blocks(outline, values, title)
    _silence(outline, values, cut)
    edges = Edges(outline, values, cut)
    best = _best_block(outline, values)
    if title is not None and title >= outline.blocks[best].last:
        title = None  # the site's name in its footer, where `<title>` says no more
    if title is None:
        title = edges.title_over_facts(outline.blocks[best])
    return _Search(outline, values, edges, title).found(best, cut)


def _best_block(outline: Outline, values: Sequence[int]) -> int:
    """Return the number of the block with the largest sum, of nested equals the innermost.

    Of what the page itself marks as an article and holds nearly all of that, the inside.
    """
    total = list(accumulate(values, initial=0))
    sums = [total[block.last] - total[block.first] for block in outline.blocks]
    best = max(range(len(sums)), key=lambda at: (sums[at], at))
    for at in range(best + 1, len(sums)):
        block = outline.blocks[at]
        if block.first >= outline.blocks[best].last:
            break
        if block.tag == "article" and sums[at] >= _NEARLY_ALL * sums[best]:
            best = at
    return best


@dataclass(frozen=True, slots=True)
class _Region:
    """A block and the lines `first` to `last` (exclusive) in it; `text_last` ends its text."""

    block: int
    first: int
    last: int
    text_last: int


class _Search:
    """The search for the edges of a body; `title` is the line of the title, None if unknown."""

    def __init__(
        self, outline: Outline, values: Sequence[int], edges: Edges, title: int | None
    ) -> None:
        self._outline, self._values, self._edges, self._title = outline, values, edges, title
        self._top = None
        if title is not None:
            self._top = edges.below_heading(title + 1, len(outline.lines))
        self._growth = Growth(outline, edges.is_harmless, top=self._top)

    def found(self, best: int, cut: set[int]) -> Found | None:
        region = self._around(best)
        if self._title is None and self._edges.is_set_as_title(region.first, region.last):
            self._title = region.first
            below = self._edges.below_links(region.first + 1, region.last)
            region = replace(region, first=below)
        letters = sum(max(0, value) for value in self._values[region.first : region.last])
        if letters < _LITTLE:
            quiet = self._below_heading()
            if quiet is not None and self._letters(quiet) > letters:
                region = quiet
            elif not letters:
                region = self._pictured() or region
        if region.first > region.last:
            return None
        return Found(
            block=region.block,
            first=region.first,
            last=region.last,
            text_last=region.text_last,
            cut=frozenset(cut),
            letters=letters,
            title=self._title,
            is_framed=self._title is not None
            and self._top == region.first
            and region.first > self._title + 1,
        )

    def _around(self, best: int) -> _Region:
        """Return the running text, and what belongs to it."""
        block, title = self._outline.blocks[best], self._title
        first, named = block.first, None
        if title is not None:
            named = squash(self._outline.lines[title].text)
            if first <= title < block.last:
                first = title + 1
        first = self._edges.below_links(self._edges.below_heading(first, block.last), block.last)
        first = self._edges.below_summary(first, block.last)
        last = self._edges.above_furniture(first, block.last, named)
        if last < block.last:
            return _Region(best, first, last, last)
        return self._grown(best, first, last)

    def _grown(self, at: int, first: int, last: int) -> _Region:
        """Return lines with what belongs to them; files behind their element are no text."""
        own = self._outline.blocks[at]
        if own.tag in _PARAGRAPHS and own.parent > 0:
            own = self._outline.blocks[own.parent]
        block, first, last = self._growth.around(at, first, last)
        while self._is_part(block, first, last):
            block = self._outline.blocks[block].parent
        text_last = self._edges.above_attachments(min(own.last, last), last)
        return _Region(block, first, last, text_last)

    def _is_part(self, at: int, first: int, last: int) -> bool:
        """Say whether the element around another one is the body: of a row, of a picture's text."""
        own = self._outline.blocks[at]
        return own.parent > 0 and (
            own.tag in _OF_TABLES or self._is_beside_picture(at, first, last)
        )

    def _is_beside_picture(self, at: int, first: int, last: int) -> bool:
        """Say whether a picture in a paragraph of its own stands right before or behind one."""
        blocks = self._outline.blocks
        own = blocks[at]
        return own.tag in _PARAGRAPHS and any(
            place in {first, last} and block != at and blocks[block].parent == own.parent > 0
            for place, block in self._outline.media
            if not self._edges.is_cut(block)
        )

    def _below_heading(self) -> _Region | None:
        """Return what stands below the heading, where that is no running text."""
        top, lines = self._top, self._outline.lines
        if top is None or top >= len(lines) or not self._edges.is_harmless(top, top + 1):
            return None
        return self._grown(lines[top].block, top, top + 1)

    def _pictured(self) -> _Region | None:
        """Return what is shown below the heading, where that has no text."""
        found = self._first_shown()
        if found is None:
            return None
        (at, block), blocks = found, self._outline.blocks
        while (outer := blocks[block].parent) > 0 and self._is_below(blocks[outer], at):
            block = outer
        own = blocks[block]
        return _Region(block, own.first, own.last, own.last)

    def _first_shown(self) -> tuple[int, int] | None:
        """Return the first picture or film below the heading: the lines before it, its block.

        The heading may go on behind it, with an editor or what was cut out.
        """
        edges, lines = self._edges, self._outline.lines
        top = len(lines) if self._top is None else self._top
        title = -1 if self._title is None else self._title
        start = top if self._top is None else edges.below_fact(title + 1, top)
        for at, block in self._outline.media:
            if at >= top:
                is_next = not edges.is_cut(block) and edges.is_harmless(top, at)
                return (at, block) if is_next else None
            if at >= start and not edges.is_cut(block) and edges.below_heading(title + 1, at) == at:
                return at, block
        return None

    def _is_below(self, block: Block, top: int) -> bool:
        return block.first >= top and self._edges.is_harmless(block.first, block.last)

    def _letters(self, region: _Region) -> int:
        return sum(line.letters for line in self._outline.lines[region.first : region.last])


def _value(line: TextLine) -> int:
    plain = line.letters - line.linked
    share = _LINK_SHARE if line.letters <= _BAR else 1
    if line.linked >= plain * share:
        return -min(line.letters, _MAX_AGAINST)
    if line.is_marked and line.letters >= _RUNNING:
        return plain - line.linked
    return -min(plain, _SHORT)


def _silence(outline: Outline, values: list[int], cut: set[int]) -> None:
    """Let what was cut out and the page's footer count for nothing, and against their like."""
    footer = len(values) - _FOOTER_LINES
    for number, line in enumerate(outline.lines):
        value = values[number]
        if value > 0 and (line.block in cut or (number >= footer and is_footer(line.text))):
            values[number] = -min(line.letters, _SHORT)
