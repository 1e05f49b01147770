"""The rhythm of a column is learned from its past, and looks follow it within their budget."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.plan import column_look, pace_of
from scheduler.rhythm import Published, Rhythm, learn

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def exactly(at: datetime) -> Published:
    return Published(earliest=at, latest=at)


def learned(
    *times: datetime, now: datetime = MONDAY, since: datetime = MONDAY - 8 * WEEK
) -> Rhythm:
    return learn([exactly(at) for at in sorted(times)], since=since, now=now, zone=ZONE)


def looks_in(rhythm: Rhythm, start: datetime, end: datetime, *, a_day: float = 24) -> int:
    pace = pace_of([rhythm], looks_a_day=a_day)
    count, at = 0, start
    while (at := column_look(rhythm, now=at, pace=pace)) < end:
        count += 1
    return count


def test_a_column_that_nothing_is_known_of_is_looked_at_in_office_hours_most() -> None:
    rhythm = learned(since=MONDAY)

    assert rhythm.rate(MONDAY + 10 * HOUR) > 5 * rhythm.rate(MONDAY + 3 * HOUR)
    assert rhythm.rate(MONDAY + 10 * HOUR) > 2 * rhythm.rate(MONDAY + 5 * DAY + 10 * HOUR)


def test_a_weekly_notice_is_expected_on_its_afternoon() -> None:
    friday = MONDAY + 4 * DAY + 16 * HOUR
    rhythm = learned(*(friday - week * WEEK for week in range(1, 9)))

    afternoon = looks_in(rhythm, friday - HOUR, friday + 2 * HOUR)
    tuesday = looks_in(rhythm, friday - 3 * DAY - HOUR, friday - 3 * DAY + 2 * HOUR)

    assert afternoon >= 2 * tuesday


def test_where_only_the_day_is_known_the_usual_hours_of_it_are_meant() -> None:
    day = Published(earliest=MONDAY - WEEK, latest=MONDAY - WEEK + DAY - HOUR)

    rhythm = learn([day], since=MONDAY - 8 * WEEK, now=MONDAY, zone=ZONE)

    assert rhythm.rate(MONDAY + WEEK + 10 * HOUR) > rhythm.rate(MONDAY + WEEK + 2 * HOUR)


def test_a_vacation_quiets_a_column_and_its_end_wakes_it() -> None:
    busy = [MONDAY - 12 * WEEK + n * DAY / 2 for n in range(100)]  # until some 5 weeks ago
    since = MONDAY - 20 * WEEK
    noon = MONDAY + 10 * HOUR

    before = learn([exactly(at) for at in busy], since=since, now=busy[-1] + HOUR, zone=ZONE)
    asleep = learn([exactly(at) for at in busy], since=since, now=MONDAY, zone=ZONE)
    back = [*busy, *(MONDAY + n * DAY + 9 * HOUR for n in range(5))]
    awake = learn([exactly(at) for at in back], since=since, now=MONDAY + 5 * DAY, zone=ZONE)

    assert asleep.rate(noon) < 0.35 * before.rate(noon - 12 * WEEK + 7 * WEEK)
    assert awake.rate(noon + 2 * WEEK) > 2 * asleep.rate(noon + 2 * WEEK)


def test_what_was_just_found_makes_more_expected_soon() -> None:
    now = MONDAY + 10 * HOUR
    quiet, burst = learned(now=now), learned(now - timedelta(minutes=1), now=now)

    assert burst.rate(now) > 3 * quiet.rate(now)
    assert burst.rate(now + 12 * HOUR) < 0.01 * burst.rate(now)


def test_the_looks_of_a_week_use_the_budget_of_the_site_and_not_more() -> None:
    columns = [
        learned(*(MONDAY - n * DAY / 3 for n in range(1, 90))),
        learned(MONDAY - 40 * DAY),
        learned(),
    ]
    pace = pace_of(columns, looks_a_day=72)

    made = 0
    for rhythm in columns:
        at = MONDAY
        while (at := column_look(rhythm, now=at, pace=pace)) < MONDAY + WEEK:
            made += 1

    assert 0.8 * 7 * 72 < made <= 1.1 * 7 * 72


def test_a_week_that_used_too_much_slows_the_pace_down() -> None:
    rhythm = learned()

    assert (
        pace_of([rhythm], looks_a_day=24, used_a_day=30).quantum
        > 2 * pace_of([rhythm], looks_a_day=24, used_a_day=20).quantum
    )


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 90 * 24 * 60), max_size=40),
    st.floats(0.5, 2000),
    st.integers(0, 7 * 24 * 60),
)
def test_a_look_is_never_sooner_or_later_than_is_allowed(
    minutes: list[int], a_day: float, minute: int
) -> None:
    now = MONDAY + timedelta(minutes=minute)
    times = sorted(now - timedelta(minutes=m) for m in minutes)
    rhythm = learn([exactly(at) for at in times], since=now - 90 * DAY, now=now, zone=ZONE)
    soonest, latest = timedelta(minutes=10), timedelta(hours=20)
    pace = pace_of([rhythm], looks_a_day=a_day, soonest=soonest, latest=latest)

    due = column_look(rhythm, now=now, pace=pace)

    assert now + soonest <= due <= now + latest
    assert column_look(rhythm, now=now, pace=pace) == due
