"""A page as blocks and lines with their weights, read in one pass: where its body is looked for.

Pure. A line is what stands between two borders of blocks; a block knows which lines are inside it.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER
from crawler.fields.lines import LINE_PARTS, Line
from crawler.fields.tree import BLOCKS, TEXT, steps

_MARK = re.compile(r"[，。；！？、：,;:!?]|[A-Za-z]\.(?:\s|$)")
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
    `letters` are without edges, `linked` those inside of links; `is_marked` says that punctuation
    is among them.
    """

    text: str
    node: LexborNode
    block: int
    letters: int
    linked: int
    is_marked: bool


@dataclass(slots=True, eq=False)
class Outline:
    """The blocks of a page in document order, the page itself first, and its lines.

    `media` are pictures and films, each by the number of lines before it and its block.
    """

    blocks: list[Block] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    media: list[tuple[int, int]] = field(default_factory=list)


def read_outline(  # noqa: C901, PLR0912 (one flat loop: this is where the time goes)
    root: LexborNode, *, hidden: frozenset[int]
) -> Outline:
    """Return the outline of what is visible inside an element."""
    outline = Outline(blocks=[Block(root, root.tag or "", -1, 0)])
    blocks, lines, media = outline.blocks, outline.lines, outline.media
    opened, pieces, first = [0], list[str](), root
    letters = linked = 0
    in_link = False
    for tag, node, leaving in steps(root, of=LINE_PARTS, hidden=hidden):
        if tag == TEXT:
            text = node.text_content or ""
            if count := len(text.strip()):
                if not pieces:
                    first = node
                pieces.append(text)
                letters += count
                linked += count * in_link
            elif pieces:
                pieces.append(text)
        elif tag not in _ENDS:
            if tag == "a":
                in_link = not leaving
            elif tag in _MEDIA and not leaving:
                media.append((len(lines), opened[-1]))
            if pieces:
                pieces.append(BORDER)
        else:
            if pieces:
                lines.append(_line(pieces, first, opened[-1], letters=letters, linked=linked))
                letters = linked = 0
            if leaving and tag != "br":
                blocks[opened.pop()].last = len(lines)
            elif tag != "br":
                blocks.append(Block(node, tag, opened[-1], len(lines)))
                opened.append(len(blocks) - 1)
    if pieces:
        lines.append(_line(pieces, first, 0, letters=letters, linked=linked))
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


def _line(
    pieces: list[str], first: LexborNode, block: int, *, letters: int, linked: int
) -> TextLine:
    """Return the line of these pieces, and empty them."""
    text = "".join(pieces)
    pieces.clear()
    is_marked = letters >= _FEW_LETTERS and _MARK.search(text) is not None
    return TextLine(text, first.parent or first, block, letters, linked, is_marked)
