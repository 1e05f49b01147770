"""Which part of a page of unknown layout is the article's body.

Every line counts for or against its surroundings: running text for, links and crumbs against. The
body is the element with the largest sum, so that it holds all of the text and as little as
possible beside it. What templates put inside it is cut out first, at its edges afterwards. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile

from selectolax.lexbor import LexborNode

from crawler.families.generic.outline import CELLS, Outline, TextLine
from crawler.families.generic.words import (
    NEVER,
    SELDOM,
    begins_other,
    is_buttons,
    is_neighbour,
    is_semantic_furniture,
    is_statement,
    name_words,
)
from crawler.fields.blanks import squash
from crawler.fields.tree import attribute

_RUNNING = 10  # letters of a line with punctuation that make it running text
_MAX_AGAINST = 30  # a long link speaks no louder against its surroundings than a usual headline
_SHORT = 4  # what a short line without punctuation costs
_NEVER_SHARE, _SELDOM_SHARE = 0.85, 0.3
_HEADING = 24  # letters; a longer line begins nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the body is: the element, the lines `first` to `last` (exclusive) of the outline.

    `cut` are the numbers of the blocks inside it that are not the author's, `letters` those of
    its running text.
    """

    block: int
    first: int
    last: int
    cut: frozenset[int]
    letters: int


def find_body(outline: Outline, *, titles: Iterable[str]) -> Found | None:
    """Return where the body is, or None where the page has no running text.

    `titles` are squashed texts that begin with the article's title, such as `<title>`.
    """
    values = [_value(line) for line in outline.lines]
    title = _title_line(outline, tuple(titles))
    cut = _cut_blocks(outline, values, title)
    _silence(outline, values, cut)
    total = list(accumulate(values, initial=0))
    best = max(
        range(len(outline.blocks)),
        key=lambda at: (_sum(total, outline, at), at),
    )
    if _sum(total, outline, best) <= 0:
        return None
    block = outline.blocks[best]
    first, last = _trimmed(outline, values, block.first, block.last, title)
    letters = sum(value for value in values[first:last] if value > 0)
    return Found(block=best, first=first, last=last, cut=frozenset(cut), letters=letters)


def _value(line: TextLine) -> int:
    plain = line.letters - line.linked
    if line.linked >= plain:
        return -min(line.letters, _MAX_AGAINST)
    if line.marks and line.letters >= _RUNNING:
        return plain - line.linked
    return -min(plain, _SHORT)


def _sum(total: list[int], outline: Outline, at: int) -> int:
    block = outline.blocks[at]
    return total[block.last] - total[block.first]


def _title_line(outline: Outline, titles: tuple[str, ...]) -> int | None:
    """Return the number of the line that is most likely the title: the longest, the first."""
    best: tuple[int, int] | None = None
    for at, line in enumerate(outline.lines):
        if line.linked or not 4 <= line.letters <= 120:
            continue
        joined = squash(line.text)
        if any(title.startswith(joined) for title in titles) and (
            best is None or len(joined) > best[0]
        ):
            best = len(joined), at
    return best[1] if best else None


def _cut_blocks(outline: Outline, values: list[int], title: int | None) -> set[int]:
    """Return the numbers of the blocks that are by their marks or headings not the article."""
    good = list(accumulate((max(0, value) for value in values), initial=0))
    whole = good[-1] or 1
    cut: set[int] = set()
    for at, block in enumerate(outline.blocks):
        if block.parent in cut:
            cut.add(at)
            continue
        if at == 0 or (title is not None and block.first <= title < block.last):
            continue
        share = (good[block.last] - good[block.first]) / whole
        if share < _allowed(block.node, block.tag):
            cut.add(at)
    return cut | _headed(outline, values, good, cut)


def _allowed(node: LexborNode, tag: str) -> float:
    """Return the share of the text below which a block of these names is cut out."""
    if is_semantic_furniture(tag):
        return _NEVER_SHARE
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if names == " ":
        return 0.0
    words = name_words(names)
    if words & NEVER:
        return _NEVER_SHARE
    return _SELDOM_SHARE if words & SELDOM else 0.0


