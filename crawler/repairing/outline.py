"""A page as letters, and which of them each element holds: where known texts are found again.

Letters are those that a reader sees, without any blank, so that folds and indents of another
template are no difference. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash
from crawler.fields.tree import BLOCKS, INLINES, TEXT, hidden_elements, steps
from crawler.page import Page, once

_PARTS = BLOCKS | INLINES | {TEXT}
_MOST_WINDOWS = 3  # places in which one text is looked for
_SURE = 15  # letters of a line that is found again where others were edited
_ENOUGH = 0.8  # of the letters of a text that its page must show


@dataclass(frozen=True, slots=True)
class Element:
    """An element and its letters, `start` to `end`; `parent` is the number of the one above."""

    node: LexborNode
    start: int
    end: int
    parent: int | None

    @property
    def length(self) -> int:
        """How many letters it holds."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The letters of a page and its elements, in page order."""

    letters: str
    elements: tuple[Element, ...]

    @cached_property
    def number_of(self) -> dict[int, int]:
        """The number of each element by its `mem_id`."""
        return {one.node.mem_id: number for number, one in enumerate(self.elements)}

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """The numbers of the elements directly inside each one."""
        found: dict[int, list[int]] = {}
        for number, one in enumerate(self.elements):
            if one.parent is not None:
                found.setdefault(one.parent, []).append(number)
        return found

    def text_of(self, element: Element) -> str:
        """Return the letters of an element."""
        return self.letters[element.start : element.end]

    def above(self, number: int) -> list[int]:
        """Return an element and those around it, the innermost first."""
        chain: list[int] = []
        at: int | None = number
        while at is not None:
            chain.append(at)
            at = self.elements[at].parent
        return chain


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a text stands in a page: `holder` is the innermost element with all of it.

    `known` counts, for each letter of the page, how many of the text's own stand before it.
    """

    holder: int
    known: Sequence[int]

    def own(self, element: Element) -> int:
        """Return how many letters of the text an element holds."""
        return self.known[element.end] - self.known[element.start]


@once
def outline_of(page: Page) -> Outline:
    """Return the outline of a page."""
    root = page.tree.body
    if root is None:
        return Outline(letters="", elements=())
    pieces: list[str] = []
    begun: list[tuple[LexborNode, int, int | None]] = [(root, 0, None)]
    ends: dict[int, int] = {}
    open_: list[int] = [0]
    at = 0
    for tag, node, leaving in steps(root, of=_PARTS, hidden=hidden_elements(page)):
        if tag == TEXT:
            piece = squash(node.text_content or "")
            pieces.append(piece)
            at += len(piece)
        elif leaving:
            ends[open_.pop()] = at
        else:
            open_.append(len(begun))
            begun.append((node, at, open_[-2]))
    elements = (
        Element(node, start, ends.get(number, at), parent)
        for number, (node, start, parent) in enumerate(begun)
    )
    return Outline(letters="".join(pieces), elements=tuple(elements))


def places_of(outline: Outline, text: str) -> list[Place]:
    """Return where a text stands in a page, at most a few times; none where too little of it does.

    Its lines have to follow each other; other things may stand between them.
    """
    lines = [squash(line) for line in text.split("\n") if line.strip()]
    if not all(line in outline.letters for line in lines):
        whole = sum(map(len, lines))
        lines = [line for line in lines if len(line) >= _SURE and line in outline.letters]
        if sum(map(len, lines)) < _ENOUGH * whole:
            return []
    found: list[Place] = []
    start = 0
    while lines and len(found) < _MOST_WINDOWS:
        spans = _window(outline.letters, lines, start)
        if spans is None:
            break
        found.append(_place(outline, spans))
        start = spans[-1][1]
    return found


def line_places(outline: Outline, line: str, *, more: int) -> list[Place]:
    """Return where a line stands in an element with at most so many letters more, in page order."""
    wanted = squash(line)
    found: list[Place] = []
    for number, one in enumerate(outline.elements):
        inside = outline.children.get(number, ())
        if len(wanted) < one.length <= len(wanted) + more:
            at = outline.letters.find(wanted, one.start, one.end)
            if at >= 0 and not any(_holds(outline.elements[n], at, len(wanted)) for n in inside):
                found.append(_place(outline, [(at, at + len(wanted))]))
    return found


def _holds(element: Element, at: int, length: int) -> bool:
    return element.start <= at and at + length <= element.end


def _window(letters: str, lines: Sequence[str], start: int) -> list[tuple[int, int]] | None:
    """Return where the lines stand behind `start`, as close together as they do."""
    at = start
    for line in lines:
        found = letters.find(line, at)
        if found < 0:
            return None
        at = found + len(line)
    spans: list[tuple[int, int]] = []
    for line in reversed(lines):
        found = letters.rfind(line, start, at)
        spans.append((found, found + len(line)))
        at = found
    return spans[::-1]


def _place(outline: Outline, spans: Sequence[tuple[int, int]]) -> Place:
    own = [0] * len(outline.letters)
    for first, last in spans:
        own[first:last] = [1] * (last - first)
    first, last = spans[0][0], spans[-1][1]
    holder = max(
        number
        for number, one in enumerate(outline.elements)
        if one.start <= first and one.end >= last
    )
    return Place(holder=holder, known=[0, *accumulate(own)])
