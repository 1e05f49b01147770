"""The body of an article as lines of text, and what hangs in it, in one pass.

The rules are those of what a reader sees: a block is a line, `<br>` ends one, an empty or
image-only paragraph is a blank line, cells of a row stand side by side. Pure.

Source: the text rules of docs/architecture.md, read off the documents; HTML §15.3 (rendering).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import is_padding, tidy
from crawler.fields.cleaned import (
    CLOSED_BY,
    OPENED,
    cell_markup,
    image_markup,
    joined,
    link_markup,
    text_markup,
)
from crawler.fields.tree import BLOCKS, NOTHING, TEXT, steps

# Blocks that are a line even when nothing is in them.
_PARAGRAPHS = frozenset(["p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center"])
_SCAFFOLDS = frozenset(["div", "section", "center"])  # … unless they only carry a style
_CELLS = frozenset(["td", "th"])
_MEDIA = frozenset(["script", "video", "audio", "embed", "object", "iframe"])
_READ = BLOCKS | _MEDIA | {TEXT, "img", "a", *OPENED}
_MAX_NODES = 3000  # of a kind; no article has as many, a broken page may
CELL_BORDER = "\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A container read once. `lines` are tidy, "" is a blank line; the nodes are in page order.

    `html` is its inside as small, harmless HTML with absolute addresses.
    """

    lines: tuple[str, ...]
    images: tuple[LexborNode, ...]
    links: tuple[LexborNode, ...]
    media: tuple[LexborNode, ...]
    html: str
    letters: int  # of the lines


def read_body(container: LexborNode, *, base: str, hidden: frozenset[int] = NOTHING) -> Body:
    """Read what is inside a container, except what is `hidden` (see `hidden_elements`)."""
    reader = _Reader(base)
    markup, lines = reader.markup, reader.lines
    for tag, node, leaving in steps(container, of=_READ, hidden=hidden):
        if tag == TEXT:
            text = node.text_content or ""
            is_layout = text.isspace() and text.isascii()  # of the source: most blank texts
            markup.append(text if is_layout else text_markup(text))
            if lines.pieces or not text.isspace() or lines.keeps_blank(text):
                lines.add(text)
        elif tag in BLOCKS:
            if leaving:
                markup.append(CLOSED_BY.get(tag, ""))
                lines.leave(tag, node)
            else:
                markup.append(cell_markup(tag, node) if tag in _CELLS else OPENED.get(tag, ""))
                lines.enter(tag)
        elif leaving:
            reader.leave(tag)
        else:
            reader.enter(tag, node)
    return reader.body()


def joined_bodies(bodies: Sequence[Body]) -> Body:
    """Return the bodies of elements that stand one behind another as one."""
    return Body(
        lines=tuple(line for body in bodies for line in body.lines),
        images=tuple(node for body in bodies for node in body.images)[:_MAX_NODES],
        links=tuple(node for body in bodies for node in body.links)[:_MAX_NODES],
        media=tuple(node for body in bodies for node in body.media)[:_MAX_NODES],
        html="".join(body.html for body in bodies),
        letters=sum(body.letters for body in bodies),
    )


def text_of(lines: Iterable[str]) -> str:
    """Return lines as a text: runs of blank lines are one, none at the start or the end."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


class _Reader:
    """What was read so far, but for texts and blocks: markup, and what hangs in the body."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.lines = _Lines()
        self.markup: list[str] = []
        self._link_ends: list[str] = []
        self._images: list[LexborNode] = []
        self._links: list[LexborNode] = []
        self._media: list[LexborNode] = []

    def enter(self, tag: str, node: LexborNode) -> None:
        if tag in OPENED:
            self.markup.append(OPENED[tag])
            if tag == "br":
                self.lines.end(seen=True)
        elif tag == "a":
            start, end = link_markup(node, base=self._base)
            self.markup.append(start)
            self._link_ends.append(end)
            self._links.append(node)
        elif tag == "img":
            self.markup.append(image_markup(node, base=self._base))
            self._images.append(node)
            self.lines.seen = True
        else:
            self._media.append(node)

    def leave(self, tag: str) -> None:
        self.markup.append(self._link_ends.pop() if tag == "a" else CLOSED_BY.get(tag, ""))

    def body(self) -> Body:
        self.lines.end()
        return Body(
            lines=tuple(self.lines.done),
            images=tuple(self._images[:_MAX_NODES]),
            links=tuple(self._links[:_MAX_NODES]),
            media=tuple(self._media[:_MAX_NODES]),
            html=joined(self.markup),
            letters=sum(map(len, self.lines.done)),
        )


class _Lines:
    """The lines read so far, and the one that is being read."""

    __slots__ = ("_open", "_preformatted", "_rows", "done", "pieces", "seen")

    def __init__(self) -> None:
        self.done: list[str] = []
        self.pieces: list[str] = []
        self.seen = False  # something that is no text takes room in this line
        self._open: list[int] = []  # for each open block, how many lines were done before it
        self._rows: list[list[int]] = []  # for each open row, where its cells begin
        self._preformatted = 0

    def keeps_blank(self, text: str) -> bool:
        """Say whether a blank text counts where a line begins: the source's layout does not."""
        return self._preformatted > 0 or is_padding(text)

    def add(self, text: str) -> None:
        if not self._preformatted:
            self.pieces.append(text)
            return
        first, *others = text.split("\n")
        self.pieces.append(first)
        for other in others:
            self.end(seen=True)
            self.pieces.append(other)

    def end(self, *, seen: bool = False) -> None:
        """End the line. One without text counts only if something in it takes room."""
        pieces = self.pieces
        if pieces:
            raw = pieces[0] if len(pieces) == 1 else "".join(pieces)
            pieces.clear()
            if text := tidy(raw):
                self.done.append(text)
                self.seen = False
                return
            seen = seen or is_padding(raw)
        if seen or self.seen:
            self.done.append("")
        self.seen = False

    def enter(self, tag: str) -> None:
        if self.pieces or self.seen:
            self.end()
        if tag not in _PARAGRAPHS:  # most blocks are paragraphs
            if tag in _CELLS and self._rows:
                self._rows[-1].append(len(self.done))
            elif tag == "tr":
                self._rows.append([])
            elif tag == "pre":
                self._preformatted += 1
        self._open.append(len(self.done))

    def leave(self, tag: str, node: LexborNode) -> None:
        if self.pieces or self.seen:
            self.end()
        before = self._open.pop() if self._open else 0
        if tag in _PARAGRAPHS:
            if len(self.done) == before and not _is_scaffold(tag, node):
                self.done.append("")
        elif tag == "tr" and self._rows:
            self._join_cells(self._rows.pop(), before)
        elif tag == "pre":
            self._preformatted -= 1

    def _join_cells(self, starts: list[int], before: int) -> None:
        """Make one line of a row, unless a cell of it holds more: then the table is layout."""
        ends = [*starts[1:], len(self.done)] if starts else []
        cells = [
            [line for line in self.done[start:end] if line]
            for start, end in zip(starts, ends, strict=True)
        ]
        if len(self.done) == before:
            self.done.append("")
        elif len(cells) > 1 and all(len(cell) <= 1 for cell in cells):
            row = CELL_BORDER.join(cell[0] if cell else "" for cell in cells)
            self.done[before:] = [row.strip(CELL_BORDER)]


def _is_scaffold(tag: str, node: LexborNode) -> bool:
    if tag not in _SCAFFOLDS:
        return False
    attributes = node.attributes
    return "id" in attributes or "class" in attributes or "clear" in (attributes.get("style") or "")
