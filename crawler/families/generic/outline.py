"""A page as blocks and lines with their weights, read in one pass: where its body is looked for.

Pure. A line is what stands between two borders of blocks; a block knows which lines are inside it.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER
from crawler.fields.lines import LINE_PARTS, Line
from crawler.fields.tree import BLOCKS, TEXT, steps

_MARK = re.compile("[，。；！？、：,;:!?]")
_ENDS = BLOCKS | {"br"}
_MEDIA = frozenset(["img", "video", "audio", "embed", "object", "iframe"])
_FEW_LETTERS = 5  # a shorter line has no punctuation worth counting
CELLS = frozenset(["td", "th", "dt", "dd"])


@dataclass(slots=True, eq=False)
class Block:
    """An element that ends lines. `first` to `last` (exclusive) are the lines inside it.

    `parent` is the number of the block around it, -1 for the page itself.
    """

    node: LexborNode
    tag: str
    parent: int
    first: int
    last: int = 0


@dataclass(slots=True, eq=False)
class TextLine:
    """A line as written, with BORDER between inline elements, and what it is made of.

    `block` is the number of the block it stands in, `node` the element of its first letters;
    `letters` are without edges, `linked` those inside of links, `links` how many there are;
    `is_marked` says that punctuation is among them.
    """

    text: str
    node: LexborNode
    block: int
    letters: int
    linked: int
    links: int
    is_marked: bool


@dataclass(slots=True, eq=False)
class Outline:
    """The blocks of a page in document order, the page itself first, and its lines.

    `media` are pictures and films, each by the number of lines before it and its block.
    """

    blocks: list[Block] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    media: list[tuple[int, int]] = field(default_factory=list)


def read_outline(  # noqa: C901, PLR0912 (one flat loop)
    root: LexborNode, *, hidden: frozenset[int]
) -> Outline:
    """Return the outline of what is visible inside an element."""
    outline = Outline(blocks=[Block(root, root.tag or "", -1, 0)])
    blocks, lines, media = outline.blocks, outline.lines, outline.media
    opened = [0]
    line, in_link = _OpenLine(), False
    for tag, node, leaving in steps(root, of=LINE_PARTS, hidden=hidden):
        if tag == TEXT:
            line.add(node, in_link=in_link)
        elif tag not in _ENDS:
            if tag == "a":
                in_link = not leaving
                line.links += leaving
            elif tag in _MEDIA and not leaving:
                media.append((len(lines), opened[-1]))
            if line.first is not None:
                line.pieces.append(BORDER)
        else:
            if line.first is not None:
                lines.append(line.ended(opened[-1]))
            if line.first is not None or line.links:
                line = _OpenLine()
            if tag == "br":
                continue
            if leaving:
                blocks[opened.pop()].last = len(lines)
            else:
                blocks.append(Block(node, tag, opened[-1], len(lines)))
                opened.append(len(blocks) - 1)
    if line.first is not None:
        lines.append(line.ended(0))
    blocks[0].last = len(lines)
    return outline


def heading_lines(outline: Outline, first: int, last: int) -> list[Line]:
    """Return some lines of a page as titles and labels are read in them: a row of cells is one."""
    lines: list[Line] = []
    row = -1
    for line in outline.lines[first:last]:
        block = outline.blocks[line.block]
        own_row = block.parent if block.tag in CELLS else -1
        if row >= 0 and own_row == row:
            lines[-1] = Line(text=lines[-1].text + BORDER + line.text, node=lines[-1].node)
        else:
            lines.append(Line(text=line.text, node=line.node))
        row = own_row
    return lines


class _OpenLine:
    """The line that is being read."""

    __slots__ = ("first", "letters", "linked", "links", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.first: LexborNode | None = None
        self.letters = self.linked = self.links = 0

    def add(self, node: LexborNode, *, in_link: bool) -> None:
        text = node.text_content or ""
        letters = len(text.strip())
        if self.first is None:
            if not letters:
                return
            self.first = node
        self.pieces.append(text)
        self.letters += letters
        if in_link:
            self.linked += letters

    def ended(self, block: int) -> TextLine:
        assert self.first is not None
        text = "".join(self.pieces)
        is_marked = self.letters >= _FEW_LETTERS and _MARK.search(text) is not None
        node = self.first.parent or self.first
        return TextLine(text, node, block, self.letters, self.linked, self.links, is_marked)
