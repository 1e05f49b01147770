"""Many people over one shared crawl: each told of what he waits for, when and how he wants it."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import DDL

from scheduler.dead_letters import report_dead
from scheduler.matching import match_all
from scheduler.messages import bundle_due
from storage.alert import AttemptOutcome, DeliveryState
from storage.alerts import Alerts
from storage.bundling import Bundling
from storage.dead_letters import DeadLetters
from storage.deliveries import Deliveries
from storage.errors import DatabaseFailedError
from storage.holder import me
from storage.store import Store
from storage.watches import Watches
from tests.integration.test_folding import START, publish
from wenxun.config import load_config
from wenxun.subscribers import read_subscribers
from wenxun.watching import rereading, sync_watches

LEASE = timedelta(minutes=2)
GENERAL = """
[[watch]]
name = "news"

[[channel]]
name = "desk"
kind = "console"
"""
WANG = """
digest = ["08:00"]

[[channel]]
name = "mail"
kind = "file"
path = "wang.jsonl"

[[watch]]
name = "news"
all_of = ["图书馆"]
"""
LIU = """
[[channel]]
name = "mail"
kind = "file"
path = "liu.jsonl"

[[watch]]
name = "news"
sites = ["yunling"]

[[watch]]
name = "desk too"
all_of = ["图书馆"]
channels = ["desk", "mail"]
"""
TWO_CHANNELS = """
[[channel]]
name = "mail"
kind = "file"
path = "wang.jsonl"

[[channel]]
name = "phone"
kind = "file"
path = "phone.jsonl"

[[watch]]
name = "news"
channels = ["mail"]
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wenxun.toml").write_text(GENERAL, "utf-8")
    Path("subscribers").mkdir()


def write(name: str, text: str) -> None:
    Path(f"subscribers/{name}.toml").write_text(text, "utf-8")


def sync(store: Store) -> Watches:
    return sync_watches(load_config(None, {}), store, now=START - timedelta(days=1))


def told(
    store: Store, *, subscriber: str | None = None
) -> set[tuple[str | None, str | None, str, DeliveryState]]:
    rows = Deliveries(store).latest(100, subscriber=subscriber)
    return {(row.subscriber, row.watch, row.channel, row.state) for row in rows}


def test_everybody_is_told_by_his_own_watches_channels_and_times(store: Store) -> None:
    write("wang", WANG)
    write("liu", LIU)
    watches = sync(store)
    publish(store, "yunling")

    made = match_all(Alerts(store), watches, now=START)

    pending, waiting = DeliveryState.PENDING, DeliveryState.WAITING
    assert made == 4
    assert told(store) == {
        (None, "news", "desk", pending),
        ("wang", "news", "mail", waiting),
        ("liu", "news", "mail", pending),
        ("liu", "desk too", "desk", pending),
        ("liu", "desk too", "mail", pending),
    }
    assert told(store, subscriber="wang") == {("wang", "news", "mail", waiting)}


def test_a_story_is_told_once_to_each_and_a_digest_is_one_persons(store: Store) -> None:
    write("wang", WANG)
    write("zhao", WANG.replace("wang", "zhao"))
    watches = sync(store)
    publish(store, "yunling")
    publish(store, "hailan")

    match_all(Alerts(store), watches, now=START)
    bundle_due(Bundling(store), now=START + timedelta(days=1))

    rows = Deliveries(store).latest(20)
    digests = [row for row in rows if row.watch is None]
    assert {(row.subscriber, row.channel) for row in digests} == {
        ("zhao", "mail"),
        ("wang", "mail"),
    }
    assert {row.subject for row in digests} == {"【晚报】03-03 1 条：新文章 1"}
    assert [row.subscriber for row in rows if row.state is DeliveryState.FOLDED] == [None]


