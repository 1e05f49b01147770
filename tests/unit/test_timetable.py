"""When a channel may be told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import SettingError
from scheduler.timetable import after_quiet, leaves_at, parse_timetable

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday.
MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return (MONDAY + timedelta(days=day, hours=hour, minutes=minute)).astimezone(UTC)


def told(now: datetime, **keys: object) -> datetime:
    return leaves_at(parse_timetable(keys, "channel[0]"), now)


def test_without_a_timetable_a_message_leaves_at_once() -> None:
    assert told(at(0, 3)) == at(0, 3)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(0, 7), at(0, 8)),
        (at(0, 8), at(0, 8)),
        (at(0, 8, 1), at(0, 17, 30)),
        (at(0, 18), at(1, 8)),
        (at(4, 18), at(5, 8)),
    ],
)
def test_a_digest_leaves_at_the_next_of_its_times(now: datetime, due: datetime) -> None:
    assert told(now, digest=["08:00", "17:30"]) == due


def test_a_weekly_digest_waits_for_its_day() -> None:
    assert told(at(4, 17, 1), digest="fri 17:00") == at(11, 17)
    assert told(at(0, 0), digest="mon-wed,sat 09:00") == at(0, 9)
    assert told(at(2, 10), digest="mon-wed,sat 09:00") == at(5, 9)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(0, 21, 59), at(0, 21, 59)),
        (at(0, 22), at(1, 7)),
        (at(1, 6, 59), at(1, 7)),
        (at(1, 7), at(1, 7)),
        (at(4, 23), at(7, 7)),  # the night leads into a quiet week-end, and that into a night
        (at(6, 12), at(7, 7)),
    ],
)
def test_quiet_hours_keep_a_message_until_they_end(now: datetime, due: datetime) -> None:
    assert told(now, quiet=["22:00-07:00", "sat-sun 00:00-24:00"]) == due


def test_a_digest_in_quiet_hours_comes_when_they_end() -> None:
    assert told(at(0, 20), digest="23:00", quiet="22:00-07:00") == at(1, 7)


def test_times_are_those_of_the_channels_zone() -> None:
    nine_in_berlin = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    minute = timedelta(minutes=1)
    keys = {"digest": "09:00", "timezone": "Europe/Berlin"}

    assert told(nine_in_berlin - minute, **keys) == nine_in_berlin
    assert told(nine_in_berlin + minute, **keys) == nine_in_berlin + timedelta(days=1)


def test_a_time_that_a_change_of_the_clock_skips_is_still_told_once_that_day() -> None:
    eve = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # 01:00 in Berlin; 02:30 does not exist
    assert told(eve, digest="02:30", timezone="Europe/Berlin") == eve + timedelta(
        hours=1, minutes=30
    )


@given(
    st.integers(0, 7 * 24 * 60 - 1),
    st.lists(st.sampled_from(["08:00", "17:30", "fri 12:00"]), max_size=3),
    st.lists(st.sampled_from(["22:00-07:00", "sat 00:00-24:00", "12:00-12:30"]), max_size=3),
)
def test_a_message_is_never_early_never_in_quiet_hours_and_at_most_days_late(
    minute: int, digest: list[str], quiet: list[str]
) -> None:
    keys = {key: value for key, value in (("digest", digest), ("quiet", quiet)) if value}
    timetable = parse_timetable(keys, "")
    now = at(0, 0) + timedelta(minutes=minute)

    due = leaves_at(timetable, now)

    assert now <= due <= now + timedelta(days=9)
    assert after_quiet(timetable, due) == due


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"digest": ["8:00"]}, r"channel\[0\]\.digest\[0\]"),
        ({"digest": ["25:00"]}, "digest"),
        ({"digest": ["08:60"]}, "digest"),
        ({"digest": ["08:00-09:00"]}, "digest"),
        ({"quiet": ["22:00"]}, "quiet"),
        ({"quiet": ["someday 22:00-23:00"]}, "quiet"),
        ({"quiet": ["08:00-08:00"]}, "quiet"),
        ({"quiet": ["00:00-24:00"]}, "leaves no time"),
        ({"quiet": ["06:00-18:00", "18:00-06:00"]}, "leaves no time"),
        ({"timezone": "Mars/Base"}, "timezone"),
    ],
)
def test_what_cannot_be_kept_is_named(keys: dict[str, object], key: str) -> None:
    with pytest.raises(SettingError, match=key):
        parse_timetable(keys, "channel[0]")
