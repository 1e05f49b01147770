"""Parts of a page that repeat: comments, teasers of other articles, the items of a list. Pure.

They are told without any name: elements of one kind beside each other, each of a few lines with a
link among them. Paragraphs are of one line; sections of an article have no link in each.
"""

from itertools import accumulate

from crawler.families.generic.outline import Block, Outline

_FEW = 4  # items; fewer may be the columns of a layout
_ALIKE = 0.8  # share of the elements that have the form of an item
_LINES = 2  # of an item
_LONG, _LONGEST = 120, 400  # letters of running text: of items in the mean, and of one
_MOST = 0.5  # share of one item in the text of all: one that has more is no item
_ROWS = frozenset(["tr", "td", "th", "tbody"])  # a row of a table may have a link and be data


def item_blocks(outline: Outline, values: list[int], title: int | None) -> set[int]:
    """Return the numbers of the blocks that are items with running text in them."""
    linked = list(accumulate((line.linked > 0 for line in outline.lines), initial=0))
    text = list(accumulate((max(0, value) for value in values), initial=0))
    groups: dict[tuple[int, str], list[int]] = {}
    for at, block in enumerate(outline.blocks):
        if block.last > block.first and block.tag not in _ROWS:
            groups.setdefault((block.parent, block.tag), []).append(at)
    found: set[int] = set()
    for group in groups.values():
        blocks = [outline.blocks[at] for at in group]
        if len(blocks) >= _FEW and _are_items(blocks, linked, text, title):
            found.update(group)
    return found


def _are_items(blocks: list[Block], linked: list[int], text: list[int], title: int | None) -> bool:
    alike = sum(
        block.last - block.first >= _LINES and linked[block.last] > linked[block.first]
        for block in blocks
    )
    if alike < _ALIKE * len(blocks):
        return False
    if title is not None and any(block.first <= title < block.last for block in blocks):
        return False
    letters = [text[block.last] - text[block.first] for block in blocks]
    whole, most = sum(letters), max(letters)
    return 0 < whole <= _LONG * len(letters) and most <= min(_LONGEST, _MOST * whole)
