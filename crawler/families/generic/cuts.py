"""Which parts of a page are by their marks or their headings not its article. Pure."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice, takewhile

from selectolax.lexbor import LexborNode

from crawler.families.generic.items import item_blocks
from crawler.families.generic.names import allowed_share
from crawler.families.generic.outline import CELLS, Block, Outline, TextLine
from crawler.families.generic.words import heads_comments, heads_other

_HEADING = 24  # letters; a longer line heads nothing
_HALF = 0.5
_SECTIONS = frozenset(["thead", "tbody", "tfoot"])  # the parser gives each row one
_COLUMNS = 3  # that a table of data has at least
_PARTS, _ROWS = 8, 20  # how many parts of a table, and rows of each, tell what it is
_TEXT = 50  # letters of running text before what may be comments on it
_TEASER = 150  # letters; a longer paragraph is no teaser of another article


def cut_blocks(outline: Outline, values: list[int], title: int | None) -> set[int]:
    """Return the numbers of the blocks that are by form, names or headings not the article."""
    good = list(accumulate(map(_weight, outline.lines, values), initial=0))
    whole = good[-1] or 1
    items = item_blocks(outline, values, title)
    cut: set[int] = set()
    for at, block in enumerate(outline.blocks):
        if block.parent in cut or at in items:
            cut.add(at)
            continue
        if at == 0 or (title is not None and block.first <= title < block.last):
            continue
        weight = good[block.last] - good[block.first]
        # Most blocks of a page are of menus and lists: their names decide nothing.
        if weight and weight / whole < _allowed(block, is_behind=good[block.first] >= _TEXT):
            cut.add(at)
    return cut | _headed(outline, values, good, cut, title)


def has_other_name(block: Block) -> bool:
    """Say whether the names of a block without text speak against it, as those of buttons do."""
    return _allowed(block, is_behind=True) >= _HALF


def _weight(line: TextLine, value: int) -> int:
    """Return how much of the article a line may be: names and tables count, if less than text."""
    if value > 0:
        return value
    return 0 if line.linked * 2 >= line.letters else line.letters // 4


def _allowed(block: Block, *, is_behind: bool) -> float:
    """Return the share of the text below which a block is cut out for its names."""
    attributes = block.node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}" if attributes else ""
    share = allowed_share(block.tag, names, is_behind=is_behind)
    return 0.0 if share and block.tag in CELLS and _holds_datum(block.node) else share


def _holds_datum(cell: LexborNode) -> bool:
    """Say whether a cell is one of a table of data: there its name is that of a column.

    `<td class="code-summaryPrice">` holds the price of a tender. What lays out a page has rows of
    one or two cells, or but one row, or tables in its cells.
    """
    row = cell.parent
    if row is None or row.tag != "tr" or row.parent is None or row.css_first("table") is not None:
        return False
    width = _cells_in(row)
    return width >= _COLUMNS and any(_cells_in(one) == width for one in _rows_beside(row))


def _rows_beside(row: LexborNode) -> Iterator[LexborNode]:
    """Yield the first other rows of a table, of its head and foot too."""
    part = row.parent
    parts = part.parent.iter() if part is not None and part.parent is not None else iter(())
    for beside in islice(parts, _PARTS):
        if beside.tag in _SECTIONS:
            rows = islice(beside.iter(), _ROWS)
            yield from (one for one in rows if one.tag == "tr" and one.mem_id != row.mem_id)


def _cells_in(row: LexborNode) -> int:
    return sum(node.tag in CELLS for node in row.iter())


def _headed(
    outline: Outline, values: list[int], good: list[int], cut: set[int], title: int | None
) -> set[int]:
    """Return the blocks that stand under a heading of something else."""
    found: set[int] = set()
    tree: _Tree | None = None
    for number, line in enumerate(outline.lines):
        if line.letters > _HEADING or line.block in cut or line.block in found:
            continue
        if not heads_other(line.text):
            continue
        tree = tree or _Tree(outline, values, good, title)
        found |= tree.under(number)
    return found


class _Tree:
    """The blocks of a page with what is in them."""

    def __init__(
        self, outline: Outline, values: list[int], good: list[int], title: int | None
    ) -> None:
        self._blocks, self._lines = outline.blocks, outline.lines
        self._total = list(accumulate(values, initial=0))
        self._good = good
        self._title = -1 if title is None else title
        self._children: dict[int, list[int]] = {}
        for at, block in enumerate(self._blocks):
            self._children.setdefault(block.parent, []).append(at)

    def under(self, number: int) -> set[int]:
        """Return the block that a heading opens, with those behind it where it stands alone."""
        at = self._lines[number].block
        blocks = self._blocks
        if blocks[at].first != number or self._is_most(at):
            return set()
        while (
            (up := blocks[at].parent) > 0 and blocks[up].first == number and not self._is_most(up)
        ):
            at = up
        roots = [at]
        if blocks[at].last == number + 1:
            beside = self._children[blocks[at].parent]
            place = bisect_right(beside, at)
            is_comments = self._good[number] >= _TEXT and heads_comments(self._lines[number].text)
            is_part = self._is_less if is_comments else self._is_other
            behind = map(beside.__getitem__, range(place, len(beside)))
            roots += takewhile(is_part, behind)
            if blocks[at].tag == "p" and len(roots) <= len(beside) - place:
                return set()  # the author's own links: his text goes on behind them
        return self._with_inside(roots)

    def _is_less(self, at: int) -> bool:
        return not self._is_most(at)

    def _is_most(self, at: int) -> bool:
        block = self._blocks[at]
        if block.first <= self._title < block.last:
            return True
        return (self._good[block.last] - self._good[block.first]) * 2 > self._good[-1]

    def _is_other(self, at: int) -> bool:
        """Say whether a block can belong to a heading: no running text but that of teasers."""
        block = self._blocks[at]
        if self._is_most(at):
            return False
        if self._total[block.last] <= self._total[block.first]:
            return True
        lines = self._lines[block.first : block.last]
        return lines[0].linked * 2 > lines[0].letters and all(
            line.letters <= _TEASER for line in lines
        )

    def _with_inside(self, roots: list[int]) -> set[int]:
        found: set[int] = set()
        while roots:
            one = roots.pop()
            found.add(one)
            roots += self._children.get(one, ())
        return found
