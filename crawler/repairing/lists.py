"""Find the items of lists again, and rules for them: from half of the known items, proved on all.

A known item stands where a link leads to its address, or is called by its title. Items beside the
list (what is read most) are told from it by the element in which most of the known ones stand.
Pure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from selectolax.lexbor import LexborNode

from crawler.discover import Link
from crawler.families import listing_in
from crawler.fields.absolute import base_of
from crawler.fields.blanks import squash
from crawler.fields.links import canonical_url, url_key
from crawler.fields.tree import attribute, outermost
from crawler.listing.main_list import prints_date
from crawler.page import Page
from crawler.repairing.fitting import Fit, Rule, fitted

LEAST_ITEMS = 4  # known ones that a page has to show: a rule from two is proved on two
_MOST = 0.8  # of the known items stand in one list
_RIGHT_ENOUGH = 0.9  # of those are read, or the list is not read right
_LONGEST_ITEM = 800  # letters of an item, with its summary
_LEAST_TITLE = 8  # letters of a title that a list cut short and that still tell it
_ELLIPSIS = "….。·"
_TRIED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is known of an item of a list; `listed_at` is aware UTC."""

    url_key: str
    title: str
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSample:
    """A list page as it is today, and the items and pages that its column is known to have had."""

    page: Page
    items: tuple[Item, ...]
    pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJudged:
    """How a list page is read: of the `shown` known items, `found` are among its `links`.

    `dated` of these have a date; `fresh` of the links are newer than all that is known.
    """

    url: str
    shown: int
    found: int
    dated: int
    links: int
    fresh: int
    next_url: str | None

    @property
    def is_right(self) -> bool:
        """Whether nearly all known items that the page shows are read, or all are new."""
        return self.found >= _RIGHT_ENOUGH * self.shown or 2 * self.fresh > self.links


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRepair:
    """How a site's lists are read, and a selector of their items that mends it, or None."""

    before: tuple[ListJudged, ...]
    after: tuple[ListJudged, ...] = ()
    selector: str | None = None

    @property
    def is_needed(self) -> bool:
        """Whether a list that shows known items is not read right."""
        return not all(row.is_right for row in self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """The known items of a page: their links in the element that holds most of them."""

    items: tuple[Item, ...]
    links: tuple[tuple[LexborNode, ...], ...]
    holder: LexborNode


def repaired_lists(samples: Sequence[ListSample], current: Mapping[str, str]) -> ListRepair:
    """Return what reads the lists of these pages right; few items prove nothing."""
    told = _told(samples)
    repair = ListRepair(before=judged_lists(told, current))
    if not repair.is_needed:
        return repair
    wrong = [one for one, row in zip(told, repair.before, strict=True) if not row.is_right]
    learnt = [ListSample(page=one.page, items=_shown(one)[::2]) for one in wrong]
    for rule in fitted(learnt, [list(_targets(one)) for one in learnt], _fit)[:_TRIED]:
        after = judged_lists(told, {**current, "list": rule.css})
        if _is_sure(rule, learnt) and all(row.is_right for row in after):
            return ListRepair(before=repair.before, after=after, selector=rule.css)
    return repair


def judged_lists(
    samples: Sequence[ListSample], selectors: Mapping[str, str]
) -> tuple[ListJudged, ...]:
    """Return how those lists are read that show enough known items."""
    return tuple(judged_list(one, selectors) for one in _told(samples))


def _told(samples: Sequence[ListSample]) -> list[ListSample]:
    return [one for one in samples if len(_shown(one)) >= LEAST_ITEMS]


def judged_list(sample: ListSample, selectors: Mapping[str, str]) -> ListJudged:
    """Read a list page by these selectors, and compare."""
    page = sample.page.wanting(selectors)
    listing = listing_in(page)
    links = listing.links if listing else ()
    shown = _shown(sample)
    found = [link for item in shown if (link := _link_of(links, item)) is not None]
    newest = max((one.listed_at for one in sample.items if one.listed_at), default=None)
    return ListJudged(
        url=page.url,
        shown=len(shown),
        found=len(found),
        dated=sum(link.listed_at is not None for link in found),
        links=len(links),
        fresh=sum(bool(newest and one.listed_at and one.listed_at > newest) for one in links),
        next_url=listing.next_url if listing else None,
    )


def _is_sure(rule: Rule, learnt: Sequence[ListSample]) -> bool:
    return rule.right == len(learnt) and not rule.wrong


def _shown(sample: ListSample) -> tuple[Item, ...]:
    met = _met(sample)
    return met.items if met else ()


def _met(sample: ListSample) -> _Met | None:
    cache = sample.page.readings.setdefault(_met, {})
    if sample.items not in cache:
        cache[sample.items] = _found_again(sample)
    found: _Met | None = cache[sample.items]
    return found


def _found_again(sample: ListSample) -> _Met | None:
    links = _links_by_item(sample)
    above = {item: [_above(link) for link in found] for item, found in links.items()}
    counts: Counter[int] = Counter()
    for chains in above.values():
        counts.update({node.mem_id for chain in chains for node in chain})
    enough = max(2, _MOST * len(links))
    holders = {
        node.mem_id: (len(chain) - place, node)
        for chains in above.values()
        for chain in chains
        for place, node in enumerate(chain)
        if counts[node.mem_id] >= enough
    }
    if not holders:
        return None
    _, holder = max(holders.values(), key=lambda one: one[0])
    inside = {
        item: tuple(
            link
            for link, chain in zip(found, above[item], strict=True)
            if any(node.mem_id == holder.mem_id for node in chain)
        )
        for item, found in links.items()
    }
    kept = {item: found for item, found in inside.items() if found}
    return _Met(items=tuple(kept), links=tuple(kept.values()), holder=holder)


def _links_by_item(sample: ListSample) -> dict[Item, list[LexborNode]]:
    """Return the links of each known item that the page shows, in page order."""
    page, base = sample.page, base_of(sample.page)
    by_key = {item.url_key: item for item in sample.items}
    found: dict[Item, list[LexborNode]] = {}
    for link in page.tree.css("a[href]"):
        url = canonical_url(attribute(link, "href") or "", base=base)
        item = by_key.get(url_key(url)) if url else None
        item = item or _titled(sample.items, link)
        if item is not None:
            found.setdefault(item, []).append(link)
    return found


def _titled(items: Sequence[Item], link: LexborNode) -> Item | None:
    names = (attribute(link, "title") or "", link.text() or "")
    return next((item for item in items if any(_is_title(item, name) for name in names)), None)


def _is_title(item: Item, name: str | None) -> bool:
    shown, known = squash(name or ""), squash(item.title)
    if shown == known:
        return True
    cut, known_cut = shown.rstrip(_ELLIPSIS), known.rstrip(_ELLIPSIS)
    is_cut = cut != shown and known.startswith(cut)
    was_cut = known_cut != known and cut.startswith(known_cut)
    return (is_cut or was_cut) and min(len(cut), len(known_cut)) >= _LEAST_TITLE


def _above(link: LexborNode) -> list[LexborNode]:
    """Return the elements around a link, the innermost first."""
    chain: list[LexborNode] = []
    node = link.parent
    while node is not None and node.tag != "html":
        chain.append(node)
        node = node.parent
    return chain


def _targets(sample: ListSample) -> Iterator[LexborNode]:
    """Yield the elements that hold one known item and no other."""
    for nodes in _elements(sample):
        yield from nodes


def _elements(sample: ListSample) -> Iterator[list[LexborNode]]:
    """Yield the elements of each known item, the innermost first."""
    met = _met(sample)
    if met is None:
        return
    held = Counter(
        number
        for links in met.links
        for number in {node.mem_id for link in links for node in (link, *_above(link))}
    )
    for links in met.links:
        own = takewhile(
            lambda node: node.mem_id != met.holder.mem_id and held[node.mem_id] == 1,
            (links[0], *_above(links[0])),
        )
        yield [node for node in own if len(squash(node.text())) <= _LONGEST_ITEM]


def _fit(sample: ListSample, css: str) -> Fit:
    """Say whether a selector gives one element for each known item, none outside of their list."""
    met, nodes = _met(sample), outermost(sample.page.tree.css(css))
    if met is None or not nodes:
        return Fit.ABSENT
    chosen = {node.mem_id for node in nodes}
    if any(met.holder.mem_id not in {one.mem_id for one in _above(node)} for node in nodes):
        return Fit.WRONG
    holding = [_holding(links, chosen) for links in met.links]
    if not all(holding) or len(set(holding)) < len(holding):
        return Fit.WRONG
    listing = listing_in(sample.page.wanting({"list": css}))
    links = [_link_of(listing.links if listing else (), item) for item in met.items]
    dated = sum(link is not None and link.listed_at is not None for link in links)
    is_right = all(links) and dated >= _datable(sample)
    return Fit.RIGHT if is_right else Fit.WRONG


def _holding(links: Sequence[LexborNode], chosen: set[int]) -> int | None:
    """Return which of the chosen elements holds a link of an item."""
    around = (node.mem_id for link in links for node in (link, *_above(link)))
    return next((number for number in around if number in chosen), None)


def _datable(sample: ListSample) -> int:
    """Return how many of the known items print a date in an element of their own."""
    cache = sample.page.readings.setdefault(_datable, {})
    if sample.items not in cache:
        cache[sample.items] = sum(
            any(prints_date(sample.page, node) for node in nodes) for nodes in _elements(sample)
        )
    found: int = cache[sample.items]
    return found


def _link_of(links: Sequence[Link], item: Item) -> Link | None:
    """Return the link of a listing that is this item, under its address or its whole title."""
    for link in links:
        if _is_title(item, link.title) or (link.key or url_key(link.url)) == item.url_key:
            return link if _is_title(item, link.title) else None
    return None
