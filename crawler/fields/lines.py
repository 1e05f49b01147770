"""The lines of a page around its body, as they were written: blanks and element borders kept.

Title, date and credits are found in them. Pure.
"""

from collections.abc import Iterable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER
from crawler.fields.tree import BLOCKS, CLOSED, INLINES, TEXT, Step

# A label and its value often stand in neighbouring cells, so these only border parts of a line.
_CELLS = frozenset(["td", "th", "dt", "dd"])
LINE_PARTS = BLOCKS | INLINES | CLOSED | {TEXT, "br"}  # the tags by which lines are read
_ENDS_LINE = (BLOCKS | {"br"}) - _CELLS
_MAX_CHARACTERS = 4000  # no title and no meta line is as long; what reads them stays quick


class Line(NamedTuple):
    """One line with something in it. `text` is raw, with BORDER between inline elements.

    `node` is the element in which its first letters stand, the text's own parent.
    """

    text: str
    node: LexborNode


def read_lines(
    met: Iterable[Step], *, frame: LexborNode | None = None
) -> tuple[list[Line], int | None]:
    """Return the lines of the LINE_PARTS that are met, without the blank ones.

    The number is that of the first line inside or behind `frame`, None if that is not met.
    """
    lines: list[Line] = []
    near: int | None = None
    frame_tag, frame_id = (frame.tag, frame.mem_id) if frame is not None else (None, None)
    pieces: list[str] = []
    first: LexborNode | None = None
    for tag, node, _ in met:
        if tag == TEXT:
            # Most texts between lines are the source's layout: they are not even read.
            text = "" if first is None and node.is_empty_text_node else node.text_content or ""
            if first is None:
                if not text or text.isspace():
                    continue
                first = node
            pieces.append(text)
        elif tag in _ENDS_LINE:
            if first is not None:
                lines.append(_line(pieces, first))
                first = None
                pieces.clear()
            if near is None and tag == frame_tag and node.mem_id == frame_id:
                near = len(lines)
        elif first is not None:
            pieces.append(BORDER)
    if first is not None:
        lines.append(_line(pieces, first))
    return lines, near


def _line(pieces: list[str], first: LexborNode) -> Line:
    return Line(text="".join(pieces)[:_MAX_CHARACTERS], node=first.parent or first)
