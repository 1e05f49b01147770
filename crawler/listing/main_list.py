"""Decide which blocks of a page are its list, and nothing else of it.

Pure. Where the CMS marks the container of its list, that is it. Else, with a paginator, the list is
the block that stands nearest to it. Without one it is the block with the most evidence: the CMS's
own marks, dates, the breadcrumb beside it.

An overview (home page, or a page without a paginator where two or more blocks have a 更多 link of
their own) has no single list: there all blocks that look like news count, in page order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.fields.list_dates import list_date, zone_of
from crawler.listing.blocks import (
    MORE,
    Block,
    article_blocks,
    blocks_beside,
    blocks_within,
    depths,
)
from crawler.listing.paginator import Paginator
from crawler.listing.rules import ListRules
from crawler.page import Page

_CRUMBS = ("当前位置", "您的位置", "所在位置", "现在位置", "您现在的位置")
_OVERVIEW_BLOCKS = 2
_SAMPLE = 8  # items enough to say whether a block prints dates
_SHORT = 60  # characters; a longer piece of text is a summary, whose dates are the events'


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """How a page's blocks are weighed: by the family's own marks, and by their dates."""

    page: Page
    rules: ListRules

    @cached_property
    def _own(self) -> Callable[[Block], int]:
        return self.rules.evidence(self.page)

    def score(self, block: Block) -> int:
        """Weigh what speaks for a list of news; 0 for a menu."""
        return self._own(block) + self._is_dated(block)

    def _is_dated(self, block: Block) -> bool:
        return most(prints_date(self.page, item) for item in block.items[:_SAMPLE])


def list_blocks(page: Page, rules: ListRules, paginator: Paginator | None) -> tuple[Block, ...]:
    """Return the block that is the page's list; several for an overview; none for no list."""
    nodes = paginator.nodes if paginator else ()
    if containers := rules.containers(page):
        return tuple(
            block
            for container in containers
            for block in blocks_within(
                container, nodes, addresses=rules.addresses, items=rules.items
            )
        )
    evidence = _Evidence(page=page, rules=rules)
    blocks = article_blocks(page, nodes, addresses=rules.addresses, lines=rules.lines(page))
    if paginator:
        best = _nearest(evidence, paginator, blocks)
        return (best,) if best else ()
    scores = {block: score for block in blocks if (score := evidence.score(block))}
    news = list(scores)
    if rules.is_home(page) or is_overview(news):
        return tuple(news)
    near = near_breadcrumb(page, news)
    best = max(news, key=lambda one: (scores[one] + (one in near), len(one.items)), default=None)
    return (best,) if best else ()


def prints_date(page: Page, item: LexborNode) -> bool:
    """Say whether an item prints a date outside of its summary."""
    pieces = item.text(separator="\n").split("\n")
    short = " ".join(bare for piece in pieces if (bare := piece.strip()) and len(bare) <= _SHORT)
    return list_date(short, now=page.fetched_at, zone=zone_of(page.timezone)) is not None


def most(hits: Iterable[bool]) -> bool:
    """Say whether at least half of these are true; no if there are none."""
    found = list(hits)
    return 2 * sum(found) >= len(found) > 0


def _nearest(evidence: _Evidence, paginator: Paginator, blocks: list[Block]) -> Block | None:
    """Return the block that shares the deepest element with the paginator."""
    if paginator.total == 0:
        return None
    above = depths(paginator.nodes[0])
    body = evidence.page.tree.body
    outermost = above.get(body.mem_id, 0) if body is not None else 0
    if len(blocks) == 1 and common_depth(blocks[0], above) > outermost:
        return blocks[0]
    ranks = {one: (common_depth(one, above), evidence.score(one)) for one in blocks}
    if not any(score for _, score in ranks.values()):
        beside = {one: evidence.score(one) for one in blocks_beside(evidence.page, paginator.nodes)}
        ranks |= {one: (common_depth(one, above), score) for one, score in beside.items() if score}
    # A block that only the page's outermost element joins to the paginator is a menu or a footer.
    near = [one for one, (depth, score) in ranks.items() if score or depth > outermost]
    return max(near, key=lambda one: (ranks[one], len(one.items)), default=None)


def common_depth(block: Block, above: dict[int, int]) -> int:
    """Return the depth of the deepest element that a block shares with a chain (see `depths`)."""
    node: LexborNode | None = block.container
    while node is not None and node.mem_id not in above:
        node = node.parent
    return above[node.mem_id] if node is not None else -1


def is_overview(news: list[Block]) -> bool:
    """Say whether a page shows several columns: two or more blocks lead on to more of theirs."""
    searched: dict[int, bool] = {}
    return sum(has_more(block, searched) for block in news) >= _OVERVIEW_BLOCKS


def has_more(block: Block, searched: dict[int, bool]) -> bool:
    """Say whether a 更多 link stands with this block (its parent, or the one above that).

    What was `searched` for blocks of the same page is kept there by its `mem_id`.
    """
    node = block.container.parent
    for _ in range(2):
        if node is None or node.tag == "body":
            return False
        key = node.mem_id
        if key not in searched:
            searched[key] = any(MORE.match(a.text()) for a in node.css("a"))
        if searched[key]:
            return True
        node = node.parent
    return False


def near_breadcrumb(page: Page, news: list[Block]) -> list[Block]:
    """Return the blocks that stand nearest to the page's breadcrumb; none where there is none."""
    words = [word for word in _CRUMBS if word in page.text] if len(news) > 1 else []
    if not words:
        return []
    holders = page.tree.css(f'*:lexbor-contains("{words[0]}")')
    above = depths(holders[-1]) if holders else {}
    common = [common_depth(block, above) for block in news]
    return [one for one, depth in zip(news, common, strict=True) if depth == max(common)]
