"""Events become alerts and deliveries once, whoever is faster and whatever dies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from scheduler.matching import match_all
from storage.alert import DeliveryState, EventKind, MatchedEvent, NewAlert, Origin, WrittenChannel
from storage.alerts import Alerts
from storage.deliveries import Deliveries
from storage.schema import (
    Alert,
    Column,
    Content,
    Delivery,
    Document,
    Event,
    Sighting,
    Site,
    Version,
)
from storage.store import Store
from storage.watches import Watches, WatchExistsError, WatchMissingError, WatchOfFileError

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
CONSOLE = WrittenChannel(name="console", kind="console", options={}, origin=Origin.BUILT_IN)
LOG = WrittenChannel(name="log", kind="file", options={"path": "alerts.jsonl"})


@pytest.fixture
def store(store: Store) -> Store:
    with store.write() as connection:
        connection.execute(insert(Site).values(name="yunling", title="云岭大学", added_at=NOW))
    return store


def add_event(store: Store, title: str, **values: Any) -> int:
    """Write an article with its event, as a crawl does."""
    with store.write() as connection:
        content = _id(
            connection, Content, content_hash=f"1:{title}", title=title, text="正文", created_at=NOW
        )
        document = _id(
            connection, Document, site_id=1, page_key=title, link_key=title, url_key=title, url=f"https://u/{title}",
            content_id=content, first_seen_at=NOW, last_seen_at=NOW,
        )  # fmt: skip
        version = _id(
            connection, Version, document_id=document, number=1, content_id=content, reason="first",
            seen_from=NOW, extractor_version=1, body_hash="0", published_text="日期：2026-03-01",
            credits=[{"role": "作者", "name": "卢青禾", "printed": "作者：卢青禾"}],
            attachments=[], images=[], flags=[],
        )  # fmt: skip
        defaults = {
            "uid": f"evt_{title}", "key": title, "kind": "new", "site_id": 1,
            "document_id": document, "version_id": version, "occurred_at": LATER,
        }  # fmt: skip
        return _id(connection, Event, **(defaults | values))


def _id(connection: Any, table: Any, **values: Any) -> int:
    return int(connection.scalar(insert(table).values(**values).returning(table.id)))


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def watching(store: Store, *channels: WrittenChannel, **definition: Any) -> Watches:
    watches = Watches(store)
    watches.sync(watches={"w": {"name": "w", **definition}}, channels=channels, now=NOW)
    return watches


def test_an_event_that_a_watch_meets_is_one_alert_and_one_delivery_a_channel(store: Store) -> None:
    watches = watching(store, LOG, CONSOLE, any_of=["奖学金"], channels=["log", "console"])
    add_event(store, "奖学金评定")
    add_event(store, "运动会")

    made = [match_all(Alerts(store), watches, now=LATER) for _ in range(2)]

    assert made == [1, 0]
    assert count(store, Alert) == 1
    rows = Deliveries(store).latest(10)
    assert {(row.channel, row.state, row.idempotency_key) for row in rows} == {
        ("log", DeliveryState.PENDING, "evt_奖学金评定"),
        ("console", DeliveryState.PENDING, "evt_奖学金评定"),
    }


def test_a_subject_carries_what_the_page_said(store: Store) -> None:
    event = add_event(store, "奖学金评定")
    with store.write() as connection:
        for number, title in enumerate(("综合新闻", "通知公告", None)):
            column = _id(
                connection, Column, site_id=1, url=f"u{number}", url_key=f"u{number}", title=title,
                added_at=NOW,
            )  # fmt: skip
            _id(
                connection, Sighting, site_id=1, column_id=column, document_id=1, kind="article",
                url="u", url_key="u", first_seen_at=NOW, last_seen_at=NOW,
            )  # fmt: skip

    (subject,) = Alerts(store).unmatched(10)

    assert subject.event_id == event
    assert (subject.kind, subject.site, subject.site_title) == (
        EventKind.NEW,
        "yunling",
        "云岭大学",
    )
    assert (subject.title, subject.text) == ("奖学金评定", "正文")
    assert subject.columns == ("综合新闻", "通知公告")
    assert subject.credits[0].name == "卢青禾"
    assert subject.published_text == "日期：2026-03-01"
    assert Alerts(store).subject(1) == subject
    assert Alerts(store).subject(99) is None


def test_a_change_knows_the_title_before(store: Store) -> None:
    add_event(store, "评定办法")
    add_event(store, "奖学金评定", kind="changed", change="title", previous_version_id=1)

    subject = Alerts(store).unmatched(10)[1]

    assert (subject.title, subject.previous_title) == ("奖学金评定", "评定办法")


def test_an_event_without_a_version_is_told_with_what_stands(store: Store) -> None:
    add_event(store, "奖学金评定", kind="withdrawn", version_id=None)

    assert Alerts(store).unmatched(10)[0].title == "奖学金评定"


@pytest.mark.parametrize("state", ["held", "provisional", "cancelled"])
def test_an_event_that_is_not_open_is_not_matched(store: Store, state: str) -> None:
    event = add_event(store, "奖学金评定", state=state)

    recorded = Alerts(store).record_matches([MatchedEvent(event_id=event)], now=LATER)

    assert Alerts(store).unmatched(10) == ()
    assert recorded == ()


def test_of_two_matchers_one_wins(store: Store) -> None:
    watches = watching(store, CONSOLE)
    event = add_event(store, "奖学金评定")
    alert = NewAlert(
        watch_id=watches.watches()[0].id, matched=(), messages={1: ({"subject": "s"},)}
    )
    matched = MatchedEvent(event_id=event, alerts=(alert,))

    recorded = [Alerts(store).record_matches([matched], now=LATER) for _ in range(2)]

    assert recorded == [(matched,), ()]
    assert count(store, Alert) == count(store, Delivery) == 1


def test_a_match_that_cannot_be_written_whole_is_not_written(store: Store) -> None:
    watches = watching(store, CONSOLE)
    event = add_event(store, "奖学金评定")
    no_such_channel = NewAlert(watch_id=watches.watches()[0].id, matched=(), messages={77: ({},)})

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        Alerts(store).record_matches(
            [MatchedEvent(event_id=event, alerts=(no_such_channel,))], now=LATER
        )

    assert count(store, Alert) == 0
    assert len(Alerts(store).unmatched(10)) == 1


def test_the_baseline_and_what_was_before_the_watch_tell_nobody(store: Store) -> None:
    watches = watching(store, CONSOLE)
    add_event(store, "首次抓取", backfill=True)
    add_event(store, "更早", occurred_at=NOW - timedelta(seconds=1))
    add_event(store, "新闻")

    match_all(Alerts(store), watches, now=LATER)

    assert [row.idempotency_key for row in Deliveries(store).latest(10)] == ["evt_新闻"]
    assert Alerts(store).unmatched(10) == ()


def test_a_watch_without_channels_tells_those_of_the_file_or_else_the_console(store: Store) -> None:
    watches = watching(store, CONSOLE)
    add_event(store, "甲")
    match_all(Alerts(store), watches, now=LATER)
    watching(store, CONSOLE, LOG)
    add_event(store, "乙")
    match_all(Alerts(store), watches, now=LATER)

    told = {row.idempotency_key: row.channel for row in Deliveries(store).latest(10)}

    assert told == {"evt_甲": "console", "evt_乙": "log"}


def test_a_watch_that_stays_in_the_file_keeps_its_birthday_and_takes_the_edit(store: Store) -> None:
    watching(store, CONSOLE, any_of=["甲"])

    watches = Watches(store)
    watches.sync(watches={"w": {"name": "w", "any_of": ["乙"]}}, channels=[CONSOLE], now=LATER)

    (kept,) = watches.watches()
    assert kept.created_at == NOW
    assert kept.definition["any_of"] == ["乙"]


def test_what_watches_say_is_read_again_only_where_one_of_them_changed(store: Store) -> None:
    watches, others = Watches(store), Watches(store)

    def sync(word: str, *channels: WrittenChannel) -> None:
        written = {"资助": {"name": "资助", "any_of": [word]}}
        others.sync(watches=written, channels=channels, now=NOW)

    def words() -> list[str]:
        return [kept.definition["any_of"][0] for kept in watches.in_force().watches]

    sync("奖学金")
    before = watches.in_force()
    sync("奖学金")
    again = watches.in_force()
    sync("助学金")  # as long as the other, by another process
    edited = words()
    sync("助学金", LOG)
    told = [channel.name for channel in watches.in_force().channels]
    others.add("讲座", {"name": "讲座", "any_of": ["讲座"]}, now=NOW)
    added = words()
    others.remove("讲座", now=NOW)

    assert again is before
    assert (edited, told, added, words()) == (["助学金"], ["log"], ["讲座", "助学金"], ["助学金"])


def test_a_watch_that_leaves_the_file_is_gone_and_born_again_when_it_returns(store: Store) -> None:
    watches = watching(store, CONSOLE)

    watches.sync(watches={}, channels=[CONSOLE], now=NOW)
    gone = watches.watches()
    watches.sync(watches={"w": {"name": "w"}}, channels=[CONSOLE], now=LATER)

    assert gone == ()
    assert watches.watches()[0].created_at == LATER


def test_a_watch_of_the_file_is_edited_only_there(store: Store) -> None:
    watches = watching(store, CONSOLE)

    with pytest.raises(WatchOfFileError):
        watches.remove("w", now=LATER)
    with pytest.raises(WatchExistsError):
        watches.add("w", {"name": "w"}, now=LATER)


def test_a_watch_of_a_command_outlives_the_file_and_is_removed_by_command(store: Store) -> None:
    watches = watching(store, CONSOLE)
    watches.add("mine", {"name": "mine"}, now=NOW)
    watches.sync(watches={}, channels=[CONSOLE], now=LATER)
    kept = [watch.name for watch in watches.watches()]

    watches.remove("mine", now=LATER)

    assert kept == ["mine"]
    assert watches.watches() == ()
    with pytest.raises(WatchMissingError):
        watches.remove("mine", now=LATER)


def test_what_waits_for_a_channel_that_is_gone_is_given_up_visibly(store: Store) -> None:
    watches = watching(store, CONSOLE, LOG)
    add_event(store, "奖学金评定")
    match_all(Alerts(store), watches, now=LATER)

    watching(store, CONSOLE)

    (row,) = Deliveries(store).unsent(10)
    assert (row.channel, row.state) == ("log", DeliveryState.DEAD)
    assert row.last_error == "the channel was removed from the configuration"


def test_a_watch_that_is_no_longer_understood_does_not_stop_the_others(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    watches = watching(store, CONSOLE)
    watches.add("old", {"name": "old", "colour": "red"}, now=NOW)
    add_event(store, "奖学金评定")

    made = match_all(Alerts(store), watches, now=LATER)

    assert made == 1
    assert "watch old.colour: unknown key" in caplog.text


def test_a_backtest_sees_matched_events_by_their_printed_time(store: Store) -> None:
    add_event(store, "新")
    add_event(store, "旧")
    with store.write() as connection:
        connection.execute(update(Event).values(matched_at=LATER))
        connection.execute(
            update(Version).where(Version.id == 2).values(published_at=NOW - timedelta(days=9))
        )

    recent = Alerts(store).since(NOW - timedelta(days=7), limit=10)

    assert [subject.title for subject in recent] == ["新"]


def test_a_new_watch_that_wants_history_is_told_of_it_once_and_alone(store: Store) -> None:
    watches = watching(store, CONSOLE, any_of=["运动会"])
    add_event(store, "奖学金评定", backfill=True, occurred_at=NOW - timedelta(days=1))
    add_event(store, "运动会", backfill=True, occurred_at=NOW - timedelta(days=1))
    add_event(store, "奖学金公示", state="held", occurred_at=NOW - timedelta(days=1))
    match_all(Alerts(store), watches, now=LATER)

    watches.add("h", {"name": "h", "any_of": ["奖学金"], "backfill": True}, now=LATER)
    made = [match_all(Alerts(store), watches, now=LATER) for _ in range(2)]

    assert made == [1, 0]
    told = [(row.watch, row.idempotency_key) for row in Deliveries(store).latest(10)]
    assert told == [("h", "evt_奖学金评定")]


def test_what_is_both_news_and_history_is_told_once(store: Store) -> None:
    watches = watching(store, CONSOLE)
    add_event(store, "奖学金评定")

    watches.add("h", {"name": "h", "backfill": True}, now=LATER)
    match_all(Alerts(store), watches, now=LATER)

    told = sorted(row.watch for row in Deliveries(store).latest(10))
    assert told == ["h", "w"]


def test_history_goes_on_where_another_process_left_it(store: Store) -> None:
    watches = watching(store, CONSOLE)
    for title in "甲乙丙":
        add_event(store, title, backfill=True)
    match_all(Alerts(store), watches, now=LATER)
    watches.add("h", {"name": "h", "backfill": True}, now=LATER)
    first = Alerts(store).history(2)
    assert first is not None

    matched = [
        MatchedEvent(
            event_id=subject.event_id,
            alerts=(NewAlert(watch_id=first.watch_id, matched=(), messages={}),),
        )
        for subject in first.subjects
    ]
    recorded = [len(Alerts(store).record_history(first, matched, now=LATER)) for _ in range(2)]
    made = match_all(Alerts(store), watches, now=LATER)

    assert recorded == [2, 0]
    assert made == 1
    assert Alerts(store).history(2) is None
