"""Name what stands in the element of a known text and is no part of it. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.fields.credits import read_credit_line
from crawler.fields.furniture import without_furniture
from crawler.repairing.fitting import offered
from crawler.repairing.known import Sample
from crawler.repairing.outline import Element, Outline, Place, outline_of

_MOST_DROPS = 8
_NAMED = 5.0  # a selector that costs less calls an element by a name
_Worth = tuple[bool, bool, float, float]


class Parts(NamedTuple):
    """The largest elements of a text's holder with nothing else in them, and with nothing of it."""

    own: list[LexborNode]
    foreign: list[LexborNode]


def parts_of(sample: Sample, places: Sequence[Place]) -> Parts:
    """Return the parts of the first place at which a text stands."""
    parts = Parts([], [])
    outline = outline_of(sample.page)
    for place in places[:1]:
        _divide(outline, place, place.holder, parts)
    return parts


def _divide(outline: Outline, place: Place, number: int, parts: Parts) -> None:
    """Collect the parts of an element, without recursion: pages may be nested deeply."""
    left = [number]
    while left:
        for child in outline.children.get(left.pop(), ()):
            one = outline.elements[child]
            own = place.own(one)
            if own == one.length and one.length:
                parts.own.append(one.node)
            elif own:
                left.append(child)
            elif one.length and not _is_told(outline, one):
                parts.foreign.append(one.node)


def _is_told(outline: Outline, one: Element) -> bool:
    """Say whether the rules for any page know what this is: a credit line, or furniture."""
    text = outline.text_of(one)
    return bool(read_credit_line(text)) or not without_furniture([text])


def drops_of(
    samples: Sequence[Sample], places: Sequence[Sequence[Place]], parts: Sequence[Parts]
) -> list[tuple[str, float]]:
    """Return selectors, with costs, that cover what is foreign and touch nothing of the texts."""
    wanted = {
        (page, node.mem_id) for page, one in enumerate(parts) for node in one.foreign
    }  # the places of pages where something is foreign
    covers: dict[str, tuple[set[tuple[int, int]], float]] = {}
    for css, cost in offered([one.foreign for one in parts]).items():
        covered = _covered(samples, places, parts, css)
        if covered:
            covers[css] = (covered, cost)
    chosen: list[tuple[str, float]] = []
    while wanted and covers and len(chosen) < _MOST_DROPS:
        css = min(covers, key=lambda one: _worth(*covers[one], wanted))
        covered, cost = covers.pop(css)
        if not covered & wanted:
            break
        wanted -= covered
        chosen.append((css, cost))
    return chosen


def _worth(
    covered: AbstractSet[tuple[int, int]], cost: float, wanted: AbstractSet[tuple[int, int]]
) -> _Worth:
    """Return what sorts the best drop first: names before positions, then what covers most."""
    fresh = len(covered & wanted)
    return (not fresh, cost >= _NAMED, -fresh / cost, cost)


def _covered(
    samples: Sequence[Sample],
    places: Sequence[Sequence[Place]],
    parts: Sequence[Parts],
    css: str,
) -> set[tuple[int, int]] | None:
    """Return which foreign elements a selector covers, or None where it touches a text."""
    covered: set[tuple[int, int]] = set()
    for page, (sample, found, one) in enumerate(zip(samples, places, parts, strict=True)):
        outline = outline_of(sample.page)
        nodes = sample.page.tree.css(css)
        numbers = [outline.number_of[n.mem_id] for n in nodes if n.mem_id in outline.number_of]
        elements = [outline.elements[number] for number in numbers]
        if any(_is_harmed(outline, place, element) for place in found for element in elements):
            return None
        matched = set(numbers)
        for node in one.foreign:
            if matched.intersection(outline.above(outline.number_of[node.mem_id])):
                covered.add((page, node.mem_id))
    return covered


def _is_harmed(outline: Outline, place: Place, element: Element) -> bool:
    """Say whether an element has a part of the text in it, or a picture that stands in it."""
    if place.own(element):
        return True
    holder = outline.elements[place.holder]
    is_inside = holder.start <= element.start and element.end <= holder.end
    return is_inside and not element.length and element.node.css_first("img") is not None
