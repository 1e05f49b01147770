"""When an article was published: a labelled date, else a meta, else a date in the meta line.

Pure. A date behind another label, or inside the body, is never taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.fields.blanks import BORDER, squash, tidy
from crawler.fields.dates import PrintedDate, find_date, find_dates, read_stamp
from crawler.fields.labels import Field, Labelled, read_labels
from storage.article import Precision

_META_NAMES = ("pubdate", "publishdate", "firstpublishedtime", "article:published_time")
_UNIX_DIGITS = 10
_MAX_WORDS_BETWEEN = 8  # characters between a label and its date, such as a weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A publishing date: `text` as printed with its label, `at` aware UTC or None, `flags`."""

    text: str
    at: datetime | None
    precision: Precision | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When the page was fetched, and the zone in which it prints its times."""

    now: datetime
    zone: str


def published_in(labels: Iterable[Labelled], clock: Clock) -> Published | None:
    """Return the best labelled date; a doubtful one only if there is no other."""
    best: tuple[tuple[bool, int], Published] | None = None
    for labelled in labels:
        found = _labelled_date(labelled, clock) if labelled.field is Field.DATE else None
        if found is None:
            continue
        order = (bool(found.flags), labelled.rank)
        if best is None or order < best[0]:
            best = (order, found)
    return best[1] if best else None


def bare_date_in(lines: Iterable[str], clock: Clock) -> Published | None:
    """Return the first date of raw lines that stands behind no label of something else."""
    for line in lines:
        foreign = [label for label in read_labels(line) if label.field is Field.OTHER]
        for date in find_dates(line, now=clock.now, zone=clock.zone):
            if date.doubt is None and not _belongs_to_other(line, date, foreign):
                return _published(tidy(line[date.start : date.end]), date)
    return None


def published_stamp(text: str | None, clock: Clock) -> Published | None:
    """Return the date of a value that a script or a meta gives, or None where it gives none.

    Seconds since 1970 are printed as the local time that the page's own script makes of them.
    """
    date = read_stamp(text, now=clock.now, zone=clock.zone) if text else None
    if text is None or date is None:
        return None
    if date.at is not None and text.isdecimal() and len(text) >= _UNIX_DIGITS:
        text = f"{date.at.astimezone(ZoneInfo(clock.zone)):%Y-%m-%d %H:%M}"
    return _published(tidy(text), date)


def published_in_metas(metas: Mapping[str, str], clock: Clock) -> Published | None:
    """Return the date that the page's metas give as the publishing date."""
    for name in _META_NAMES:
        if found := published_stamp(metas.get(name), clock):
            return found
    return None


def refined(visible: Published, meta: Published | None, zone: str) -> Published:
    """Return the visible date with the meta's time of day, where both agree on the day."""
    if (
        meta is None
        or meta.at is None
        or visible.at is None
        or visible.precision is not Precision.DAY
        or meta.precision is Precision.DAY
    ):
        return visible
    if not same_day(visible, meta, zone):
        return visible
    return replace(visible, at=meta.at, precision=meta.precision)


def same_day(one: Published, other: Published, zone: str) -> bool:
    """Say whether two dates are known to be of one day."""
    if one.at is None or other.at is None:
        return False
    home = ZoneInfo(zone)
    return one.at.astimezone(home).date() == other.at.astimezone(home).date()


def _labelled_date(labelled: Labelled, clock: Clock) -> Published | None:
    date = find_date(labelled.rest, now=clock.now, zone=clock.zone)
    if date is None or len(squash(labelled.rest[: date.start])) > _MAX_WORDS_BETWEEN:
        return None
    value = labelled.rest[: date.end]
    return _published(labelled.label + _gap(value) + tidy(value), date)


def _gap(value: str) -> str:
    """Return what is printed between colon and date: a fold of the source is nothing."""
    gap = value[: len(value) - len(value.lstrip())].replace(BORDER, "")
    return " " if gap and "\n" not in gap and "\r" not in gap else ""


def _published(text: str, date: PrintedDate) -> Published:
    return Published(
        text=text,
        at=date.at,
        precision=date.precision if date.at else None,
        flags=(date.doubt.value,) if date.doubt else (),
    )


def _belongs_to_other(line: str, date: PrintedDate, foreign: list[Labelled]) -> bool:
    if any(label.start < date.start <= label.start + len(label.label) + 4 for label in foreign):
        return True
    before = line[: date.start].rstrip()
    # 决赛日：2021-… is another day; an empty known label before a date is no label of it.
    if not before.endswith(("：", ":")):
        return False
    return not any(label.start < date.start for label in read_labels(line))
