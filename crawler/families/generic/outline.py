"""A page as blocks and lines with their weights, in one pass: what the search for the body reads.

Pure. A line is what stands between two borders of blocks; a block knows which lines are inside it.
"""

from dataclasses import dataclass, field
from itertools import accumulate

from selectolax.lexbor import LexborNode

from crawler.fields.tree import BLOCKS, TEXT, steps

_READ = BLOCKS | {TEXT, "a", "br"}
_MARKS = "，。；！？、：,;:!?"
_SENTENCE = "。；！？"
_MAX_BLOCKS = 60_000  # a page with more is no article's


@dataclass(slots=True)
class Block:
    """An element that ends lines. `first` to `last` (exclusive) are the lines inside it."""

    node: LexborNode
    tag: str
    parent: int
    first: int
    last: int = 0


@dataclass(slots=True)
class TextLine:
    """One line: its letters, those of them in links, its punctuation, and the block it is in."""

    text: str
    block: int
    letters: int
    linked: int
    links: int
    marks: int


@dataclass(slots=True)
class Outline:
    """The blocks of a page in document order, the page itself being the first, and its lines."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)


def read_outline(root: LexborNode, *, hidden: frozenset[int]) -> Outline:
    """Return the outline of what is visible inside an element."""
    reader = _Reader(root)
    for tag, node, leaving in steps(root, of=_READ, hidden=hidden):
        if tag == TEXT:
            reader.text(node.text_content or "")
        elif tag == "a":
            reader.link(leaving=leaving)
        elif tag == "br":
            reader.end()
        elif leaving:
            reader.leave()
        else:
            reader.enter(tag, node)
    return reader.outline()


class _Reader:
    """What was read so far, and the line that is being read."""

    def __init__(self, root: LexborNode) -> None:
        self._outline = Outline(blocks=[Block(root, root.tag or "", -1, 0)])
        self._open = [0]
        self._pieces: list[str] = []
        self._linked = self._links = 0
        self._in_link = False

    def text(self, text: str) -> None:
        text = text.strip()
        if text:
            self._pieces.append(text)
            if self._in_link:
                self._linked += len(text)

    def link(self, *, leaving: bool) -> None:
        self._in_link = not leaving
        self._links += leaving

    def end(self) -> None:
        if self._pieces:
            text = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
            self._pieces.clear()
            marks = sum(map(text.count, _MARKS)) if len(text) > 4 else 0
            line = TextLine(text, self._open[-1], len(text), self._linked, self._links, marks)
            self._outline.lines.append(line)
        self._linked = self._links = 0

    def enter(self, tag: str, node: LexborNode) -> None:
        self.end()
        blocks = self._outline.blocks
        blocks.append(Block(node, tag, self._open[-1], len(self._outline.lines)))
        self._open.append(len(blocks) - 1)

    def leave(self) -> None:
        self.end()
        self._outline.blocks[self._open.pop()].last = len(self._outline.lines)

    def outline(self) -> Outline:
        self.end()
        self._outline.blocks[0].last = len(self._outline.lines)
        return self._outline