def _headed(outline: Outline, values: list[int], good: list[int], cut: set[int]) -> set[int]:
    """Return the blocks that stand under a heading of something else."""
    found: set[int] = set()
    tree: _Tree | None = None
    for number, line in enumerate(outline.lines):
        if line.letters > _HEADING or line.block in cut or line.block in found:
            continue
        if not begins_other(squash(line.text)):
            continue
        tree = tree or _Tree(outline, values, good)
        found |= tree.under(number)
    return found


class _Tree:
    """The blocks of a page with what is in them."""

    def __init__(self, outline: Outline, values: list[int], good: list[int]) -> None:
        self._blocks, self._lines = outline.blocks, outline.lines
        self._total = list(accumulate(values, initial=0))
        self._good = good
        self._children: dict[int, list[int]] = {}
        for at, block in enumerate(self._blocks):
            self._children.setdefault(block.parent, []).append(at)

    def under(self, number: int) -> set[int]:
        """Return the block that a heading opens, with those behind it where it stands alone."""
        at = self._lines[number].block
        blocks = self._blocks
        if blocks[at].first != number or self._is_most(at):
            return set()
        while (up := blocks[at].parent) > 0 and blocks[up].first == number and not self._is_most(up):
            at = up
        roots = [at]
        if blocks[at].last == number + 1:
            behind = (one for one in self._children[blocks[at].parent] if one > at)
            roots += takewhile(self._is_other, behind)
        return self._with_inside(roots)

    def _is_most(self, at: int) -> bool:
        block = self._blocks[at]
        return (self._good[block.last] - self._good[block.first]) * 2 > self._good[-1]

    def _is_other(self, at: int) -> bool:
        """Say whether a block can belong to a heading: no running text but that of teasers."""
        block = self._blocks[at]
        if self._total[block.last] <= self._total[block.first]:
            return True
        return self._lines[block.first].links > 0 and not self._is_most(at)

    def _with_inside(self, roots: list[int]) -> set[int]:
        found: set[int] = set()
        while roots:
            one = roots.pop()
            found.add(one)
            roots += self._children.get(one, ())
        return found


def _silence(outline: Outline, values: list[int], cut: set[int]) -> None:
    """Let what was cut out count for nothing, and against where it was for."""
    for number, line in enumerate(outline.lines):
        if line.block in cut:
            values[number] = min(values[number], -min(line.letters, _SHORT))


_DATE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}[:：]\d{2}")
_META_LABEL = re.compile(
    r"(?:发布|发表|更新|创建|录入)?(?:时间|日期)\s*[:：]|(?:来源|作者|编辑|责编|点击|浏览|阅读|字号|字体|分享|点击数|发布者|发布人|信息来源|文章来源|当前位置|您(?:现在|所在)?的?位置|位置)(?:次数|量|数|到|至)?\s*[:：]"
)
_HEAD_LINES = 14
_META_LENGTH = 90


def _trimmed(
    outline: Outline, values: list[int], first: int, last: int, title: int | None
) -> tuple[int, int]:
    """Return the lines of a container without the heading above and the furniture below."""
    lines = outline.lines
    start = first
    if title is not None and first <= title < last:
        start = title + 1
    dated = False
    at = start
    while at < min(last, start + _HEAD_LINES):
        text = squash(lines[at].text)
        kind = _head_matter(lines[at], text, dated)
        if not kind:
            break
        dated = dated or kind == 2
        at += 1
    start = at
    end = last
    seen = 0
    for number in range(start, last):
        text = squash(lines[number].text)
        if seen > 0 and lines[number].letters <= 400 and (
            (lines[number].letters <= _HEADING and begins_other(text))
            or is_neighbour(text)
            or is_statement(text)
        ):
            end = number
            break
        seen += max(0, values[number])
    while end > start and (values[end - 1] < -_SHORT or is_buttons(lines[end - 1].text.strip())):
        end -= 1
    return start, end


def _head_matter(line: TextLine, text: str, dated: bool) -> int:
    if line.letters > _META_LENGTH:
        return 0
    if is_buttons(text):
        return 1
    if _META_LABEL.search(text) or (not dated and _DATE.search(text) and line.letters < 60):
        return 2
    return 0
