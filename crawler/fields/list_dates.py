"""Dates as list pages print them: whole, split over two elements, without a year, or relative.

Pure: the time of fetching comes in as a value and decides what `12-21` or 昨天 means. Printed times
have no zone; they are those of the site's place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from crawler.fields.relative_dates import relative_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LONGEST = 2000  # characters of an item; what is longer is none
_FIRST_YEAR = 1990

_Y, _M, _D = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
_SEP = r"\s*[-./年_–—]\s*"
_MSEP = r"\s*[-./月–—]\s*"
_TIME = r"(?:[\sT日-]*(?P<h>[01]?\d|2[0-4])[:：](?P<i>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?)?"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_START, _END = r"(?<![\d.:/-])", r"(?![\d:/])(?![-.]\d)"
# In the order of trust: what carries a year, then what needs the day of fetching.
_WITH_YEAR = tuple(
    re.compile(f"{_START}{form}{_END}", re.IGNORECASE)
    for form in (
        rf"{_Y}{_SEP}{_M}{_MSEP}{_D}(?:\s*日)?{_TIME}",  # 2023-12-21 09:28, 2023年12月21日
        rf"{_Y}(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])",  # 20231221
        rf"{_M}{_MSEP}{_D}(?:\s*日)?\s*[,，]?\s+{_Y}年?",  # 03/10 + 2025
        rf"{_Y}年?\s+{_M}{_MSEP}{_D}(?:\s*日)?",  # 2025 + 03-10
        rf"{_D}\s*[日/]?\s+{_Y}{_SEP}{_M}月?",  # 21 + 2023-12
        rf"{_Y}{_SEP}{_M}月?\s+{_D}(?:\s*日)?",  # 2023-12 + 21
        rf"{_NAME}\s*{_D}(?:st|nd|rd|th)?\s*,?\s+{_Y}",  # Dec 21, 2023
        rf"{_D}(?:st|nd|rd|th)?\s*[-/ ]?\s*{_NAME}\s*[-/,]?\s*{_Y}",  # 21 Dec 2023
    )
)
_WITHOUT_YEAR = tuple(
    re.compile(f"{_START}{form}{_END}", re.IGNORECASE)
    for form in (
        rf"{_M}{_MSEP}{_D}(?:\s*日)?{_TIME}",  # 12-21, 12月21日
        rf"{_D}\s*{_NAME}(?![a-z])",  # 22 Sep
        rf"{_NAME}\s*{_D}(?:st|nd|rd|th)?",  # Sep 22
        rf"{_D}\s*日?\s+{_M}月",  # 21 + 12月
    )
)
_YEAR = re.compile(r"(?:19|20)\d\d|[今昨前][天日]|刚刚|前")
_MAY_DATE = re.compile(r"\d|[今昨前][天日]|刚刚")
_WIDE = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDate:
    """A date of a list: as printed, and as an instant (aware UTC); `span` is where it stood."""

    printed: str
    at: datetime
    span: tuple[int, int]


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of this name."""
    return ZoneInfo(name)


def list_date(text: str, *, now: datetime, zone: ZoneInfo = SHANGHAI) -> ListDate | None:
    """Return the date that this text prints, or None.

    A day without a time is its midnight in `zone`; a date without a year is the last such day
    before `now`. Dates before 1990 or more than a day after `now` are none.
    """
    text = text[:_LONGEST]
    if not _MAY_DATE.search(text):
        return None
    text, local = text.translate(_WIDE), now.astimezone(zone)
    return (
        _first(_WITH_YEAR, text, local, lambda match: int(match["y"]))
        or _first(_WITHOUT_YEAR, text, local, lambda _: None)
        or _relative(text, local)
    )


def says_year(printed: str) -> bool:
    """Say whether a date as printed leaves its year to nobody's guess, as `12-21` does."""
    return _YEAR.search(printed) is not None


def full_date(text: str, *, now: datetime, zone: ZoneInfo = SHANGHAI) -> ListDate | None:
    """Return the date that this text prints with its year, or None."""
    local = now.astimezone(zone)
    return _first(
        _WITH_YEAR, text[:_LONGEST].translate(_WIDE), local, lambda match: int(match["y"])
    )


def _first(
    forms: tuple[re.Pattern[str], ...],
    text: str,
    local: datetime,
    year: Callable[[re.Match[str]], int | None],
) -> ListDate | None:
    for form in forms:
        for match in form.finditer(text):
            at = _instant(match.groupdict(), year(match), local)
            if at is not None:
                return ListDate(printed=match.group().strip(), at=at, span=match.span())
    return None


def _instant(found: dict[str, str | None], year: int | None, local: datetime) -> datetime | None:
    name = found.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(found.get("m") or found["m2"] or 0)
    day = int(found.get("d") or found.get("d2") or 0)
    clock = (int(found.get("h") or 0) % 24, int(found.get("i") or 0), int(found.get("s") or 0))
    years = (year,) if year else tuple(range(local.year, local.year - 5, -1))  # 29 February
    for one in years:
        try:
            at = datetime(one, month, day, *clock, tzinfo=local.tzinfo)
        except ValueError:
            continue
        if at.year >= _FIRST_YEAR and at <= local + timedelta(days=1):
            return at.astimezone(UTC)
    return None


def _relative(text: str, local: datetime) -> ListDate | None:
    found = relative_date(text, local)
    if found is None:
        return None
    span = (found.start, found.end)
    return ListDate(printed=text[slice(*span)].strip(), at=found.at.astimezone(UTC), span=span)
