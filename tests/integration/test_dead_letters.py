"""What was given up is told once a day, to those who can still be told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from scheduler.dead_letters import report_dead
from storage.alert import AttemptOutcome, DeliveryState, WrittenChannel
from storage.dead_letters import DeadLetters
from storage.deliveries import Deliveries
from storage.holder import me
from storage.schema import Delivery
from storage.store import Store
from storage.watches import Watches

NINE = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def store(store: Store) -> Store:
    names = ("broken", "office")
    channels = [WrittenChannel(name=name, kind="console", options={}) for name in names]
    Watches(store).sync(watches={}, channels=channels, now=NINE - 9 * DAY)
    return store


def give_up(store: Store, subject: str, at: datetime, channel: int = 1) -> None:
    message = {"subject": subject, "text": subject, "payload": {}}
    with store.write() as connection:
        connection.execute(
            insert(Delivery).values(
                channel_id=channel, idempotency_key=subject, message=message, created_at=at,
                state=DeliveryState.DEAD, dead_at=at, last_error="errcode 310000",
            )
        )  # fmt: skip


def report(store: Store, now: datetime) -> int:
    return report_dead(DeadLetters(store), Watches(store).channels(), now=now)


def told(store: Store) -> list[tuple[str, str]]:
    rows = Deliveries(store).latest(50)
    return [(r.channel, r.subject) for r in rows if r.state is DeliveryState.PENDING]


def test_the_report_comes_at_nine_once_and_not_on_the_channel_that_failed(store: Store) -> None:
    give_up(store, "甲", NINE - 3 * MINUTE)
    give_up(store, "乙", NINE - MINUTE)

    early = report(store, NINE - MINUTE)
    made = report(store, NINE)
    again = report(store, NINE + 5 * MINUTE)

    assert (early, made, again) == (0, 1, 0)
    assert told(store) == [("office", "【未送达】2 条消息未能送达")]


def test_a_service_that_was_down_at_nine_reports_when_it_is_up(store: Store) -> None:
    give_up(store, "甲", NINE - MINUTE)
    give_up(store, "later", NINE + MINUTE)

    assert report(store, NINE + timedelta(hours=6)) == 1
    assert report(store, NINE + DAY) == 1
    assert [subject for _, subject in told(store)] == ["【未送达】1 条消息未能送达"] * 2


def test_a_day_without_losses_is_silent_and_what_is_retried_is_no_loss(store: Store) -> None:
    give_up(store, "甲", NINE - MINUTE)
    Deliveries(store).retry(None, now=NINE - MINUTE)

    assert report(store, NINE) == 0


def test_the_parts_of_a_report_leave_in_their_order(store: Store) -> None:
    channels = [
        WrittenChannel(name="broken", kind="console", options={}),
        WrittenChannel(name="office", kind="wecom", options={"url_env": "BOT"}),
    ]
    Watches(store).sync(watches={}, channels=channels, now=NINE - 9 * DAY)
    for number in range(40):
        give_up(store, f"第{number}号奖学金评定办法发布，各学院按期报送" * 3, NINE - MINUTE)
    report(store, NINE)
    deliveries = Deliveries(store)

    first = deliveries.claim(2, holder=me(), now=NINE, lease=MINUTE)
    assert first is not None
    deliveries.record_attempt(
        first, holder=me(), outcome=AttemptOutcome.RETRY, detail=None,
        next_attempt_at=NINE + MINUTE, now=NINE,
    )  # fmt: skip
    early = deliveries.claim(2, holder=me(), now=NINE, lease=MINUTE)

    assert len(told(store)) > 1
    assert first.message["text"].startswith("（1/")
    assert early is None
