"""How much a site publishes against its own weeks: quiet is not unusual, and a holiday is none."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.volume import is_rest, is_vacation, volume, with_volume
from storage.health import Finding, Health, since_then

TODAY = date(2026, 4, 24)  # a Friday
DAY = timedelta(days=1)
NOW = datetime(2026, 4, 24, tzinfo=UTC)


def published(rates, *, days=70, today=TODAY, seed=1, rest=0.0):
    """Counts of days before today: `rates` of days of work, the last one for the oldest."""
    rng = random.Random(seed)
    found = {}
    for n in range(days):
        day = today - n * DAY
        rate = rates[min(n // 7, len(rates) - 1)] * (rest if is_rest(day) else 1)
        found[day] = sum(rng.random() < rate / 20 for _ in range(20))
    return {day: count for day, count in found.items() if count}


def said(days, today=TODAY):
    return (volume(days, today=today).said or "").partition(":")[0]


def test_a_week_as_the_others_is_usual_and_one_without_or_with_much_is_not():
    assert said(published([4])) == ""
    assert said({day: n for day, n in published([4]).items() if day < TODAY - 8 * DAY}) == (
        "unusually quiet"
    )
    assert said(published([16, 16, 3, 3, 3])) == "unusually busy"


def test_a_site_that_seldom_publishes_is_quiet_and_never_unusual():
    days = {TODAY - 12 * DAY: 1, TODAY - 50 * DAY: 2}

    found = with_volume(Finding(health=Health.HEALTHY), days, today=TODAY)

    assert found.health is Health.QUIET
    assert str(TODAY - 12 * DAY) in found.evidence


def test_a_vacation_is_quiet_and_its_end_is_not_busy():
    summer = date(2026, 7, 20)
    before = {day: n for day, n in published([4], today=summer).items() if day < date(2026, 7, 11)}

    in_summer = with_volume(Finding(health=Health.HEALTHY), before, today=summer)

    assert (in_summer.health, "vacation" in in_summer.evidence) == (Health.QUIET, True)
    autumn = published([4, 0.4], today=date(2026, 9, 8))
    assert said(autumn, date(2026, 9, 8)) == ""


def test_a_week_of_public_holidays_expects_what_its_days_have():
    today = date(2026, 10, 9)
    days = {day: n for day, n in published([3], today=today).items() if not is_rest(day)}

    assert said(days, today) in {"", "nothing new since 2026-09-30, as usual for it"}


@pytest.mark.parametrize("rate", [0.1, 0.5, 2.0, 6.0])
def test_weeks_that_differ_by_chance_are_seldom_unusual(rate):
    weeks = [said(published([rate], seed=seed, rest=0.2)) for seed in range(200)]

    assert sum(word.startswith("unusually") for word in weeks) <= 6


def test_the_lunar_year_is_known():
    assert (is_vacation(date(2026, 2, 17)), is_rest(date(2027, 2, 6))) == (True, True)
    assert (is_vacation(date(2026, 4, 1)), is_rest(date(2026, 4, 8))) == (False, False)


def test_what_was_unusual_is_told_once_it_is_over_until_something_else_is():
    unusual = "unusually quiet: 0 articles"

    over = since_then(unusual, None, now=NOW)

    assert over == f"as usual again since 2026-04-24; before: {unusual}"
    assert since_then(over, None, now=NOW + 7 * DAY) == over
    assert since_then(over, "other", now=NOW + 7 * DAY) == "other"
