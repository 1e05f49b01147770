"""Dates that count back from the time of reading: 今天 08:30, 昨天, 3小时前. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.article import Precision

_TIME = r"(?:[\sT日-]*(?P<h>[01]?\d|2[0-4])[:：](?P<i>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?)?"
_DAY_WORD = re.compile(rf"(?P<word>今天|今日|昨天|昨日|前天|刚刚){_TIME}")
_AGO = re.compile(r"(?P<n>\d{1,3})\s*个?(?P<unit>分钟|小时|天|周)(?:之|以)?前")
LOOKS_RELATIVE = re.compile("[前今昨刚]")  # each form has one of these
_UNITS = {"分钟": "minutes", "小时": "hours", "天": "days", "周": "weeks"}
_DAYS_BACK = {"今天": 0, "今日": 0, "刚刚": 0, "昨天": 1, "昨日": 1, "前天": 2}
_BY_DAY = frozenset(["天", "周"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeDate:
    """A date as it is counted back: where it stands, and the instant in the reader's own zone."""

    start: int
    end: int
    at: datetime
    precision: Precision

    @property
    def printed_at(self) -> datetime:
        """The instant as a printed date has it: aware UTC, midnight where only a day is known."""
        is_day = self.precision is Precision.DAY
        return (_midnight(self.at) if is_day else self.at).astimezone(UTC)


def relative_date(text: str, local: datetime) -> RelativeDate | None:
    """Return the first such date of a text; `local` is the time of reading in the site's zone."""
    if match := _AGO.search(text):
        unit = match["unit"]
        at = local - timedelta(**{_UNITS[unit]: int(match["n"])})
        precision = Precision.MINUTE if unit == "分钟" else Precision.DAY
        return _date(match, _midnight(at) if unit in _BY_DAY else at, precision)
    match = _DAY_WORD.search(text)
    if match is None:
        return None
    at = local - timedelta(days=_DAYS_BACK[match["word"]])
    if match["h"] is None:
        return _date(match, _midnight(at), Precision.DAY)
    at = _midnight(at).replace(hour=int(match["h"]) % 24, minute=int(match["i"]))
    return _date(match, at, Precision.MINUTE)


def _date(match: re.Match[str], at: datetime, precision: Precision) -> RelativeDate:
    return RelativeDate(start=match.start(), end=match.end(), at=at, precision=precision)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
