"""Find the body of known articles again, and what of it is the template's. Pure.

Where one element holds the text and nothing else, that is it. Else the text stands in several, or
other things stand between its paragraphs: both are tried, and what is right on most pages counts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.fields.body import text_of
from crawler.fields.container import reading_of, selected_container
from crawler.fields.credits import split_credits
from crawler.page import Page
from crawler.repairing.dropping import Parts, drops_of, parts_of
from crawler.repairing.fitting import Fit, Rule, fitted, fitted_among, offered
from crawler.repairing.known import Mark, Sample, body_mark
from crawler.repairing.outline import Outline, Place, outline_of, places_of

_MOST_ABOVE = 5  # elements around the text that may be called its body
_MORE = 1.6  # … while they hold at most so many times its letters
_SLACK = 200  # … and so many more
_MOST_HOLDERS = 3
_EACH = 2  # rules of a kind that are kept


_BY_TAG = 8.0
_ENDS_IN_TAG = re.compile(r"(?:^|[ >])[a-z][a-z0-9]*$")


class BodyRule(NamedTuple):
    """Where the body stands, and what in it is none."""

    body: str
    drop: str | None
    right: int
    wrong: int
    cost: float

    @property
    def order(self) -> tuple[float, ...]:
        """What sorts the best rule first."""
        return (self.wrong, -self.right, self.cost)


def body_rules(samples: Sequence[Sample]) -> list[BodyRule]:
    """Return rules for the body, the best first; none where the text is found nowhere."""
    places = [places_of(outline_of(one.page), one.known.text) for one in samples]
    around = [
        list(_around(outline_of(one.page), found))
        for one, found in zip(samples, places, strict=True)
    ]
    whole = [_body_rule(rule, None) for rule in fitted(samples, around, _fit)[:_EACH]]
    if whole and whole[0].right == len(samples):
        return whole
    parts = [parts_of(one, found) for one, found in zip(samples, places, strict=True)]
    split = fitted(samples, [one.own for one in parts], _fit)[:_EACH]
    rules = [*whole, *(_body_rule(rule, None, more=_more_of_parts(rule)) for rule in split)]
    rules += _with_drops(samples, places, parts)
    return sorted(rules, key=lambda one: one.order)


def read_text(page: Page, body: str, drop: str | None = None) -> str | None:
    """Return the text that a selected body gives, None where the page has no such element."""
    selectors = {"body": body, **({"drop": drop} if drop else {})}
    wanted = page.wanting(selectors)
    container = selected_container(wanted, reading_of(wanted))
    if container is None:
        return None
    kept, _ = split_credits(container.lines)
    return text_of(kept)


def _fit(sample: Sample, css: str, drop: str | None = None) -> Fit:
    nodes = sample.page.tree.css(css)
    if not nodes:
        return Fit.ABSENT
    cache = sample.page.readings.setdefault(body_rules, {})
    key = (drop, *(node.mem_id for node in nodes))
    if key not in cache:
        text = read_text(sample.page, css, drop)
        is_right = body_mark(sample.known.text, text or "") in {Mark.RIGHT, Mark.CLOSE}
        cache[key] = Fit.RIGHT if is_right else Fit.WRONG
    found: Fit = cache[key]
    return found


def _more_of_parts(rule: Rule) -> float:
    """Return what it costs that a body is named part by part: by tag alone, others are lost."""
    return _BY_TAG if _ENDS_IN_TAG.search(rule.css) else 2.0


def _body_rule(rule: Rule, drop: str | None, *, more: float = 0.0) -> BodyRule:
    return BodyRule(rule.css, drop, rule.right, rule.wrong, rule.cost + more)


def _around(outline: Outline, places: Sequence[Place]) -> Iterator[LexborNode]:
    """Yield the elements that may be called the body: the holder, and those with little more."""
    for place in places:
        own = place.own(outline.elements[place.holder])
        for number in outline.above(place.holder)[:_MOST_ABOVE]:
            one = outline.elements[number]
            if one.length > _MORE * own + _SLACK or one.node.tag == "body":
                break
            yield one.node


def _with_drops(
    samples: Sequence[Sample], places: Sequence[Sequence[Place]], parts: Sequence[Parts]
) -> Iterator[BodyRule]:
    """Yield rules for the element around all of the text, without what is foreign in it."""
    drops = drops_of(samples, places, parts)
    if not drops:
        return
    drop = ", ".join(css for css, _ in drops)
    holders = [
        [outline_of(one.page).elements[n].node for place in found[:1] for n in _likely(one, place)]
        for one, found in zip(samples, places, strict=True)
    ]
    more = 1.0 + 0.3 * sum(cost for _, cost in drops)

    def fit(sample: Sample, css: str) -> Fit:
        return _fit(sample, css, drop)

    for rule in fitted(samples, holders, fit)[:_EACH]:
        yield _body_rule(rule, drop, more=more)
    behind = {f"{css} ~ *": cost + 3.0 for css, cost in offered(_before(parts)).items()}
    for rule in fitted_among(samples, behind, fit)[:_EACH]:
        yield _body_rule(rule, drop, more=more)


def _before(parts: Sequence[Parts]) -> list[list[LexborNode]]:
    """Return what stands directly before the text, where that has no element of its own."""
    found: list[list[LexborNode]] = []
    for one in parts:
        node = one.own[0].prev if one.own else None
        while node is not None and not node.is_element_node:
            node = node.prev
        found.append([node] if node is not None else [])
    return found


def _likely(sample: Sample, place: Place) -> list[int]:
    outline = outline_of(sample.page)
    above = outline.above(place.holder)[:_MOST_HOLDERS]
    same = outline.elements[place.holder].length
    return [number for number in above if outline.elements[number].length == same]
