"""When something happens next."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.plan import RETRY_DELAYS, backoff, next_look, next_try

DUE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_next_look_is_one_interval_away_give_or_take_a_twentieth() -> None:
    planned = [next_look(f"site{n}", due_at=DUE, now=DUE, every=HOUR) for n in range(200)]

    waits = [plan.due_at - DUE for plan in planned]
    assert all(HOUR * 0.95 <= wait <= HOUR * 1.05 for wait in waits)
    assert max(waits) - min(waits) > HOUR * 0.08  # sites that began together spread out
    assert {plan.missed for plan in planned} == {0}


def test_the_plan_is_the_same_for_the_same_site_and_time() -> None:
    first, second = (next_look("site", due_at=DUE, now=DUE, every=HOUR) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("late", "missed"),
    [(timedelta(minutes=59), 0), (HOUR, 1), (timedelta(hours=50), 50)],
)
def test_one_look_makes_up_for_all_that_were_missed(late: timedelta, missed: int) -> None:
    plan = next_look("site", due_at=DUE, now=DUE + late, every=HOUR)

    assert plan.missed == missed
    assert plan.due_at >= DUE + late + HOUR * 0.95


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (timedelta(minutes=30), 1, timedelta(hours=1)),
        (timedelta(minutes=30), 3, timedelta(hours=4)),
        (timedelta(minutes=30), 1000, timedelta(hours=6)),
        (timedelta(days=1), 5, timedelta(days=1)),
    ],
)
def test_a_failing_site_is_left_alone_longer_and_longer(
    every: timedelta, failures: int, wait: timedelta
) -> None:
    assert backoff(every, failures=failures) == wait


def test_tries_follow_the_plan_and_end() -> None:
    tries = [next_try(n, now=DUE, delays=RETRY_DELAYS, retry_after=None) for n in range(1, 11)]

    assert tries == [*(DUE + delay for delay in RETRY_DELAYS), None]
    assert sum(RETRY_DELAYS, timedelta()) == timedelta(seconds=272_105)  # 75.6 hours


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=30), timedelta(days=1)),
    ],
)
def test_a_receiver_that_asks_for_more_time_gets_it_up_to_a_day(
    asked: timedelta, wait: timedelta
) -> None:
    assert next_try(1, now=DUE, delays=RETRY_DELAYS, retry_after=asked) == DUE + wait
