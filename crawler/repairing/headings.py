"""Find the title, the date and the source of known articles again. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash, tidy
from crawler.fields.dates import find_dates
from crawler.fields.heading import date_in, title_text
from crawler.fields.labels import Field as Label
from crawler.fields.labels import read_labels
from crawler.fields.published import Clock
from crawler.fields.tree import unread_elements
from crawler.page import Page
from crawler.repairing.dropping import drops_of, parts_of
from crawler.repairing.fitting import Fit, Rule, fitted
from crawler.repairing.known import Sample, same_day
from crawler.repairing.outline import line_places, outline_of, places_of
from storage.article import comparable

_LONGEST_LINE = 100  # letters of an element in which a value may stand with other things
_TOOLS = 60  # letters that may stand in a title's element beside it
_DAY = re.compile(r"\d")


def title_drop(samples: Sequence[Sample]) -> str | None:
    """Return what is to be dropped where the title's element holds more, or None."""
    near = [line_places(outline_of(one.page), one.known.title, more=_TOOLS) for one in samples]
    texts = [places_of(outline_of(one.page), one.known.text) for one in samples]
    parts = [parts_of(one, found) for one, found in zip(samples, near, strict=True)]
    kept = [[*found, *text] for found, text in zip(near, texts, strict=True)]
    return ", ".join(css for css, _ in drops_of(samples, kept, parts)) or None


def title_rules(samples: Sequence[Sample], drop: str | None) -> list[Rule]:
    """Return rules for the title, the best first."""

    def fit(sample: Sample, css: str) -> Fit:
        node = sample.page.tree.css_first(css)
        if node is None:
            return Fit.ABSENT
        page = sample.page.wanting({"drop": drop} if drop else {})
        text = title_text(node, hidden=unread_elements(page))
        return Fit.RIGHT if comparable(text) == comparable(sample.known.title) else Fit.WRONG

    return fitted(samples, [list(_titles(one, near=drop is not None)) for one in samples], fit)


def date_rules(samples: Sequence[Sample]) -> list[Rule]:
    """Return rules for the date, the best first."""

    def fit(sample: Sample, css: str) -> Fit:
        node = sample.page.tree.css_first(css)
        if node is None:
            return Fit.ABSENT
        is_line = len(squash(node.text())) <= _LONGEST_LINE
        return Fit.RIGHT if is_line and _has_date(sample, node) else Fit.WRONG

    return fitted(samples, [list(_dates(one)) for one in samples], fit)


def source_rules(samples: Sequence[Sample]) -> list[Rule]:
    """Return rules for the source, the best first; pages whose source is unknown say nothing."""
    told = [one for one in samples if one.known.source]

    def fit(sample: Sample, css: str) -> Fit:
        node = sample.page.tree.css_first(css)
        if node is None:
            return Fit.ABSENT
        return Fit.RIGHT if _source_in(node) == sample.known.source else Fit.WRONG

    return fitted(told, [list(_sources(one)) for one in told], fit)


def shows_date(sample: Sample) -> bool:
    """Say whether the known day stands in the page as a date, be it one that no rule takes."""
    page, day = sample.page, sample.known.published_at
    return any(
        same_day(date.at, day, page.timezone)
        for node in _holding(page, _may_hold_date, longest=_LONGEST_LINE)
        for date in find_dates(node.text(), now=page.fetched_at, zone=page.timezone)
    )


def _titles(sample: Sample, *, near: bool) -> Iterator[LexborNode]:
    """Yield the elements with the title and nothing else; `near`: those with a little more, too."""
    wanted = squash(sample.known.title)
    yield from _holding(sample.page, lambda letters: letters == wanted, longest=len(wanted))
    outline = outline_of(sample.page)
    for place in line_places(outline, wanted, more=_TOOLS) if near else ():
        yield outline.elements[place.holder].node


def _dates(sample: Sample) -> Iterator[LexborNode]:
    at = sample.known.published_at
    if at is None:
        return
    for node in _holding(sample.page, _may_hold_date, longest=_LONGEST_LINE):
        if _has_date(sample, node):
            yield node


def _may_hold_date(letters: str) -> bool:
    return _DAY.search(letters) is not None


def _sources(sample: Sample) -> Iterator[LexborNode]:
    wanted = squash(sample.known.source or "")
    for node in _holding(
        sample.page, lambda letters: wanted in letters, longest=len(wanted) + _LONGEST_LINE
    ):
        if _source_in(node) == sample.known.source:
            yield node


def _holding(page: Page, is_wanted: Callable[[str], bool], *, longest: int) -> Iterator[LexborNode]:
    outline = outline_of(page)
    for one in outline.elements:
        if 0 < one.length <= longest and is_wanted(outline.text_of(one)):
            yield one.node


def _has_date(sample: Sample, node: LexborNode) -> bool:
    page = sample.page
    found = date_in(node, Clock(now=page.fetched_at, zone=page.timezone))
    at = found.at if found else None
    return same_day(at, sample.known.published_at, page.timezone)


def _source_in(node: LexborNode) -> str | None:
    text = tidy(node.text())
    labels = read_labels(text)
    if not labels:
        return text or None
    return next((one.value for one in labels if one.field is Label.SOURCE and one.value), None)
