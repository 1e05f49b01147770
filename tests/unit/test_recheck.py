"""Known articles are looked at again by their age and by what they did, within bounds."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import SettingError
from crawler.recheck import Revisits, looks_left, next_check, next_try
from crawler.site import parse_site

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPREAD = 0.2
SITE = {"title": "云岭大学", "start": ["https://news.yunling.example/xw.htm"]}


def wait(
    age: timedelta, *, changed: timedelta | None = None, revisits: Revisits | None = None
) -> timedelta:
    """Return the time until the next look at an article of this age that changed so long ago."""
    at = next_check(
        "key", now=NOW, first_seen_at=NOW - age, published_at=None,
        changed_at=None if changed is None else NOW - changed, revisits=revisits or Revisits(),
    )  # fmt: skip
    return at - NOW


def test_the_older_the_longer_and_each_wait_grows_less_than_the_age() -> None:
    waits = [wait(age * DAY) for age in (1, 2, 4, 8, 16, 32, 64)]

    assert waits == sorted(waits)
    assert all(longer < 2 * shorter for shorter, longer in itertools.pairwise(waits))


def test_an_article_that_changed_is_as_young_as_its_change() -> None:
    assert wait(60 * DAY, changed=2 * DAY) == wait(2 * DAY)
    assert wait(2 * DAY, changed=60 * DAY) == wait(2 * DAY)


def test_no_wait_leaves_its_bounds() -> None:
    revisits = Revisits(soonest=2 * HOUR, latest=3 * DAY)

    young, old = wait(HOUR, revisits=revisits), wait(900 * DAY, revisits=revisits)

    assert (1 - SPREAD) * 2 * HOUR <= young <= (1 + SPREAD) * 2 * HOUR
    assert (1 - SPREAD) * 3 * DAY <= old <= (1 + SPREAD) * 3 * DAY


def test_a_day_has_so_many_looks_and_a_crawl_its_share_of_them() -> None:
    assert looks_left(Revisits(a_day=50), made=0) == 20
    assert looks_left(Revisits(a_day=50), made=45) == 5
    assert looks_left(Revisits(a_day=50), made=80) == 0


def test_a_page_that_gives_nothing_is_tried_again_ever_more_seldom_up_to_once_a_week() -> None:
    waits = [next_try(now=NOW, tries=tries) - NOW for tries in (0, 1, 2, 3, 16, 1000)]

    minute = timedelta(minutes=1)
    assert waits == [10 * minute, 20 * minute, 40 * minute, 80 * minute, 7 * DAY, 7 * DAY]


def test_a_site_file_sets_the_bounds() -> None:
    said = {"revisit_soonest": "1h", "revisit_latest": "30d", "revisits_a_day": 9}

    site = parse_site("yunling", {**SITE, **said}, families=())

    assert site.revisits == Revisits(soonest=HOUR, latest=30 * DAY, a_day=9)


def test_bounds_that_contradict_each_other_are_an_error() -> None:
    with pytest.raises(SettingError, match="revisit_latest"):
        parse_site("yunling", {**SITE, "revisit_latest": "1h"}, families=())
