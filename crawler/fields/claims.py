"""All that a page says of an article's date, and which of it counts. Pure.

The order of trust: labelled near the title, the metas' publishing date, JSON-LD, a bare date
between title and body, a labelled date far away, metas that may mean the page, the last change.
Source: counted over the articles of four CMSs and fifteen portals, docs/architecture.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from crawler.fields.json_ld import json_ld_dates
from crawler.fields.labels import Labelled, read_labels
from crawler.fields.published import (
    Clock,
    Published,
    bare_date_in,
    drawn_up_in,
    perhaps_in_metas,
    published_in,
    published_in_metas,
    published_stamp,
    refined,
    same_day,
    updated_in,
    updated_in_metas,
)
from crawler.page import Page
from storage.article import DateClaim, DateFlag, DateSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a body, as far as dates are read from it.

    `near` are the raw lines between title and body, `labels` those of them; `others` are the lines
    further off, asked only where nothing nearer has a date. `said` is what the CMS has in an
    element or a script of its own.
    """

    near: Sequence[str]
    labels: Sequence[Labelled]
    others: Sequence[str]
    said: tuple[DateSource, Published] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """The date that counts, and every claim, the best first."""

    published: Published | None
    claims: tuple[DateClaim, ...]


def read_dates(page: Page, metas: Mapping[str, str], around: Around) -> PageDates:
    """Return what a page says of the article's date; None where it says nothing."""
    clock = Clock(now=page.fetched_at, zone=page.timezone)
    json_ld = json_ld_dates(page)
    machine = {
        DateSource.META: published_in_metas(metas, clock),
        DateSource.JSON_LD: published_stamp(json_ld.published, clock),
    }
    given = [(source, date) for source, date in machine.items() if date]
    # One that can be is better than one that cannot.
    given.sort(key=lambda one: one[1].at is None)
    visible = _visible(around, given[0][1] if given else None, clock)
    if not visible and not given and (perhaps := perhaps_in_metas(metas, clock)):
        given = [(DateSource.META, perhaps)]
    found = [*([visible] if visible else []), *given]
    updated = updated_in(around.labels, clock)
    changed = updated or updated_in_metas(metas, clock) or published_stamp(json_ld.modified, clock)
    drawn_up = drawn_up_in(around.labels, clock)
    claims = [
        *found,
        *([(DateSource.UPDATED, changed)] if changed else []),
        *([(DateSource.DOCUMENT, drawn_up)] if drawn_up else []),
    ]
    return PageDates(
        published=_chosen(found, updated, clock),
        claims=tuple(_claim(source, date) for source, date in claims),
    )


def _visible(
    around: Around, machine: Published | None, clock: Clock
) -> tuple[DateSource, Published] | None:
    """Return the date that a reader sees: a bare one beside a meta only if both agree."""
    if around.said:
        return around.said
    if found := published_in(around.labels, clock):
        return DateSource.PRINTED, found
    found = bare_date_in(around.near, clock)
    if machine is not None and machine.at is not None:
        agrees = found is not None and same_day(found, machine, clock.zone)
        return (DateSource.PRINTED, found) if found and agrees else None
    if found is None:
        far = [label for line in around.others for label in read_labels(line)]
        found = published_in(far, clock)
    return (DateSource.PRINTED, found) if found else None


def _chosen(
    found: Sequence[tuple[DateSource, Published]], updated: Published | None, clock: Clock
) -> Published | None:
    if not found:
        return replace(updated, flags=(*updated.flags, DateFlag.OF_UPDATE)) if updated else None
    first, *others = (date for _, date in found)
    return reduce(lambda date, other: refined(date, other, clock.zone), others, first)


def _claim(source: DateSource, date: Published) -> DateClaim:
    return DateClaim(
        source=source,
        text=date.text,
        at=date.at,
        precision=date.precision,
        doubt=date.flags[0] if date.flags else None,
    )
