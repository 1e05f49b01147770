"""Which element of a page holds the article's body, and what was read in it.

Containers are nested in themselves where editors pasted another page's markup, and the outer ones
are then often never closed, so that they swallow what follows: the innermost is right unless it
holds only a part. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import base_of
from crawler.fields.blanks import squash
from crawler.fields.body import Body, joined_bodies, read_body
from crawler.fields.furniture import furniture_start, has_furniture, without_furniture
from crawler.fields.media import PLAYERS, attachments_of
from crawler.fields.others import without_others
from crawler.fields.selecting import all_in, may_have
from crawler.fields.tree import TEXT, is_inside, outermost, steps, unread_elements
from crawler.page import Page

_MAX_CONTAINERS = 12  # more are nested only by a broken or hostile page
_MAX_PARTS = 1000  # elements of a body that the site file selects one by one
_TEXTS = frozenset([TEXT])
_PASTED = "wp_articlecontent"
_NEARLY_ALL = 0.8
_LEAD = 20  # letters before the inner container that make the outer one the author's
_MIN_ROW = 30  # letters of a row that may stand for an empty container


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The element that holds the body, and what was read in it, without furniture.

    `hidden` are the elements that the page keeps from readers (see `unread_elements`). `last` is
    the last of several elements that hold the body in turn, of which `node` is the first.
    """

    node: LexborNode
    body: Body
    lines: tuple[str, ...]
    hidden: frozenset[int]
    last: LexborNode | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is in it: no text, no picture, no film, no file."""
        return not self.body.letters and not _has_media(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the containers of one page are read: `base` is where relative addresses start.

    `has_players` says whether the page may have elements that stand for a player.
    """

    base: str
    hidden: frozenset[int]
    has_players: bool

    def of(self, node: LexborNode) -> Container:
        """Return what one element holds."""
        body = read_body(node, base=self.base, hidden=self.hidden)
        if self.has_players and (players := node.css(PLAYERS)):
            body = replace(body, media=(*body.media, *players))
        lines = without_furniture(without_others(body, base=self.base))
        return Container(node=node, body=body, lines=tuple(lines), hidden=self.hidden)


def reading_of(page: Page, *, dropped: str | None = None) -> Reading:
    """Return how a page is read: without what its styles hide and what is `dropped` (CSS).

    What the site file drops is dropped too.
    """
    hidden = unread_elements(page)
    if dropped:
        hidden |= {node.mem_id for node in all_in(page, dropped)}
    return Reading(base=base_of(page), hidden=hidden, has_players=may_have(page, PLAYERS))


def longest(found: Sequence[Container]) -> Container:
    """Return the container with the most text; of those without, one with pictures or files."""
    return max(found, key=lambda one: (one.body.letters, _has_media(one.body)))


def find_container(
    nodes: Sequence[LexborNode],
    reading: Reading,
    *,
    pick: Callable[[Sequence[Container]], Container] = longest,
) -> Container | None:
    """Return the container of the body among elements in page order, or None if there are none.

    Of nested ones the innermost that holds nearly all the text; of several beside each other the
    one to `pick`. The body may be empty: that is for the caller to judge.
    """
    nodes = nodes[:_MAX_CONTAINERS]
    leaves = [
        node
        for at, node in enumerate(nodes)
        if not (at + 1 < len(nodes) and is_inside(nodes[at + 1], node))
    ]
    if not leaves:
        return None
    found = [reading.of(leaf) for leaf in leaves]
    best = found[0] if len(found) == 1 else pick(found)
    outers = [node for node in nodes if len(nodes) > 1 and is_inside(best.node, node)]
    for outer in reversed(outers):
        best = _inner_or_outer(best, outer, reading)
    if best.is_empty:
        return _next_row(best.node, reading) or best
    return best


def selected_container(page: Page, reading: Reading) -> Container | None:
    """Return the container that the site file selects, or None: it is not on the page.

    A body that stands in several elements is what all of them hold, in page order.
    """
    selector = page.selectors.get("body")
    found = page.tree.css(selector)[:_MAX_PARTS] if selector else []
    nodes = [node for node in outermost(found) if node.mem_id not in reading.hidden] or found[:1]
    if len(nodes) <= 1:
        return reading.of(nodes[0]) if nodes else None
    body = joined_bodies([reading.of(node).body for node in nodes])
    lines = tuple(without_furniture(body.lines))
    first, last = nodes[0], nodes[-1]
    return Container(node=first, last=last, body=body, lines=lines, hidden=reading.hidden)


def _has_media(body: Body) -> bool:
    return bool(body.images or attachments_of(body.links, body.media, base="http://x/"))


def _inner_or_outer(inner: Container, outer: LexborNode, reading: Reading) -> Container:
    """Return the inner container, or the outer one where the author's text goes beyond it."""
    own = inner.body.letters
    # What was pasted from WebPlus is closed, so that the rest is the author's, however short.
    enough = 1 if _PASTED in (inner.node.attributes.get("class") or "") else _NEARLY_ALL
    # With scripts and blanks, an outer one without more has nothing that would have to be read.
    most = len(outer.text() or "") - len(inner.node.text() or "")
    if own >= enough * (own + most) or own >= enough * (own + _around(inner.node, outer)):
        return inner
    whole = reading.of(outer)
    if own >= enough * _letters(whole.lines):
        return inner
    swallows = has_furniture(whole.body.lines)
    if _lead(inner, whole) >= _LEAD or (own and not swallows):
        lines = without_others(whole.body, base=reading.base)
        kept = without_furniture(lines[: furniture_start(lines)])
        return replace(whole, lines=tuple(kept))
    return inner


def _around(inner: LexborNode, outer: LexborNode) -> int:
    """Return how many letters stand in the outer element beside the inner one."""
    before = steps(outer, of=_TEXTS, until=inner)
    behind = steps(outer, of=_TEXTS, behind=inner)
    texts = [node.text_content or "" for _, node, _ in chain(before, behind)]
    return len(squash("".join(texts)))


def _lead(inner: Container, whole: Container) -> int:
    """Return how many letters the outer container has before the inner one begins."""
    first = next((line for line in inner.lines if line), None)
    if first is None or first not in whole.lines:
        return 0
    return _letters(whole.lines[: whole.lines.index(first)])


def _letters(lines: Sequence[str]) -> int:
    return len(squash("".join(lines)))


def _next_row(empty: LexborNode, reading: Reading) -> Container | None:
    """Return the text behind an empty container: some templates fill the next row instead."""
    node: LexborNode | None = empty
    while node is not None and node.tag not in {"form", "body"}:
        following = node.next
        while following is not None:
            if following.is_element_node and following.tag not in {"script", "style", "link"}:
                found = reading.of(following)
                if has_furniture(found.body.lines):
                    return None
                if _is_text(found):
                    return found
            following = following.next
        node = node.parent
    return None


def _is_text(found: Container) -> bool:
    letters = _letters(found.lines)
    linked = sum(len(squash(link.text() or "")) for link in found.body.links)
    return letters >= _MIN_ROW and linked * 2 < letters
