"""When an article was published: dates behind labels, bare ones, those of metas and scripts.

Pure. A date behind another label, or inside the body, is never taken. Which of several counts is
decided in `claims`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.fields.blanks import BORDER, squash, tidy
from crawler.fields.dates import (
    PrintedDate,
    find_date,
    find_dates,
    is_unix,
    read_stamp,
    short_year_date,
)
from crawler.fields.labels import Field, Labelled, read_labels
from crawler.fields.relative_dates import LOOKS_RELATIVE, RelativeDate, relative_date
from storage.article import Precision

# In the order of trust: the government's set first, then those of portals and of search engines.
_FIRM = """
pubdate firstpublishedtime publishdate publish_date publish-date publishtime publish_time pubtime
article:published_time og:published_time og:article:published_time bytedance:published_time
weibo:article:create_at apub:time apub:date datepublished og:release_date parsely-pub-date
sailthru.date citation_publication_date dcterms.issued dc.date.issued
"""
# These often say when the page was made; they count only where nothing else does.
_WEAK = "date dc.date dcterms.date dcterms.created og:time createdate created"
_CHANGED = """
article:modified_time og:updated_time bytedance:updated_time weibo:article:update_at
lastmodifiedtime datemodified dcterms.modified updatetime
"""
_FIRM_METAS, _WEAK_METAS = tuple(_FIRM.split()), tuple(_WEAK.split())
_CHANGED_METAS = tuple(_CHANGED.split())
_UNIX_DIGITS = 10
_MAX_WORDS_BETWEEN = 8  # characters between a label and its date, such as a weekday
# Labels of an event, which follow on its time: 时间：…　地点：….
_OF_EVENT = re.compile(r"地点|地址|主讲|报告人")
_TODAY = re.compile(r"(?:今天|今日|现在|当前|目前)(?:时间|日期)?(?:是|为)?[：:]?$")
_PARTS = re.compile(rf"[{BORDER}\t\r\n\u3000]|\s{{2,}}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


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


def published_in(labels: Sequence[Labelled], clock: Clock) -> Published | None:
    """Return the best labelled date; a doubtful one only if there is no other."""
    return _best(labels, Field.DATE, clock)


def updated_in(labels: Sequence[Labelled], clock: Clock) -> Published | None:
    """Return the date behind a label such as 更新时间."""
    return _best(labels, Field.UPDATED, clock)


def drawn_up_in(labels: Sequence[Labelled], clock: Clock) -> Published | None:
    """Return the date behind a label such as 成文日期: that of the document which is shown."""
    return _best(labels, Field.DOCUMENT, clock)


def bare_date_in(lines: Iterable[str], clock: Clock) -> Published | None:
    """Return the first date of raw lines that stands behind no label of something else.

    One that counts back (3小时前) is taken only if it stands alone, and nothing else is found.
    """
    relative = None
    for line in lines:
        labels = read_labels(line)
        foreign = [
            label
            for label, following in _with_next(labels)
            if label.field in _NOT_PUBLISHED or _is_of_event(label, following)
        ]
        for date in find_dates(line, now=clock.now, zone=clock.zone):
            if date.doubt is None and not _belongs_to_other(line, date, labels, foreign):
                return _published(tidy(line[date.start : date.end]), date)
        relative = relative or _lone_relative(line, clock)
    return relative


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
    return _first_stamp(metas, _FIRM_METAS, clock)


def perhaps_in_metas(metas: Mapping[str, str], clock: Clock) -> Published | None:
    """Return a date of the page's metas that may be that of publishing."""
    return _first_stamp(metas, _WEAK_METAS, clock)


def updated_in_metas(metas: Mapping[str, str], clock: Clock) -> Published | None:
    """Return the date of the last change that the page's metas give."""
    return _first_stamp(metas, _CHANGED_METAS, clock)


def same_day(one: Published, other: Published, zone: str) -> bool:
    """Say whether two dates lie on one local day; False where one is unknown."""
    if one.at is None or other.at is None:
        return False
    home = ZoneInfo(zone)
    return one.at.astimezone(home).date() == other.at.astimezone(home).date()


