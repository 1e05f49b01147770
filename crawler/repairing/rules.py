"""Derive rules from pages whose articles are known: what reads them right, and no more. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.repairing.bodies import body_rules
from crawler.repairing.headings import date_rules, source_rules, title_drop, title_rules
from crawler.repairing.known import Field, Judged, Sample, judged, wrong_fields
from crawler.repairing.outline import outline_of, places_of

Selectors = Mapping[str, str]
_KEYS = {
    Field.TITLE: ("title",),
    Field.DATE: ("date",),
    Field.BODY: ("body", "drop"),
    Field.SOURCE: ("source",),
}
_MOST_BODIES = 5  # ways to the body that are tried to the end
_LASTING = 5.0  # the cost of a selector that is no last resort


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Selectors of a site file, and how they read the pages that they were made from."""

    selectors: Selectors
    rows: tuple[Judged, ...]

    @property
    def right(self) -> int:
        """On how many pages all that an article needs is right."""
        return sum(row.is_good for row in self.rows)


def shows_its_article(sample: Sample) -> bool:
    """Say whether a page still shows what is known of it: an edited one proves nothing."""
    return bool(places_of(outline_of(sample.page), sample.known.text))


def tried(samples: Sequence[Sample], selectors: Selectors) -> Derived:
    """Read pages by these selectors."""
    rows = tuple(judged(replace(one, page=one.page.wanting(selectors))) for one in samples)
    return Derived(selectors=dict(selectors), rows=rows)


def derived(samples: Sequence[Sample], current: Selectors) -> list[Derived]:
    """Return selectors for these pages, the best first: the current ones, but for what is wrong."""
    wrong = wrong_fields(tried(samples, current).rows)
    stale = {key for field in wrong for key in _KEYS[field]}
    kept = {key: css for key, css in current.items() if key not in stale}
    if Field.BODY not in wrong_fields(tried(samples, kept).rows):
        return [_with_source(samples, _with_heading(samples, kept))]
    found = []
    for rule in body_rules(samples)[:_MOST_BODIES]:
        drop = {"drop": rule.drop} if rule.drop else {}
        found.append(_with_heading(samples, {**kept, "body": rule.body, **drop}))
    found.sort(key=lambda one: -one.right)
    found = [*_for_two_templates(samples, kept, found), *found]
    return [_with_source(samples, one) for one in found]


def _for_two_templates(
    samples: Sequence[Sample], kept: Selectors, found: Sequence[Derived]
) -> Iterator[Derived]:
    """Yield the best rules joined with those for the pages that they do not read.

    Columns of one site may be set by templates of their own.
    """
    if not found or not 0 < found[0].right < len(samples):
        return
    pairs = zip(samples, found[0].rows, strict=True)
    others = derived([sample for sample, row in pairs if not row.is_good], kept)
    for other in others[:1]:
        joined = tried(samples, _joined(found[0].selectors, other.selectors))
        if joined.right > found[0].right:
            yield joined


def _joined(one: Selectors, other: Selectors) -> Selectors:
    joined = dict(one)
    for key, css in other.items():
        if css not in joined.get(key, css).split(", "):
            joined[key] = f"{joined[key]}, {css}"
        else:
            joined.setdefault(key, css)
    return joined


def _with_heading(samples: Sequence[Sample], selectors: Selectors) -> Derived:
    """Add rules for title and date, where the page is not read right without.

    Where the body has to be selected, nothing of the layout is known: what the rules for any page
    find around it may be chance, so that what is sure is named, too.
    """
    best = tried(samples, selectors)
    is_new = "body" in selectors
    for field in (Field.TITLE, Field.DATE):
        if field.value in selectors or not (is_new or field in wrong_fields(best.rows)):
            continue
        drop = best.selectors.get("drop")
        rules = title_rules(samples, drop) if field is Field.TITLE else date_rules(samples)
        for rule in rules[:1]:
            is_sure = rule.right == len(samples) and rule.cost < _LASTING
            found = tried(samples, {**best.selectors, field.value: rule.css})
            gain = _right(found, field) - _right(best, field)
            if gain > 0 or (is_new and is_sure and gain == 0):
                best = found
    if Field.TITLE in wrong_fields(best.rows) and (drop := title_drop(samples)):
        return _with_tools(samples, best, drop)
    return best


def _with_tools(samples: Sequence[Sample], best: Derived, drop: str) -> Derived:
    """Add a rule for a title whose element holds more: what is to be dropped of it."""
    before = best.selectors.get("drop")
    drops = {"drop": f"{before}, {drop}" if before else drop}
    for rule in title_rules(samples, drops["drop"])[:1]:
        found = tried(samples, {**best.selectors, **drops, "title": rule.css})
        if found.right > best.right:
            return found
    return best


def _with_source(samples: Sequence[Sample], best: Derived) -> Derived:
    if Field.SOURCE not in wrong_fields(best.rows):
        return best
    for rule in source_rules(samples)[:1]:
        found = tried(samples, {**best.selectors, "source": rule.css})
        if not rule.wrong and _right(found, Field.SOURCE) > _right(best, Field.SOURCE):
            return found
    return best


def _right(found: Derived, field: Field) -> int:
    return sum(row.is_right(field) for row in found.rows)
