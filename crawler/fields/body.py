"""The body of an article as lines of text, and what hangs in it, in one pass.

The rules are those of what a reader sees: a block is a line, `<br>` ends one, an empty or
image-only paragraph is a blank line, cells of a row stand side by side. Pure.

Source: the text rules of docs/architecture.md, read off the documents; HTML §15.3 (rendering).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import is_padding, tidy
from crawler.fields.tree import BLOCKS, TEXT, steps

# Blocks that are a line even when nothing is in them.
_PARAGRAPHS = frozenset(["p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center"])
_SCAFFOLDS = frozenset(["div", "section", "center"])  # … unless they only carry a style
_CELLS = frozenset(["td", "th"])
_MEDIA = frozenset(["script", "video", "audio", "embed", "object", "iframe"])
_READ = BLOCKS | _MEDIA | {TEXT, "br", "img", "a"}
_MAX_NODES = 3000  # of a kind; no article has as many, a broken page may
CELL_BORDER = "\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A container read once. `lines` are tidy, "" is a blank line; the nodes are in page order."""

    lines: tuple[str, ...]
    images: tuple[LexborNode, ...]
    links: tuple[LexborNode, ...]
    media: tuple[LexborNode, ...]

    @property
    def letters(self) -> int:
        """How many characters the text has."""
        return sum(len(line) for line in self.lines)


def read_body(container: LexborNode, *, skip_hidden: bool) -> Body:
    """Read what is inside a container."""
    lines = _Lines()
    images: list[LexborNode] = []
    links: list[LexborNode] = []
    media: list[LexborNode] = []
    for tag, node, leaving in steps(container, of=_READ, skip_hidden=skip_hidden):
        if tag == TEXT:
            text = node.text_content or ""
            if not text.isspace() or lines.keeps_blank(text):
                lines.add(text)
        elif tag in BLOCKS:
            if leaving:
                lines.leave(tag, node)
            else:
                lines.enter(tag)
        elif leaving:
            continue
        elif tag == "br":
            lines.end(seen=True)
        elif tag == "a":
            links.append(node)
        elif tag == "img":
            images.append(node)
            lines.has_picture()
        else:
            media.append(node)
    lines.end()
    return Body(
        lines=tuple(lines.done),
        images=tuple(images[:_MAX_NODES]),
        links=tuple(links[:_MAX_NODES]),
        media=tuple(media[:_MAX_NODES]),
    )


def text_of(lines: Iterable[str]) -> str:
    """Return lines as a text: runs of blank lines are one, none at the start or the end."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


class _Lines:
    """The lines read so far, and the one that is being read."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._pieces: list[str] = []
        self._seen = False  # something that is no text takes room in this line
        self._open: list[int] = []  # for each open block, how many lines were done before it
        self._rows: list[list[int]] = []  # for each open row, where its cells begin
        self._preformatted = 0

    def keeps_blank(self, text: str) -> bool:
        """Say whether a blank text counts here: the layout of the source does not."""
        return bool(self._pieces) or self._preformatted > 0 or is_padding(text)

    def add(self, text: str) -> None:
        if not self._preformatted:
            self._pieces.append(text)
            return
        first, *others = text.split("\n")
        self._pieces.append(first)
        for other in others:
            self.end(seen=True)
            self._pieces.append(other)

    def has_picture(self) -> None:
        self._seen = True

    def end(self, *, seen: bool = False) -> None:
        """End the line. One without text counts only if something in it takes room."""
        if self._pieces:
            raw = "".join(self._pieces)
            self._pieces.clear()
            if text := tidy(raw):
                self.done.append(text)
                self._seen = False
                return
            seen = seen or is_padding(raw)
        if seen or self._seen:
            self.done.append("")
        self._seen = False

    def enter(self, tag: str) -> None:
        if self._pieces or self._seen:
            self.end()
        if tag in _CELLS and self._rows:
            self._rows[-1].append(len(self.done))
        elif tag == "tr":
            self._rows.append([])
        elif tag == "pre":
            self._preformatted += 1
        self._open.append(len(self.done))

    def leave(self, tag: str, node: LexborNode) -> None:
        if self._pieces or self._seen:
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
