"""Dates as article pages print them: whole days with or without a time, never guessed.

Pure: `now` only says which dates lie in the future. Dates of list pages, which may lack a year, are
in `list_dates`; dates that count back from the time of reading are in `relative_dates`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from crawler.fields.date_forms import (
    CHINESE,
    COMPACT,
    LOOKS_CHINESE,
    LOOKS_NAMED,
    MONTH_LETTER,
    MONTHS,
    NAMED,
    NUMERIC,
    SHORT_YEAR,
    SLASHED,
    SPAN_BEFORE,
    SPAN_BEHIND,
    WIDE,
    WIDE_DIGIT,
    chinese_number,
)
from storage.article import Precision

_FIRST_YEAR = 1990
_AHEAD = timedelta(days=1)  # clocks of servers differ; more than a day ahead is no publishing date
_NOON, _MIDNIGHT, _MONTHS_A_YEAR = 12, 24, 12
_AFTERNOON = frozenset(["下午", "晚上", "傍晚", "中午"])
_SMALL_HOURS = 10  # 中午 10 is in the morning, 中午 1 after noon

_UNIX = re.compile(r"1\d{9}(?:\d{3})?")
_DIGIT = re.compile(r"[0-9０-９]")


class Doubt(StrEnum):
    """Why a printed date gives no instant."""

    ABSURD = "date_absurd"
    FUTURE = "date_in_future"
    AMBIGUOUS = "date_ambiguous"


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
    """Yield the dates of a text in its order: numbers first, then names of months, then 二〇二三年.

    What is one end of a span of days or hours is left out.
    """
    if LOOKS_CHINESE.search(text):
        forms: tuple[re.Pattern[str], ...] = (NUMERIC, CHINESE)
    elif _DIGIT.search(text):
        forms = (NUMERIC,)
    else:
        return
    if WIDE_DIGIT.search(text):
        text = text.translate(WIDE)
    if MONTH_LETTER.search(text) and LOOKS_NAMED.search(text):
        forms = (*forms, *NAMED)
    if "/" in text:
        forms = (*forms, SLASHED)
    home = _zone(zone)
    for form in forms:
        for match in form.finditer(text):
            if not _is_end_of_span(match):
                yield _printed(match, now=now, home=home)


def short_year_date(text: str, *, now: datetime, zone: str) -> PrintedDate | None:
    """Return the date at the start of a text whose year has two digits: `22-11-21` is of 2022."""
    match = SHORT_YEAR.match(text.translate(WIDE))
    if match is None or _is_end_of_span(match):
        return None
    return _printed(match, now=now, home=_zone(zone))


def read_stamp(text: str, *, now: datetime, zone: str) -> PrintedDate | None:
    """Return the date of a value made for machines: also `20231221` and seconds since 1970."""
    if is_unix(text):
        at = datetime.fromtimestamp(int(text.strip()[:10]), UTC)
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
    match = COMPACT.search(text)
    return _printed(match, now=now, home=_zone(zone)) if match else None


def is_unix(text: str) -> bool:
    """Say whether a text is nothing but seconds or milliseconds since 1970."""
    return _UNIX.fullmatch(text.strip()) is not None


def _is_end_of_span(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if SPAN_BEHIND.match(text, end):
        return True
    # 09:00-11:00 looks like a zone; a zone west of Greenwich stands behind a T or seconds only.
    zone = match.groupdict().get("zone") or ""
    if zone.startswith("-") and ":" in zone and not (match["second"] or "T" in match.group()):
        return True
    return bool(SPAN_BEFORE.search(text, max(0, start - 24), start))


def _printed(match: re.Match[str], *, now: datetime, home: tzinfo) -> PrintedDate:
    parts = match.groupdict()
    if parts.get("hour") and _hour(parts) >= _MIDNIGHT:
        # 24:00 is the end of the printed day: the day is known, and the time would name the next.
        parts |= dict.fromkeys(("half", "hour", "minute", "second", "suffix", "zone"))
    precision = Precision.DAY
    if parts.get("hour"):
        precision = Precision.SECOND if parts["second"] else Precision.MINUTE
    start, end = match.start(), match.start() + len(match.group().rstrip(" \t\r\n\f\x1f\xa0\u3000"))
    month, day = _month_and_day(parts)
    at = _instant(parts, month, day, home) if month else None
    doubt = Doubt.AMBIGUOUS if month is None else Doubt.ABSURD if at is None else None
    if at is not None:
        doubt = _doubt_of(at, now)
    return PrintedDate(
        start=start, end=end, at=None if doubt else at, precision=precision, doubt=doubt
    )


def _doubt_of(at: datetime, now: datetime) -> Doubt | None:
    if at.year < _FIRST_YEAR:
        return Doubt.ABSURD
    return Doubt.FUTURE if at > now + _AHEAD else None


def _month_and_day(parts: dict[str, str | None]) -> tuple[int | None, int]:
    """Return month and day; no month where two numbers could be either."""
    if first := parts.get("first"):
        one, two = int(first), int(parts["other"] or 0)
        if one > _MONTHS_A_YEAR:
            return two, one
        return (one, two) if two > _MONTHS_A_YEAR or one == two else (None, two)
    if name := parts.get("name"):
        return MONTHS[name.lower()], int(parts["day"] or 0)
    return _number(parts["month"]), _number(parts["day"])


def _number(printed: str | None) -> int:
    if not printed:
        return 0
    return int(printed) if printed.isdecimal() else chinese_number(printed)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts.get("hour") or 0)
    half, suffix = parts.get("half"), (parts.get("suffix") or "").lower()
    if hour == _NOON and (half in {"凌晨", "晚上"} or suffix.startswith("a")):
        return _MIDNIGHT if half == "晚上" else 0
    is_late = half in _AFTERNOON or suffix.startswith("p")
    if half == "中午" and hour >= _SMALL_HOURS:
        is_late = False
    return hour + _NOON if is_late and hour < _NOON else hour


def _instant(parts: dict[str, str | None], month: int, day: int, home: tzinfo) -> datetime | None:
    short = parts.get("short")
    year = 2000 + int(short) if short else _number(parts["year"])
    try:
        at = datetime(
            year,
            month,
            day,
            _hour(parts),
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
