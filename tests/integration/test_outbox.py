"""Deliveries leave once where nothing fails, again under the same key where something does."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from scheduler.outbox import Outbox, OutboxSettings
from scheduler.plan import RETRY_DELAYS
from storage.alert import AttemptOutcome, DeliveryState
from storage.claiming import Budget
from storage.deliveries import Deliveries
from storage.holder import me
from storage.schema import Alert, Channel, Delivery, DeliveryAttempt, Event, Site, Watch
from storage.store import Store
from tests.integration.test_email import Mailbox, running

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
SOON = timedelta(seconds=30)


@pytest.fixture
def store(store: Store) -> Store:
    with store.write() as connection:
        connection.execute(insert(Site).values(name="yunling", added_at=NOW))
        connection.execute(
            insert(Watch).values(name="w", origin="file", definition={"name": "w"}, created_at=NOW)
        )
    return store


class Inbox:
    """A web server that keeps the keys it got; `status` is what it answers."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                inbox.keys.append(self.headers["webhook-id"])
                inbox.may_answer.wait(10)
                self.send_response(inbox.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def options(self) -> dict[str, str]:
        return {"url": f"http://127.0.0.1:{self.server.server_port}/"}

    def close(self) -> None:
        self.may_answer.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox()) as told:
        yield told


def add_channel(store: Store, kind: str, options: Mapping[str, object], name: str = "hook") -> int:
    return _id(store, Channel, name=name, kind=kind, origin="file", options=options, created_at=NOW)


def add_delivery(store: Store, channel: int, key: str, *, parts: int = 1) -> None:
    event = _id(
        store, Event, uid=key, key=key, kind="new", site_id=1, occurred_at=NOW, matched_at=NOW
    )
    alert = _id(store, Alert, watch_id=1, event_id=event, matched=[], created_at=NOW)
    for part in range(1, parts + 1):
        name = key if part == 1 else f"{key}.{part}"
        _id(
            store, Delivery, alert_id=alert, channel_id=channel, part=part, idempotency_key=name,
            message={"subject": name, "text": name, "payload": {"id": key}}, created_at=NOW,
            next_attempt_at=NOW,
        )  # fmt: skip


def _id(store: Store, table: Any, **values: Any) -> int:
    with store.write() as connection:
        return int(connection.scalar(insert(table).values(**values).returning(table.id)))


def outbox(
    store: Store,
    now: datetime = NOW,
    delays: tuple[timedelta, ...] = RETRY_DELAYS,
    environ: dict[str, str] | None = None,
) -> Outbox:
    settings = OutboxSettings(
        holder=me(),
        retry_delays=delays,
        allow_private_hosts=True,
        environ=environ or {},
        user_agent="Wenxun/test",
    )
    return Outbox(Deliveries(store), settings, clock=lambda: now)


def attempts(store: Store) -> list[tuple[int, str | None]]:
    with store.read() as connection:
        rows = connection.execute(select(DeliveryAttempt).order_by(DeliveryAttempt.id)).all()
    return [(row.number, row.outcome) for row in rows]


def state(store: Store, number: int = 0) -> tuple[DeliveryState, int, datetime | None]:
    row = Deliveries(store).latest(10)[number]
    return row.state, row.attempts, row.next_attempt_at


def test_what_is_due_leaves_in_order_and_once(store: Store, inbox: Inbox) -> None:
    channel = add_channel(store, "webhook", inbox.options)
    for key in ("evt_1", "evt_2", "evt_3"):
        add_delivery(store, channel, key)

    drained = [outbox(store).drain(within=SOON) for _ in range(2)]

    assert drained == [True, True]
    assert inbox.keys == ["evt_1", "evt_2", "evt_3"]
    assert Deliveries(store).counts()[DeliveryState.SENT] == 3