def test_a_broken_file_is_told_with_its_place_and_silences_nobody(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    write("wang", WANG)
    write("liu", LIU)
    sync(store)
    write("wang", WANG.replace("all_of", "al_of"))
    write("liu", LIU.replace('"desk too"', '"renamed"'))
    write("zhao", "[[watch]\n")

    names = [(watch.subscriber, watch.name) for watch in sync(store).watches()]

    assert names == [(None, "news"), ("liu", "news"), ("liu", "renamed"), ("wang", "news")]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors[0].startswith("subscribers/wang.toml:11:1: watch[0].al_of: unknown key")
    assert errors[1].startswith("subscribers/zhao.toml: is no TOML: ")
    assert "line 1, column" in errors[1]


def test_who_leaves_is_told_no_more_and_who_changes_his_file_is_taken_up(store: Store) -> None:
    write("wang", WANG)
    sync(store)
    reread = rereading(load_config(None, {}), store)
    reread()
    before = [watch.subscriber for watch in Watches(store).watches()]
    Path("subscribers/wang.toml").unlink()
    write("liu", LIU)

    reread()

    after = [watch.subscriber for watch in Watches(store).watches()]
    assert (before, after) == ([None, "wang"], [None, "liu", "liu"])
    assert {one.subscriber for one in Watches(store).channels()} == {None, "liu"}


def test_what_the_database_did_not_take_is_brought_again(store: Store) -> None:
    sync(store)
    reread = rereading(load_config(None, {}), store)
    write("wang", WANG)
    with store.write() as connection:
        connection.execute(DDL("ALTER TABLE watches RENAME TO hidden"))
    with pytest.raises(DatabaseFailedError):
        reread()
    with store.write() as connection:
        connection.execute(DDL("ALTER TABLE hidden RENAME TO watches"))

    reread()

    assert [watch.subscriber for watch in Watches(store).watches()] == [None, "wang"]


def test_what_a_person_was_not_told_is_reported_to_him_and_to_the_desk(store: Store) -> None:
    write("wang", TWO_CHANNELS)
    write("liu", LIU)
    watches = sync(store)
    publish(store, "yunling")
    match_all(Alerts(store), watches, now=START)
    deliveries = Deliveries(store)
    (mail,) = [c.id for c in watches.channels() if (c.subscriber, c.name) == ("wang", "mail")]
    claimed = deliveries.claim(mail, holder=me(), now=START, lease=LEASE)
    assert claimed is not None
    deliveries.record_attempt(
        claimed, holder=me(), outcome=AttemptOutcome.DEAD, detail="no", next_attempt_at=None,
        now=START,
    )  # fmt: skip

    report_dead(DeadLetters(store), watches.channels(), now=datetime(2026, 3, 3, 1, tzinfo=UTC))

    reports = [row for row in deliveries.latest(20) if "未送达" in row.subject]
    assert {(None, "desk"), ("wang", "phone")} <= {(r.subscriber, r.channel) for r in reports}
    assert {row.subscriber for row in reports} == {None, "wang"}
    assert ("wang", "mail") not in {(row.subscriber, row.channel) for row in reports}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[watch]]\nname = "a"\nchannels = ["pigeon"]\n', "x.toml:3:1: watch[0].channels[0]: no"),
        ('digest = ["late"]\n', "x.toml:1:1: digest[0]: 'late' is none"),
        ('listen = "a:1"\n', "x.toml:1:1: listen: unknown key"),
        ('[[watch]]\nname = "a"\n[[watch]]\nname = "a"\n', "x.toml:4:1: watch[1].name: 'a' is"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.toml").write_text(text, "utf-8")

    (broken,) = read_subscribers(tmp_path, general=["desk"]).broken

    assert says in broken.says


def test_an_edited_configuration_is_taken_up_and_a_wrong_one_is_not(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    sync(store)
    reread = rereading(load_config(None, {}), store)
    Path("wenxun.toml").write_text(GENERAL.replace('"news"', '"all the news"'), "utf-8")
    reread()
    edited = [watch.name for watch in Watches(store).watches()]
    Path("wenxun.toml").write_text(GENERAL.replace("kind", "kinds"), "utf-8")

    reread()
    reread()

    assert edited == ["all the news"] == [watch.name for watch in Watches(store).watches()]
    assert caplog.text.count("wenxun.toml:5:1: channel[0].kind: is missing") == 1
