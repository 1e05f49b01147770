"""A page as blocks and lines with their weights, read in one pass: where its body is looked for.

Pure. A line is what stands between two borders of blocks; a block knows which lines are inside it.
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER
from crawler.fields.lines import LINE_PARTS, Line
from crawler.fields.tree import BLOCKS, TEXT, steps

_MARKS = "，。；！？、：,;:!?"
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
    `letters` are without edges, `linked` those inside of links, `links` how many there are.
    """

    text: str
    node: LexborNode
    block: int
    letters: int
    linked: int
    links: int
    marks: int


@dataclass(slots=True, eq=False)
class Outline:
    """The blocks of a page in document order, the page itself first, and its lines.

    `media` are pictures and films, each by the number of lines before it and its block.
    """

    blocks: list[Block] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    media: list[tuple[int, int]] = field(default_factory=list)


def read_outline(root: LexborNode, *, hidden: frozenset[int]) -> Outline:
    """Return the outline of what is visible inside an element."""
    reader = _Reader(root)
    for tag, node, leaving in steps(root, of=LINE_PARTS, hidden=hidden):
        if tag == TEXT:
            reader.text(node)
        elif tag in BLOCKS:
            if leaving:
                reader.leave()
            else:
                reader.enter(tag, node)
        elif tag == "a":
            reader.link(leaving=leaving)
        elif tag == "br":
            reader.end()
        else:
            if tag in _MEDIA and not leaving:
                reader.medium()
            reader.border()
    return reader.outline()


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


class _Reader:
    """What was read so far, and the line that is being read."""

    def __init__(self, root: LexborNode) -> None:
        self._blocks = [Block(root, root.tag or "", -1, 0)]
        self._lines: list[TextLine] = []
        self._media: list[tuple[int, int]] = []
        self._open = [0]
        self._start()

    def _start(self) -> None:
        self._pieces: list[str] = []
        self._node: LexborNode | None = None
        self._letters = self._linked = self._links = 0
        self._in_link = False

    def text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        letters = len(text.strip())
        if self._node is None:
            if not letters:
                return
            self._node = node.parent or node
        self._pieces.append(text)
        self._letters += letters
        if self._in_link:
            self._linked += letters

    def link(self, *, leaving: bool) -> None:
        self._in_link = not leaving
        self._links += leaving
        self.border()

    def medium(self) -> None:
        self._media.append((len(self._lines), self._open[-1]))

    def border(self) -> None:
        if self._node is not None:
            self._pieces.append(BORDER)

    def end(self) -> None:
        if self._node is None:
            self._links = 0
            return
        text = "".join(self._pieces)
        marks = sum(map(text.count, _MARKS)) if self._letters >= _FEW_LETTERS else 0
        self._lines.append(
            TextLine(
                text, self._node, self._open[-1],
                self._letters, self._linked, self._links, marks,
            )
        )  # fmt: skip
        in_link = self._in_link
        self._start()
        self._in_link = in_link

    def enter(self, tag: str, node: LexborNode) -> None:
        self.end()
        self._blocks.append(Block(node, tag, self._open[-1], len(self._lines)))
        self._open.append(len(self._blocks) - 1)

    def leave(self) -> None:
        self.end()
        self._blocks[self._open.pop()].last = len(self._lines)

    def outline(self) -> Outline:
        self.end()
        self._blocks[0].last = len(self._lines)
        return Outline(blocks=self._blocks, lines=self._lines, media=self._media)
