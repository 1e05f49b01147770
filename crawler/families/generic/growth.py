"""How far the body reaches beyond its running text: signatures, tables, lists of names. Pure.

Such lines say nothing for themselves. They are the author's where they stand between the heading
and what templates put below a body, and nothing else stands among them.
"""

from collections.abc import Callable

from crawler.families.generic.outline import Outline

_MANY = 4000  # lines; one by one they would take long
Harmless = Callable[[int, int], bool]


class Growth:
    """A body that grows within its page.

    `is_harmless` says whether the lines from one to another (exclusive) may be the author's. `top`
    is the number of the first line below the heading, None where no heading was found: then nothing
    is added above.
    """

    def __init__(self, outline: Outline, is_harmless: Harmless, *, top: int | None) -> None:
        self._blocks, self._lines = outline.blocks, outline.lines
        self._is_harmless = is_harmless
        self._top = top

    def around(self, block: int, first: int, last: int) -> tuple[int, int, int]:
        """Return the element, the first line and the one behind the last of the grown body."""
        at = block
        while (at := self._blocks[at].parent) > 0:
            outer = self._blocks[at]
            is_frame = self._top is not None and outer.first < self._top
            below = self._down(at, last)
            above = self._up(at, first)
            if (above, below) != (first, last):
                block, first, last = at, above, below
            if is_frame or below < outer.last or above > outer.first:
                break
        return block, first, last

    def _down(self, at: int, last: int) -> int:
        end = self._blocks[at].last
        if end - last > _MANY and self._is_harmless(last, end):
            return end
        while last < end:
            child = self._child(at, last)
            behind = last + 1 if child is None else self._blocks[child].last
            if not self._is_harmless(last, behind):
                return last
            last = behind
        return last

    def _up(self, at: int, first: int) -> int:
        start = max(self._blocks[at].first, first if self._top is None else self._top)
        while first > start:
            child = self._child(at, first - 1)
            before = first - 1 if child is None else self._blocks[child].first
            if before < start or not self._is_harmless(before, first):
                return first
            first = before
        return first

    def _child(self, at: int, line: int) -> int | None:
        """Return the block right inside of another one that holds a line, None if none does."""
        block = self._lines[line].block
        while block != at:
            parent = self._blocks[block].parent
            if parent == at:
                return block
            block = parent
        return None
