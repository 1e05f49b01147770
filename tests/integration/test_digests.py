"""What waited for a channel's time is told together, once, and nothing is lost in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from scheduler.matching import match_all
from scheduler.messages import bundle_due
from storage.alert import AttemptOutcome, DeliveryRow, DeliveryState, WrittenChannel
from storage.alerts import Alerts
from storage.bundling import Bundling
from storage.deliveries import Deliveries
from storage.holder import me
from storage.schema import Content, Delivery, Document, Event, Site, Version
from storage.store import Store
from storage.watches import Watches

NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # 08:00
DIGEST = {"digest": ["08:00"]}
LEASE = timedelta(minutes=2)


@pytest.fixture
def store(store: Store) -> Store:
    with store.write() as connection:
        values = {"name": "yunling", "title": "云岭大学", "added_at": NIGHT}
        connection.execute(insert(Site).values(**values))
    return store


def publish(store: Store, title: str) -> None:
    with store.write() as connection:

        def add(table: Any, **values: Any) -> int:
            return int(connection.scalar(insert(table).values(**values).returning(table.id)))

        content = add(
            Content, content_hash=f"1:{title}", title=title, text="正文", created_at=NIGHT
        )
        document = add(
            Document, site_id=1, page_key=title, link_key=title, url_key=title,
            url=f"https://u.example/{title}", content_id=content, first_seen_at=NIGHT,
            last_seen_at=NIGHT,
        )  # fmt: skip
        version = add(
            Version, document_id=document, number=1, content_id=content, reason="first",
            seen_from=NIGHT, extractor_version=1, body_hash="0", credits=[], attachments=[],
            images=[], flags=[],
        )  # fmt: skip
        add(
            Event, uid=f"evt_{title}", key=title, kind="new", site_id=1, document_id=document,
            version_id=version, occurred_at=NIGHT,
        )  # fmt: skip


def watching(store: Store, options: dict[str, Any], kind: str = "console", **watch: Any) -> None:
    Watches(store).sync(
        watches={"all": {"name": "all", **watch}},
        channels=[WrittenChannel(name="office", kind=kind, options=options)],
        now=NIGHT - timedelta(days=1),
    )


def match(store: Store, now: datetime = NIGHT) -> int:
    return match_all(Alerts(store), Watches(store), now=now)


def bundle(store: Store, now: datetime) -> int:
    return bundle_due(Bundling(store), now=now)


def rows(store: Store, *states: DeliveryState) -> list[DeliveryRow]:
    return [row for row in reversed(Deliveries(store).latest(100)) if row.state in states]


def test_what_is_found_at_night_is_one_message_in_the_morning(store: Store) -> None:
    watching(store, DIGEST)
    for title in ("甲", "乙", "丙"):
        publish(store, title)

    match(store)
    early = bundle(store, MORNING - timedelta(seconds=1))
    made = bundle(store, MORNING)
    again = bundle(store, MORNING)

    (digest,) = rows(store, DeliveryState.PENDING)
    assert (early, made, again) == (0, 1, 0)
    assert digest.subject == "【早报】03-03 3 条：新文章 3"
    assert digest.watch is None
    assert digest.idempotency_key.startswith("dig_")
    assert len(rows(store, DeliveryState.BUNDLED)) == 3


def test_quiet_hours_still_match_and_tell_after(store: Store) -> None:
    watching(store, {"quiet": ["22:00-07:00"]})
    publish(store, "甲")

    alerts = match(store)
    waiting = rows(store, DeliveryState.WAITING)
    bundle(store, MORNING)

    assert alerts == 1
    assert [row.next_attempt_at for row in waiting] == [MORNING - timedelta(hours=1)]
    assert [row.idempotency_key for row in rows(store, DeliveryState.PENDING)] == ["evt_甲"]


def test_a_message_that_waited_alone_leaves_as_itself(store: Store) -> None:
    watching(store, DIGEST)
    publish(store, "甲")

    match(store)
    bundle(store, MORNING)

    (alone,) = rows(store, DeliveryState.PENDING)
    assert (alone.watch, alone.subject) == ("all", "【新文章】甲 - 云岭大学")


def test_an_urgent_watch_does_not_wait(store: Store) -> None:
    watching(store, DIGEST, urgent=True)
    publish(store, "甲")

    match(store)

    assert [row.next_attempt_at for row in rows(store, DeliveryState.PENDING)] == [NIGHT]


def test_a_long_digest_is_sent_in_parts_and_in_order(store: Store) -> None:
    watching(store, DIGEST | {"url_env": "BOT"}, kind="wecom")
    for number in range(60):
        publish(store, f"第{number}号奖学金评定办法发布")

    match(store)
    parts = bundle(store, MORNING)

    deliveries = Deliveries(store)
    claimed = deliveries.claim(1, holder=me(), now=MORNING, lease=LEASE)
    assert claimed is not None
    assert parts > 1
    assert claimed.message["text"].startswith(f"（1/{parts}）\n【早报】03-03 60 条")
    deliveries.record_attempt(
        claimed, holder=me(), outcome=AttemptOutcome.RETRY, detail=None,
        next_attempt_at=MORNING + LEASE, now=MORNING,
    )  # fmt: skip
    assert deliveries.claim(1, holder=me(), now=MORNING, lease=LEASE) is None
    again = deliveries.claim(1, holder=me(), now=MORNING + LEASE, lease=LEASE)
    assert again is not None
    assert again.idempotency_key == claimed.idempotency_key


def test_every_member_names_its_digest(store: Store) -> None:
    watching(store, DIGEST)
    publish(store, "甲")
    publish(store, "乙")

    match(store)
    bundle(store, MORNING)

    with store.read() as connection:
        found = connection.execute(
            select(Delivery.state, Delivery.digest_id, Delivery.id).order_by(Delivery.id)
        ).all()
    *members, digest = found
    assert {row.digest_id for row in members} == {digest.id}
    assert digest.digest_id == digest.id


def test_a_channel_that_is_removed_gives_up_what_waited_for_it(store: Store) -> None:
    watching(store, DIGEST)
    publish(store, "甲")
    match(store)

    Watches(store).sync(watches={}, channels=[], now=NIGHT)

    assert len(rows(store, DeliveryState.DEAD)) == 1
    assert bundle(store, MORNING) == 0