def test_a_failure_is_tried_again_by_plan_under_the_same_key_and_then_given_up(
    store: Store, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    add_delivery(store, add_channel(store, "webhook", inbox.options), "evt_1")
    inbox.status = 500
    delays = (timedelta(seconds=5), timedelta(minutes=5))

    outbox(store, NOW, delays).drain(within=SOON)
    first = state(store)
    outbox(store, NOW + timedelta(seconds=4), delays).drain(within=SOON)
    early = state(store)
    outbox(store, NOW + timedelta(seconds=5), delays).drain(within=SOON)
    second = state(store)
    outbox(store, NOW + timedelta(minutes=10), delays).drain(within=SOON)
    third = state(store)

    assert first == early == (DeliveryState.PENDING, 1, NOW + timedelta(seconds=5))
    assert second == (DeliveryState.PENDING, 2, NOW + timedelta(minutes=5, seconds=5))
    assert third == (DeliveryState.DEAD, 3, None)
    assert inbox.keys == ["evt_1"] * 3
    assert "alert given up id=evt_1 watch=w channel=hook detail=HTTP 500" in caplog.text


def test_a_retry_by_hand_begins_the_plan_anew(store: Store, inbox: Inbox) -> None:
    add_delivery(store, add_channel(store, "webhook", inbox.options), "evt_1")
    inbox.status = 410
    outbox(store).drain(within=SOON)
    inbox.status = 500

    retried = Deliveries(store).retry(None, now=NOW)
    outbox(store).drain(within=SOON)
    again = Deliveries(store).retry(None, now=NOW)

    assert (retried, again) == (1, 0)
    assert state(store) == (DeliveryState.PENDING, 1, NOW + timedelta(seconds=5))
    assert attempts(store) == [(1, AttemptOutcome.DEAD), (2, AttemptOutcome.RETRY)]


def test_a_claim_is_written_before_anything_is_sent_and_is_one_senders(store: Store) -> None:
    channel = add_channel(store, "console", {})
    add_delivery(store, channel, "evt_1")
    deliveries = Deliveries(store)

    claims = [deliveries.claim(channel, holder=me(), now=NOW, lease=LEASE) for _ in range(2)]

    assert claims[0] is not None
    assert claims[0].idempotency_key == "evt_1"
    assert claims[1] is None
    assert attempts(store) == [(1, None)]


def test_what_a_dead_sender_had_claimed_is_due_at_once_under_the_same_key(
    store: Store, inbox: Inbox
) -> None:
    channel = add_channel(store, "webhook", inbox.options)
    add_delivery(store, channel, "evt_1")
    dead = _dead_holder()
    Deliveries(store).claim(channel, holder=dead, now=NOW, lease=LEASE)

    released = Deliveries(store).release_abandoned(NOW)
    outbox(store).drain(within=SOON)

    assert released == 1
    assert inbox.keys == ["evt_1"]
    assert attempts(store) == [(1, AttemptOutcome.UNKNOWN), (2, AttemptOutcome.SENT)]


def test_a_sender_past_its_lease_loses_it_and_cannot_record(store: Store) -> None:
    channel = add_channel(store, "console", {})
    add_delivery(store, channel, "evt_1")
    deliveries = Deliveries(store)
    claimed = deliveries.claim(channel, holder="elsewhere:boot:1:1", now=NOW, lease=LEASE)
    assert claimed is not None

    early = deliveries.release_abandoned(NOW + LEASE - timedelta(seconds=1))
    late = deliveries.release_abandoned(NOW + LEASE)
    recorded = deliveries.record_attempt(
        claimed,
        holder="elsewhere:boot:1:1",
        outcome=AttemptOutcome.SENT,
        detail=None,
        next_attempt_at=None,
        now=NOW + LEASE,
    )

    assert (early, late, recorded) == (0, 1, None)
    assert state(store)[0] is DeliveryState.PENDING


def test_who_was_taken_over_ends_no_try_of_the_next_sender(store: Store) -> None:
    channel = add_channel(store, "console", {})
    add_delivery(store, channel, "evt_1")
    deliveries = Deliveries(store)
    slow, next_one = "elsewhere:boot:1:1", "elsewhere:boot:2:2"
    claimed = deliveries.claim(channel, holder=slow, now=NOW, lease=LEASE)
    deliveries.release_abandoned(NOW + LEASE)
    again = deliveries.claim(channel, holder=next_one, now=NOW + LEASE, lease=LEASE)
    assert claimed is not None
    assert again is not None

    recorded = [
        deliveries.record_attempt(
            one, holder=holder, outcome=outcome, detail=None, next_attempt_at=None,
            now=NOW + LEASE,
        )
        for one, holder, outcome in (
            (claimed, slow, AttemptOutcome.DEAD),
            (again, next_one, AttemptOutcome.SENT),
        )
    ]  # fmt: skip

    assert recorded == [None, DeliveryState.SENT]
    assert state(store)[0] is DeliveryState.SENT


def test_a_channel_that_hangs_delays_nobody_else(
    store: Store, inbox: Inbox, tmp_path: Path
) -> None:
    log = tmp_path / "alerts.jsonl"
    inbox.may_answer.clear()
    add_delivery(store, add_channel(store, "webhook", inbox.options), "evt_1")
    add_delivery(store, add_channel(store, "file", {"path": str(log)}, "log"), "evt_2")
    box = outbox(store)

    closed = box.drain(within=timedelta(seconds=1))
    meanwhile = {row.channel: row.state for row in Deliveries(store).latest(10)}
    inbox.may_answer.set()

    assert closed is False
    assert meanwhile == {"hook": DeliveryState.SENDING, "log": DeliveryState.SENT}
    assert box.close(within=SOON) is True
    assert state(store, 1)[0] is DeliveryState.SENT


def test_two_processes_send_each_delivery_once(store: Store, inbox: Inbox) -> None:
    channel = add_channel(store, "webhook", inbox.options)
    keys = [f"evt_{number}" for number in range(40)]
    for key in keys:
        add_delivery(store, channel, key)
    program = (
        "import sys; from datetime import *; from scheduler.outbox import *; "
        "from storage.store import open_store; from storage.deliveries import Deliveries; "
        "from storage.holder import me\n"
        "settings = OutboxSettings(holder=me(), retry_delays=(), allow_private_hosts=True, "
        "environ={}, user_agent='t')\n"
        "box = Outbox(Deliveries(open_store(sys.argv[1])), settings, "
        "clock=lambda: datetime.now(UTC))\n"
        "box.drain(within=timedelta(seconds=60))"
    )
    senders = [
        subprocess.Popen([sys.executable, "-c", program, store.url], env=os.environ)
        for _ in range(2)
    ]

    codes = [sender.wait(60) for sender in senders]

    assert codes == [0, 0]
    assert sorted(inbox.keys) == sorted(keys)


def test_a_part_waits_until_those_before_it_have_arrived(store: Store, inbox: Inbox) -> None:
    channel = add_channel(store, "webhook", inbox.options)
    add_delivery(store, channel, "evt_1", parts=3)
    inbox.status = 500

    outbox(store).drain(within=SOON)
    inbox.status = 200
    outbox(store, NOW + timedelta(seconds=4)).drain(within=SOON)
    early = list(inbox.keys)
    outbox(store, NOW + timedelta(seconds=5)).drain(within=SOON)

    assert early == ["evt_1"]
    assert inbox.keys == ["evt_1", "evt_1", "evt_1.2", "evt_1.3"]


def test_parts_go_on_where_one_before_them_was_given_up(store: Store, inbox: Inbox) -> None:
    add_delivery(store, add_channel(store, "webhook", inbox.options), "evt_1", parts=2)
    inbox.status = 410

    outbox(store).drain(within=SOON)

    assert inbox.keys == ["evt_1", "evt_1.2"]
    assert Deliveries(store).counts()[DeliveryState.DEAD] == 2


def test_no_more_is_tried_than_the_receiver_takes(store: Store) -> None:
    channel, other = (add_channel(store, "console", {}, name) for name in ("a", "b"))
    for number in range(5):
        add_delivery(store, channel, f"evt_{number}")
    add_delivery(store, other, "evt_other")
    budget = ((2, timedelta(seconds=10)), (3, timedelta(minutes=1)))

    sent = {
        second: _send_one(store, channel, budget, NOW + timedelta(seconds=second))
        for second in (0, 1, 2, 10, 11, 59, 60)
    }

    assert [second for second, key in sent.items() if key] == [0, 1, 10, 60]
    assert _send_one(store, other, budget, NOW + timedelta(seconds=2)) == "evt_other"


def test_channels_of_one_bot_share_its_budget(store: Store, inbox: Inbox) -> None:
    url = inbox.options["url"]
    environ = {"A": f"{url}?key=1", "B": f"{url}?key=1&x=1", "C": f"{url}?key=2"}
    lately = {"started_at": NOW - timedelta(seconds=30), "outcome": "retry"}
    for first, variable in enumerate(environ):
        channel = add_channel(store, "wecom", {"url_env": variable}, name=variable)
        for number in range(2):
            add_delivery(store, channel, f"evt_{variable}{number}")
        for number in range(-9, 0):
            _id(store, DeliveryAttempt, delivery_id=2 * first + 1, number=number, **lately)

    outbox(store, environ=environ).drain(within=SOON)
    outbox(store, environ=environ).drain(within=SOON)

    tried = [row.channel for row in Deliveries(store).latest(10) if row.attempts]
    assert len([channel for channel in tried if channel in {"A", "B"}]) == 20 - 18
    assert tried.count("C") == 2


def test_a_sender_that_breaks_off_is_a_failed_try(
    store: Store, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    add_delivery(store, add_channel(store, "webhook", inbox.options), "evt_1")
    with store.write() as connection:
        connection.execute(update(Delivery).values(message={"subject": "evt_1", "text": 7}))

    outbox(store).drain(within=SOON)
    first = state(store)
    outbox(store, NOW + timedelta(seconds=5), delays=(timedelta(seconds=5),)).drain(within=SOON)

    assert first == (DeliveryState.PENDING, 1, NOW + RETRY_DELAYS[0])
    assert attempts(store) == [(1, AttemptOutcome.UNKNOWN), (2, AttemptOutcome.UNKNOWN)]
    assert state(store)[0] is DeliveryState.DEAD
    assert "see the log" in str(Deliveries(store).latest(1)[0].last_error)
    assert "the sender of webhook failed id=evt_1" in caplog.text


def test_two_services_never_send_on_one_channel_at_once(store: Store) -> None:
    channel = add_channel(store, "console", {})
    for key in ("evt_1", "evt_2"):
        add_delivery(store, channel, key)
    deliveries = Deliveries(store)

    first = deliveries.claim(channel, holder=me(), now=NOW, lease=LEASE)
    second = deliveries.claim(channel, holder="elsewhere:boot:1:1", now=NOW, lease=LEASE)

    assert (first is not None, second) == (True, None)


def _send_one(store: Store, channel: int, budget: Sequence[Budget], now: datetime) -> str | None:
    deliveries = Deliveries(store)
    claimed = deliveries.claim(channel, holder=me(), now=now, lease=LEASE, budget=budget)
    if claimed is None:
        return None
    deliveries.record_attempt(
        claimed,
        holder=me(),
        outcome=AttemptOutcome.SENT,
        detail=None,
        next_attempt_at=None,
        now=now,
    )
    return claimed.idempotency_key


def test_a_channel_that_is_no_longer_understood_is_given_up_loudly(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    add_delivery(store, add_channel(store, "pigeon", {}), "evt_1")

    outbox(store).drain(within=SOON)

    assert state(store)[0] is DeliveryState.DEAD
    assert "unknown kind 'pigeon'" in caplog.text


def _dead_holder() -> str:
    program = "from storage.holder import me; print(me())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_who_is_refused_for_now_is_tried_again_and_nobody_else(
    store: Store, mailbox: Mailbox
) -> None:
    desk, slow, gone = (f"{name}@example.org" for name in ("desk", "slow", "gone"))
    channel = add_channel(store, "email", {
        "host": "127.0.0.1", "port": mailbox.port, "security": "none", "from": "w@example.org",
        "to": [desk, slow, f"Gone <{gone}>"],
    })  # fmt: skip
    add_delivery(store, channel, "evt_1")
    mailbox.refuses = {slow: "450 Greylisted", gone: "550 No such user"}

    outbox(store).drain(within=SOON)
    (waits,) = Deliveries(store).latest(2)
    outbox(store, NOW + timedelta(minutes=1)).drain(within=SOON)
    del mailbox.refuses[slow]
    outbox(store, NOW + timedelta(hours=1)).drain(within=SOON)

    (sent,) = Deliveries(store).latest(2)
    assert waits.state is DeliveryState.PENDING
    assert waits.last_error == (f"refused for {slow}: 450 Greylisted; {gone}: 550 No such user")
    assert (sent.state, sent.attempts) == (DeliveryState.SENT, 3)
    assert sent.last_error == f"refused for {gone}: 550 No such user"
    assert mailbox.receivers == [[desk], [slow]]


def test_who_alone_is_left_and_then_refused_for_good_is_named(
    store: Store, mailbox: Mailbox
) -> None:
    channel = add_channel(store, "email", {
        "host": "127.0.0.1", "port": mailbox.port, "security": "none", "from": "w@example.org",
        "to": ["desk@example.org", "slow@example.org"],
    })  # fmt: skip
    add_delivery(store, channel, "evt_1")
    mailbox.refuses = {"slow@example.org": "450 Greylisted"}
    outbox(store).drain(within=SOON)
    mailbox.refuses = {"slow@example.org": "550 No such user"}

    outbox(store, NOW + timedelta(minutes=1)).drain(within=SOON)

    (sent,) = Deliveries(store).latest(2)
    assert sent.state is DeliveryState.SENT
    assert sent.last_error == "refused for slow@example.org: 550 No such user"