def refined(visible: Published, meta: Published, zone: str) -> Published:
    """Return the visible date with the meta's instant, where that says the time of the day.

    A visible date that cannot be keeps its text and its doubt beside the meta's instant.
    """
    if meta.at is None:
        return visible
    if visible.at is None:
        return replace(visible, at=meta.at, precision=meta.precision)
    is_finer = visible.precision is Precision.DAY and meta.precision is not Precision.DAY
    if is_finer and same_day(visible, meta, zone):
        return replace(visible, at=meta.at, precision=meta.precision)
    return visible


_NOT_PUBLISHED = frozenset([Field.OTHER, Field.UPDATED, Field.DOCUMENT])


def _best(labels: Sequence[Labelled], field: Field, clock: Clock) -> Published | None:
    best: tuple[tuple[bool, int], Published] | None = None
    for labelled, following in _with_next(labels):
        if labelled.field is not field or _is_of_event(labelled, following):
            continue
        found = _labelled_date(labelled, clock)
        if found is None:
            continue
        order = (bool(found.flags), labelled.rank)
        if best is None or order < best[0]:
            best = (order, found)
    return best[1] if best else None


def _with_next(labels: Sequence[Labelled]) -> Iterator[tuple[Labelled, Labelled | None]]:
    return zip(labels, (*labels[1:], None), strict=False)


def _is_of_event(labelled: Labelled, following: Labelled | None) -> bool:
    """Say whether a label such as 时间 speaks of an event, whose place follows."""
    if labelled.rank == 0 or following is None:
        return False
    return _OF_EVENT.search(following.label) is not None


def _first_stamp(metas: Mapping[str, str], names: Iterable[str], clock: Clock) -> Published | None:
    given = (metas[name] for name in names if name in metas)
    return next((date for text in given if (date := published_stamp(text, clock))), None)


def _labelled_date(labelled: Labelled, clock: Clock) -> Published | None:
    rest = labelled.rest
    date = find_date(rest, now=clock.now, zone=clock.zone)
    if date is None and _CHINESE.search(labelled.label):
        # Elsewhere 22-11-21 may begin with the day.
        date = short_year_date(rest, now=clock.now, zone=clock.zone)
    if date is None and is_unix(rest):
        return published_stamp(tidy(rest), clock)
    if date is None:
        date = _printed_relative(relative_date(rest, _local(clock)))
    if date is None or len(squash(rest[: date.start])) > _MAX_WORDS_BETWEEN:
        return None
    value = rest[: date.end]
    return _published(labelled.label + _gap(value) + tidy(value), date)


def _lone_relative(line: str, clock: Clock) -> Published | None:
    if not LOOKS_RELATIVE.search(line):
        return None
    for part in _parts(line):
        found = relative_date(part, _local(clock))
        if found is not None and (found.start, found.end) == (0, len(part)):
            date = _printed_relative(found)
            return _published(part, date) if date else None
    return None


def _parts(line: str) -> Iterator[str]:
    return (tidy(part) for part in _PARTS.split(line))


def _printed_relative(found: RelativeDate | None) -> PrintedDate | None:
    if found is None:
        return None
    return PrintedDate(
        start=found.start, end=found.end, at=found.printed_at, precision=found.precision
    )


def _local(clock: Clock) -> datetime:
    return clock.now.astimezone(ZoneInfo(clock.zone))


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


def _belongs_to_other(
    line: str, date: PrintedDate, labels: Sequence[Labelled], foreign: Sequence[Labelled]
) -> bool:
    if any(label.start < date.start <= label.start + len(label.label) + 4 for label in foreign):
        return True
    before = line[: date.start].rstrip()
    if _TODAY.search(before):
        return True
    # 决赛日：2021-… is another day; an empty known label before a date is no label of it.
    if not before.endswith(("：", ":")):
        return False
    return not labels or labels[0].start >= date.start
