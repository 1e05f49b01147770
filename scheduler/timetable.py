"""When a channel may be told: at once, at the times of its digest, never in its quiet hours. Pure.

Times are local to the channel's zone. `["08:00", "fri 17:00"]` are digests; `["22:00-07:00",
"sat-sun 00:00-24:00"]` are quiet hours; a span that ends before it begins ends on the next day, and
its days are those on which it begins.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.errors import SettingError
from crawler.keys import Table, joined, text, texts

KEYS = ("digest", "quiet", "reposts", "timezone")
_ZONE = "Asia/Shanghai"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = frozenset(range(7))
_ENTRY = re.compile(r"(?:(?P<days>[a-z,-]+) )?(?P<start>\d\d:\d\d)(?:-(?P<end>\d\d:\d\d))?")
_MINUTES_A_DAY = 24 * 60
_EXAMPLES = {
    "digest": '"08:00" or "fri 17:00"',
    "reposts": '"17:30" or "fri 17:00"',
    "quiet": '"22:00-07:00" or "sat-sun 00:00-24:00"',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """A time, or a span from it, on these days (Monday is 0). `minutes` is 0 for a time."""

    days: frozenset[int]
    start: int  # minutes since midnight
    minutes: int = 0


_REPOSTS = (Daily(days=_WEEK, start=17 * 60 + 30),)  # while the people of an office are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When messages may leave. Without digests: at once. Without quiet hours: at any time.

    `reposts`: when reposts of what was told are told; without: with the digest, or at 17:30.
    """

    zone: ZoneInfo
    digest: tuple[Daily, ...] = ()
    quiet: tuple[Daily, ...] = ()
    reposts: tuple[Daily, ...] = ()


def parse_timetable(table: Table, path: str) -> Timetable:
    """Return the timetable of a channel; its keys are `KEYS`.

    Raises:
        SettingError: a key does not hold what it should, or no time is left to tell anybody.
    """
    timetable = Timetable(
        zone=_zone(table, path),
        digest=_entries(table, "digest", path),
        quiet=_entries(table, "quiet", path),
        reposts=_entries(table, "reposts", path),
    )
    if timetable.quiet and _is_always_quiet(timetable):
        raise SettingError(joined(path, "quiet"), "leaves no time to tell anybody")
    return timetable


def without_timetable(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a channel that are its kind's own."""
    return {key: value for key, value in options.items() if key not in KEYS}


def leaves_at(timetable: Timetable, now: datetime) -> datetime:
    """Return when a message that is made now may leave: now, or the next digest outside quiet."""
    due = now
    if timetable.digest:
        due = min(_next(entry, now, timetable.zone) for entry in timetable.digest)
    return after_quiet(timetable, due)


def reposts_at(timetable: Timetable, now: datetime) -> datetime:
    """Return when a repost that is found now is told, of an article that was told before."""
    entries = timetable.reposts or timetable.digest or _REPOSTS
    return after_quiet(timetable, min(_next(entry, now, timetable.zone) for entry in entries))


def after_quiet(timetable: Timetable, then: datetime) -> datetime:
    """Return this time, or the end of the quiet hours in which it lies."""
    while ends := [
        end for span in timetable.quiet if (end := _end_of(span, then, timetable.zone)) is not None
    ]:
        then = max(ends)
    return then


def _zone(table: Table, path: str) -> ZoneInfo:
    name = text(table, "timezone", path) or _ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(joined(path, "timezone"), f"{name!r} is no time zone") from error


def _entries(table: Table, key: str, path: str) -> tuple[Daily, ...]:
    entries = []
    for number, written in enumerate(texts(table, key, path)):
        entry = _entry(written, is_span=key == "quiet")
        if entry is None:
            where = f"{joined(path, key)}[{number}]"
            raise SettingError(where, f"{written!r} is none; write {_EXAMPLES[key]}")
        entries.append(entry)
    return tuple(entries)


def _entry(written: str, *, is_span: bool) -> Daily | None:
    found = _ENTRY.fullmatch(written.strip().lower())
    if found is None or (found["end"] is not None) != is_span:
        return None
    days, start = _days(found["days"]), _minute(found["start"])
    if days is None or start is None or start == _MINUTES_A_DAY:
        return None
    if not is_span:
        return Daily(days=days, start=start)
    end = _minute(found["end"])
    if end is None or end == start:
        return None
    return Daily(days=days, start=start, minutes=(end - start) % _MINUTES_A_DAY or _MINUTES_A_DAY)


def _days(written: str | None) -> frozenset[int] | None:
    """Return the days of `mon`, `sat,sun` or `mon-fri`; None: it is none of these."""
    if written is None:
        return _WEEK
    days: set[int] = set()
    for part in written.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return None
        start = _DAYS.index(first)
        days |= {(start + n) % 7 for n in range((_DAYS.index(last or first) - start) % 7 + 1)}
    return frozenset(days)


def _minute(written: str) -> int | None:
    hour, minute = int(written[:2]), int(written[3:])
    found = hour * 60 + minute
    return found if minute < 60 and found <= _MINUTES_A_DAY else None  # noqa: PLR2004 (an hour)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return a wall-clock time as UTC; one that a change of the clock skips comes right after."""
    day += timedelta(days=minute // _MINUTES_A_DAY)
    minute %= _MINUTES_A_DAY
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _next(entry: Daily, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first such time that is not before now."""
    today = now.astimezone(zone).date()
    candidates = (
        _instant(day, entry.start, zone)
        for day in (today + timedelta(days=n) for n in range(8))
        if day.weekday() in entry.days
    )
    return next(instant for instant in candidates if instant >= now)


def _end_of(span: Daily, then: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when this span ends if the time lies in it; one that began yesterday counts."""
    today = then.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        if day.weekday() not in span.days:
            continue
        end = _instant(day, span.start + span.minutes, zone)
        if _instant(day, span.start, zone) <= then < end:
            return end
    return None


def _is_always_quiet(timetable: Timetable) -> bool:
    quiet = {
        (day * _MINUTES_A_DAY + span.start + minute) % (7 * _MINUTES_A_DAY)
        for span in timetable.quiet
        for day in span.days
        for minute in range(span.minutes)
    }
    return len(quiet) == 7 * _MINUTES_A_DAY
