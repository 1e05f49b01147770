"""Dates as article pages print them: whole days with or without a time, never guessed.

Pure: `now` only says which dates lie in the future. Dates of list pages, which may lack a year, are
in `list_dates`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from storage.article import Precision

_FIRST_YEAR = 1990
_AHEAD = timedelta(days=1)  # clocks of servers differ; more than a day ahead is no publishing date
_NOON = 12

_BLANK = r"[\s\x1f]*"  # \x1f stands for the border of an inline element, see `lines`
_CLOCK = (
    rf"(?P<half>上午|下午|晚上|中午|凌晨)?{_BLANK}"
    r"(?P<hour>2[0-4]|[01]?\d)(?:[:：时点]|(?<=\d)时)"
    rf"{_BLANK}(?P<minute>[0-5]?\d)分?(?:[:：]?{_BLANK}(?P<second>[0-5]\d)(?:\.\d+)?秒?)?"
    rf"{_BLANK}(?P<zone>Z\b|(?:GMT|UTC)?[+-](?:0\d|1[0-4]):?[0-5]0)?"
)
_WEEKDAY = rf"(?:[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?{_BLANK})?"
_NUMERIC = re.compile(
    r"(?<![\d.])(?P<year>\d{4})"
    rf"(?:{_BLANK}[-/.—–]{_BLANK}|{_BLANK}年{_BLANK})(?P<month>\d{{1,2}})"
    rf"(?:{_BLANK}[-/.—–]{_BLANK}|{_BLANK}月{_BLANK})(?P<day>\d{{1,2}})(?!\d)"
    rf"(?:{_BLANK}[日号])?(?:[-T,，]?{_BLANK}{_WEEKDAY}{_CLOCK})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ENGLISH = (
    re.compile(  # Thu Mar 26 09:28:00 CST 2026: the time comes before the year
        rf"\b{_NAME}{_BLANK}(?P<day>\d{{1,2}}){_BLANK}{_CLOCK}{_BLANK}(?:CST{_BLANK})?{_YEAR}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_NAME}{_BLANK}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?{_BLANK}{_YEAR}\b(?:,?{_BLANK}{_CLOCK})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAME},?[\s-]+{_YEAR}\b(?:,?{_BLANK}{_CLOCK})?",
        re.IGNORECASE,
    ),
)
_LOOKS_ENGLISH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})", re.IGNORECASE)
_COMPACT = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_UNIX = re.compile(r"\d{10}(?:\d{3})?")
_DIGIT = re.compile(r"[0-9０-９]")
_WIDE_DIGIT = re.compile(r"[０-９－．／]")
_WIDE = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")


class Doubt(StrEnum):
    """Why a printed date gives no instant."""

    ABSURD = "date_absurd"
    FUTURE = "date_in_future"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date as it stands in a text.

    `start` and `end` say where. `at` is aware UTC, the midnight of the zone where only a day is
    printed, and None where there is a `doubt`.
    """

    start: int
    end: int
    at: datetime | None
    precision: Precision
    doubt: Doubt | None = None


def find_date(text: str, *, now: datetime, zone: str) -> PrintedDate | None:
    """Return the first date of a text that can be one; a doubtful one if there is no other."""
    doubtful = None
    for found in find_dates(text, now=now, zone=zone):
        if found.doubt is None:
            return found
        doubtful = doubtful or found
    return doubtful


def find_dates(text: str, *, now: datetime, zone: str) -> Iterator[PrintedDate]:
    """Yield the dates of a text in its order: numbers first, then English months."""
    if not _DIGIT.search(text):
        return
    if _WIDE_DIGIT.search(text):
        text = text.translate(_WIDE)
    home = _zone(zone)
    forms = (_NUMERIC, *_ENGLISH) if _LOOKS_ENGLISH.search(text) else (_NUMERIC,)
    for form in forms:
        for match in form.finditer(text):
            yield _printed(match, now=now, home=home)


def read_stamp(text: str, *, now: datetime, zone: str) -> PrintedDate | None:
    """Return the date of a value made for machines: also `20231221` and seconds since 1970."""
    if _UNIX.fullmatch(text):
        at = datetime.fromtimestamp(int(text[:10]), UTC)
        doubt = _doubt_of(at, now)
        return PrintedDate(
            start=0,
            end=len(text),
            at=None if doubt else at,
            precision=Precision.SECOND,
            doubt=doubt,
        )
    if found := find_date(text, now=now, zone=zone):
        return found
    match = _COMPACT.search(text)
    return _printed(match, now=now, home=_zone(zone)) if match else None


def _printed(match: re.Match[str], *, now: datetime, home: tzinfo) -> PrintedDate:
    parts = match.groupdict()
    precision = Precision.DAY
    if parts.get("hour"):
        precision = Precision.SECOND if parts["second"] else Precision.MINUTE
    start, end = match.start(), match.start() + len(match.group().rstrip(" \t\r\n\f\x1f\xa0\u3000"))
    at = _instant(parts, home)
    doubt = Doubt.ABSURD if at is None else _doubt_of(at, now)
    return PrintedDate(
        start=start, end=end, at=None if doubt else at, precision=precision, doubt=doubt
    )


def _doubt_of(at: datetime, now: datetime) -> Doubt | None:
    if at.year < _FIRST_YEAR:
        return Doubt.ABSURD
    return Doubt.FUTURE if at > now + _AHEAD else None


def _instant(parts: dict[str, str | None], home: tzinfo) -> datetime | None:
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"] or 0)
    hour = int(parts.get("hour") or 0)
    if parts.get("half") in {"下午", "晚上"} and hour < _NOON:
        hour += _NOON
    try:
        at = datetime(
            int(parts["year"] or 0),
            month,
            int(parts["day"] or 0),
            hour % 24,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=_offset(parts.get("zone")) or home,
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(printed: str | None) -> tzinfo | None:
    if not printed:
        return None
    digits = re.sub(r"\D", "", printed)
    if not digits:
        return UTC
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if "-" in printed else offset)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
