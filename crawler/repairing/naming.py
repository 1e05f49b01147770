"""Selectors by which an element of a template can be called, the most lasting ones first.

An id or class that looks as if it were made for one page, or anew with every build, is a last
resort, and so is a position. Which of them hold is proved on other pages, not here. Pure.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.fields.tree import attribute

_TOKEN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w-]*\Z")
_NUMBER = re.compile(r"\d{3,}")
_HASH = re.compile(
    r"(?:^|[_-])(?=[A-Za-z]*\d[A-Za-z0-9]*\Z|[a-z]+[A-Z]+[a-z]*[A-Z])[A-Za-z0-9]{5,}\Z"
    r"|\A(?:css|sc|jsx|svelte)-\w{5,}\Z"
)
_BEFORE_HASH = re.compile(r"\A([A-Za-z][A-Za-z-]*(?:_[A-Za-z-]+)*?(?:__|--|_|-))[A-Za-z0-9]{5,}\Z")
_TELLING = re.compile(
    r"title|tit\b|biaoti|headline|content|article|text|txt|body|detail|main|date|time|pub|info"
    r"|meta|source|news|list|item|next",
    re.IGNORECASE,
)
_STYLE = re.compile(
    r"\A(?:clear(?:fix)?|cf|active|on|cur(?:rent)?|hide|hidden|show|fl|fr|l|r|left|right|row"
    r"|col(?:-\w+)*|wow|animated|[mp][tblrxy]?-?\d+|w-?\d+|bold|first|last|odd|even)\Z",
    re.IGNORECASE,
)
_NAMED_BY = ("itemprop", "role", "property", "name", "data-role", "data-name", "data-type", "rel")
# Old templates name nothing, and say how it looks.
_SHOWN_BY = ("bgcolor", "align", "valign", "width", "size", "color")
_SHOWN = re.compile(r"#?[\w%]{1,12}\Z")
# Tags that templates have once, for what they are.
_SEMANTIC = frozenset(["h1", "article", "main", "time", "header"])
_NEAR, _MOST_ABOVE = 6, 14  # elements around one that it may be called by
_MOST_TOKENS = 6
_LEAST_STEM = 4  # letters of a name before a hash that tell more than its maker


class Candidate(NamedTuple):
    """A selector; the lower its `cost`, the longer it should last."""

    css: str
    cost: float


def candidates(node: LexborNode) -> list[Candidate]:
    """Return selectors of an element, the best first; other elements may have them too."""
    tag = node.tag or "*"
    bare = [*_simple(node), Candidate(tag, 1.0 if tag in _SEMANTIC else 4.0)]
    found = [*bare, *_by_position(node, bare)]
    above, way, numbered = node.parent, "", _numbered(node)
    for depth in range(_MOST_ABOVE):
        if above is None or above.tag in {"html", None}:
            break
        places = _places(above)
        if depth < _NEAR:
            for place in places[:3]:
                found += _inside(place, node, bare, way=way, depth=depth)
        cost = 8.0 + depth
        found += (Candidate(f"{one.css} > {numbered}", one.cost + cost) for one in places[:2])
        way = f"{above.tag} > {way}"
        numbered = f"{_numbered(above)} > {numbered}"
        above = above.parent
    best: dict[str, float] = {}
    for one in found:
        best[one.css] = min(one.cost, best.get(one.css, one.cost))
    return sorted((Candidate(css, cost) for css, cost in best.items()), key=lambda one: one[::-1])


def _places(above: LexborNode) -> list[Candidate]:
    """Return what an element is called that others are sought in."""
    found = _simple(above)
    if above.tag in _SEMANTIC or above.tag == "body":
        found.append(Candidate(above.tag or "", 2.0))
    return found


def _inside(
    place: Candidate, node: LexborNode, bare: list[Candidate], *, way: str, depth: int
) -> Iterator[Candidate]:
    """Yield what an element is called inside another: anywhere in it, or by the `way` to it."""
    deep = place.cost + 0.5 + 0.2 * depth
    for inner in bare[:3] + bare[-1:]:
        yield Candidate(f"{place.css} {inner.css}", deep + inner.cost)
        yield Candidate(f"{place.css} > {way}{inner.css}", deep + inner.cost + 0.3 * depth)
    for one in _by_position(node, bare[-1:]):
        yield Candidate(f"{place.css} > {way}{one.css}", deep + one.cost + 0.3 * depth)


def _simple(node: LexborNode) -> list[Candidate]:
    """Return what an element is called by its own names, the best first."""
    found = list(_named(node))
    return sorted(found, key=lambda one: (one.cost, one.css))


def _named(node: LexborNode) -> Iterator[Candidate]:
    tag = node.tag or "*"
    name = attribute(node, "id")
    if name and _TOKEN.match(name):
        yield Candidate(f"#{name}", 1.0 + _penalty(name))
        if (stem := re.sub(r"\d+\Z", "", name)) != name and len(stem) > 3:  # noqa: PLR2004
            yield Candidate(f'[id^="{stem}"]', 2.5)
    tokens = [one for one in (attribute(node, "class") or "").split() if _TOKEN.match(one)]
    for token in tokens[:_MOST_TOKENS]:
        yield Candidate(f".{token}", 1.2 + _penalty(token))
        yield Candidate(f"{tag}.{token}", 1.6 + _penalty(token))
        if (before := _BEFORE_HASH.match(token)) and len(before[1]) > _LEAST_STEM:
            yield Candidate(f'[class*="{before[1]}"]', 2.5)
    for one, two in pairwise(tokens[:_MOST_TOKENS]):
        yield Candidate(f".{one}.{two}", 2.0 + max(_penalty(one), _penalty(two)))
    for key in _NAMED_BY:
        value = attribute(node, key)
        if value and _TOKEN.match(value):
            yield Candidate(f'[{key}="{value}"]', 1.4 + _penalty(value))
    for key in _SHOWN_BY:
        value = attribute(node, key)
        if value and _SHOWN.match(value):
            yield Candidate(f'{tag}[{key}="{value}"]', 3.5)


def _penalty(token: str) -> float:
    """Return how little a name promises to last."""
    if _HASH.search(token) or _NUMBER.search(token):
        return 5.0
    if _STYLE.match(token):
        return 2.0
    return -0.2 if _TELLING.search(token) else 0.0


def _by_position(node: LexborNode, bare: list[Candidate]) -> Iterator[Candidate]:
    """Yield what an element is called by those beside it, or by its number among them."""
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    tag = node.tag or "*"
    if before is not None:
        names = _simple(before)[:2]
        if before.tag in _SEMANTIC or re.fullmatch(r"h[1-6]", before.tag or ""):
            names.append(Candidate(before.tag or "", 1.5))
        for name in names:
            yield Candidate(f"{name.css} + {tag}", name.cost + 3.0)
    else:
        yield from (Candidate(f"{one.css}:first-child", one.cost + 5) for one in bare[:1])
    number = 1 + sum(1 for one in islice(_before(node), 50) if one.tag == node.tag)
    yield Candidate(f"{tag}:nth-of-type({number})", 12.0)
    if not any(one.tag == node.tag for one in _behind(node)):
        yield Candidate(f"{tag}:last-of-type", 11.0)


def _numbered(node: LexborNode) -> str:
    """Return the tag of an element, with its number where there are others beside it."""
    tag = node.tag or "*"
    number = 1 + sum(1 for one in islice(_before(node), 50) if one.tag == node.tag)
    is_alone = number == 1 and not any(one.tag == node.tag for one in islice(_behind(node), 50))
    return tag if is_alone else f"{tag}:nth-of-type({number})"


def _before(node: LexborNode) -> Iterator[LexborNode]:
    beside = node.prev
    while beside is not None:
        if beside.is_element_node:
            yield beside
        beside = beside.prev


def _behind(node: LexborNode) -> Iterator[LexborNode]:
    beside = node.next
    while beside is not None:
        if beside.is_element_node:
            yield beside
        beside = beside.next
