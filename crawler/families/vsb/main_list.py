"""Decide which blocks of a page are its list, and nothing else of it.

Pure. With a paginator the list is the block that stands nearest to it. Without one it is the block
with the most evidence: lines named by the CMS, ids named by the counter script, dates, the
column's number in the addresses, the breadcrumb beside it.

An overview (home page, or a page without a paginator where two or more blocks have a 更多 link of
their own) has no single list: there all blocks that look like news count, in page order.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.families.vsb.addresses import tree_id
from crawler.families.vsb.blocks import MORE, Block, article_blocks, blocks_beside, depths
from crawler.families.vsb.paginator import Paginator
from crawler.fields.links import path_of
from crawler.fields.list_dates import list_date, zone_of
from crawler.fields.views import batches, visits
from crawler.page import Page

_CRUMBS = ("当前位置", "您的位置", "所在位置", "现在位置", "您现在的位置")
_HOME = re.compile(r"^/?(?:[^/]+/)?(?:(?:index|main|default)\.\w+)?$", re.IGNORECASE)
_HOME_TEMPLATE = re.compile(
    r"_jsq_\(\s*\d+\s*,\s*[\"'][^\"']*?/(?:index|main)\d*\.jsp[\"']", re.IGNORECASE
)
_ADDRESS_ID = re.compile(r"info/+\d+/+(\d+)|wbnewsid=(\d+)", re.IGNORECASE)
_OVERVIEW_BLOCKS = 2
_SAMPLE = 8  # items enough to say whether a block prints dates
_SHORT = 60  # characters; a longer piece of text is a summary, whose dates are the events'


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """What a page says about its lists outside of them."""

    page: Page

    @cached_property
    def counted(self) -> frozenset[str]:
        return frozenset(one for batch in batches(self.page) for one in batch.ids)

    @cached_property
    def trees(self) -> frozenset[str]:
        return frozenset(visit.tree for visit in visits(self.page))

    def score(self, block: Block) -> int:
        """Weigh what speaks for a list of news; 0 for a menu."""
        ids = [m[1] or m[2] for href in block.hrefs if (m := _ADDRESS_ID.search(href))]
        return (
            2 * (block.lines > 0)
            + 2 * _most(one in self.counted for one in ids)
            + 2 * _most(tree_id(f"/{href}") in self.trees for href in block.hrefs)
            + self._is_dated(block)
        )

    def _is_dated(self, block: Block) -> bool:
        return _most(self._date(item) for item in block.items[:_SAMPLE])

    def _date(self, item: LexborNode) -> bool:
        pieces = item.text(separator="\n").split("\n")
        short = " ".join(piece for piece in pieces if len(piece) <= _SHORT)
        zone = zone_of(self.page.timezone)
        return list_date(short, now=self.page.fetched_at, zone=zone) is not None


def list_blocks(page: Page, paginator: Paginator | None) -> tuple[Block, ...]:
    """Return the block that is the page's list; several for an overview; none for no list."""
    evidence = _Evidence(page=page)
    if paginator:
        best = _nearest(evidence, paginator)
        return (best,) if best else ()
    scores = {
        block: score for block in article_blocks(page, ()) if (score := evidence.score(block))
    }
    news = list(scores)
    if _is_home(page) or _is_overview(news):
        return tuple(news)
    near = _near_breadcrumb(page, news)
    best = max(news, key=lambda one: (scores[one] + (one in near), len(one.items)), default=None)
    return (best,) if best else ()


def _nearest(evidence: _Evidence, paginator: Paginator) -> Block | None:
    """Return the block that shares the deepest element with the paginator."""
    if paginator.total == 0:
        return None
    above = depths(paginator.nodes[0])
    body = evidence.page.tree.body
    outermost = above.get(body.mem_id, 0) if body is not None else 0
    blocks = article_blocks(evidence.page, paginator.nodes)
    if len(blocks) == 1 and _common_depth(blocks[0], above) > outermost:
        return blocks[0]
    ranks = {one: (_common_depth(one, above), evidence.score(one)) for one in blocks}
    if not any(score for _, score in ranks.values()):
        beside = {one: evidence.score(one) for one in blocks_beside(evidence.page, paginator.nodes)}
        ranks |= {one: (_common_depth(one, above), score) for one, score in beside.items() if score}
    # A block that only the page's outermost element joins to the paginator is a menu or a footer.
    near = [one for one, (depth, score) in ranks.items() if score or depth > outermost]
    return max(near, key=lambda one: (ranks[one], len(one.items)), default=None)


def _common_depth(block: Block, above: dict[int, int]) -> int:
    node: LexborNode | None = block.container
    while node is not None and node.mem_id not in above:
        node = node.parent
    return above[node.mem_id] if node is not None else -1


def _most(hits: Iterable[bool]) -> bool:
    found = list(hits)
    return 2 * sum(found) >= len(found) > 0


def _is_home(page: Page) -> bool:
    return bool(_HOME.match(path_of(page.url)) or _HOME_TEMPLATE.search(page.text))


def _is_overview(news: list[Block]) -> bool:
    return sum(_has_more(block) for block in news) >= _OVERVIEW_BLOCKS


def _has_more(block: Block) -> bool:
    """Say whether a 更多 link stands with this block (its parent, or the one above that)."""
    node = block.container.parent
    for _ in range(2):
        if node is None or node.tag == "body":
            return False
        if any(MORE.match(a.text()) for a in node.css("a")):
            return True
        node = node.parent
    return False


def _near_breadcrumb(page: Page, news: list[Block]) -> list[Block]:
    words = [word for word in _CRUMBS if word in page.text] if len(news) > 1 else []
    if not words:
        return []
    holders = page.tree.css(f'*:lexbor-contains("{words[0]}")')
    above = depths(holders[-1]) if holders else {}
    common = [_common_depth(block, above) for block in news]
    return [one for one, depth in zip(news, common, strict=True) if depth == max(common)]
