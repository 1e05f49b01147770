"""One alert a story: what several sites publish is one message, and nothing of it is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.matching import hold, in_force, match_all
from scheduler.meeting import View, word_index
from scheduler.messages import bundle_due
from storage.alert import AttemptOutcome, DeliveryRow, DeliveryState, Subject, WrittenChannel
from storage.alerts import Alerts
from storage.article import Article
from storage.bundling import Bundling
from storage.deliveries import Deliveries
from storage.folding import Folding, told_before
from storage.forgetting.articles import forget_articles
from storage.forgetting.recording import Asked
from storage.holder import me
from storage.pruning import prune, rules
from storage.retention import Retention, RetentionPlan
from storage.store import Store
from storage.watches import Watches
from tests.databases import ON_SQLITE
from tests.integration.desk import START, Desk, article, link
from tests.unit.stories.labelled import texts

TEXTS = texts()
HALF_PAST_FIVE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # 17:30 in Shanghai, where it is 16:00 now
LEASE = timedelta(minutes=2)


def watching(store: Store, options: dict[str, Any] | None = None, **watch: Any) -> None:
    Watches(store).sync(
        watches={"all": {"name": "all", **watch}},
        channels=[WrittenChannel(name="office", kind="console", options=options or {})],
        now=START - timedelta(days=1),
    )


def publish(store: Store, site: str, name: str = "library", *, hours: float = 0) -> None:
    """A site that was walked before publishes an article of the labelled set."""
    desk = Desk(store, site)
    desk.later(hours=hours)
    title, text = TEXTS[name]
    key = f"info/{name.encode().hex()}"
    one: Article = article(
        key, title=title, text=text, url=f"http://{site}.example/{key}.htm",
        page_key=f"{site}.example/{key}", published_at=desk.now,
    )  # fmt: skip
    desk.begin()
    column = desk.column(f"{site}-news")
    desk.save(desk.listing(column, [], completed=True))
    desk.finish()
    desk.later(seconds=1)
    desk.begin()
    desk.save(desk.listing(column, [link(one)]))
    desk.save(desk.read(one, column_id=column))
    desk.finish()


def match(store: Store, *, hours: float = 0) -> int:
    return match_all(Alerts(store), Watches(store), now=START + timedelta(hours=hours))


def send(
    store: Store, outcome: AttemptOutcome = AttemptOutcome.SENT, *, days: float = 20
) -> list[str]:
    """Send what is due; return what was said."""
    deliveries = Deliveries(store)
    said = []
    now = START + timedelta(days=days)
    while claimed := deliveries.claim(1, holder=me(), now=now, lease=LEASE):
        deliveries.record_attempt(
            claimed, holder=me(), outcome=outcome, detail=None, next_attempt_at=None, now=now
        )
        said.append(str(claimed.message["text"]))
    return said


def rows(store: Store, *states: DeliveryState) -> list[DeliveryRow]:
    return [row for row in reversed(Deliveries(store).latest(100)) if row.state in states]


@pytest.mark.parametrize("name", ["library", "library~1"], ids=["same", "nearly"])
def test_two_sites_at_one_tick_are_one_message_that_names_both(store: Store, name: str) -> None:
    watching(store)
    publish(store, "yunling")
    publish(store, "hailan", name)

    made = match(store)
    (said,) = send(store)

    (folded,) = rows(store, DeliveryState.FOLDED)
    (sent,) = rows(store, DeliveryState.SENT)
    assert made == 2
    assert "站点：yunling\n" in said
    assert "\n另有 1 家转载：hailan\nhttp://hailan.example/" in said
    assert (folded.told_in, folded.next_attempt_at) == (sent.id, None)
    assert bundle_due(Bundling(store), now=START + timedelta(days=9)) == 0


def test_many_sites_at_one_tick_are_named_in_one_message(store: Store) -> None:
    watching(store)
    for site in ("a", "b", "c", "d"):
        publish(store, site)

    match(store)
    (said,) = send(store)

    assert said.count("转载") == 1
    assert "另有 3 家转载：b、c、d\n" in said


def test_what_is_reposted_after_it_was_told_is_told_in_the_afternoon(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    send(store)
    publish(store, "hailan", "library~1")
    publish(store, "qingshan")

    match(store)
    at_once = send(store)
    early = bundle_due(Bundling(store), now=HALF_PAST_FIVE - timedelta(seconds=1))
    bundle_due(Bundling(store), now=HALF_PAST_FIVE)
    (said,) = send(store)

    folded = rows(store, DeliveryState.FOLDED)
    assert (at_once, early) == ([], 0)
    assert said.splitlines()[:4] == [
        "【转载】03-02 1 篇报道又有 2 处转载",
        "",
        f"1. {TEXTS['library'][0]}",
        "yunling | 另有 2 家转载：hailan、qingshan",
    ]
    assert said.count("http://") == 2
    assert [row.told_in for row in folded] == [1, 1]
    assert bundle_due(Bundling(store), now=HALF_PAST_FIVE + timedelta(days=1)) == 0


def test_a_digest_names_reposts_of_what_an_earlier_one_told(store: Store) -> None:
    watching(store, {"digest": ["08:00"]})
    publish(store, "yunling")
    match(store)
    bundle_due(Bundling(store), now=START + timedelta(days=1))
    send(store)
    publish(store, "hailan", hours=30)
    publish(store, "hailan", "bridge", hours=30)

    match(store, hours=31)
    bundle_due(Bundling(store), now=START + timedelta(days=2))
    (said,) = send(store)

    assert said.splitlines()[0] == "【晚报】03-04 1 条：新文章 1，又有转载 1"
    assert f"■ 又有转载\n2. {TEXTS['library'][0]}\nyunling | 另有 1 家转载：hailan\n" in said


def test_nearly_the_same_is_one_story_in_a_digest_too(store: Store) -> None:
    watching(store, {"digest": ["08:00"]})
    publish(store, "yunling")
    publish(store, "hailan", "library~1")

    match(store)
    bundle_due(Bundling(store), now=START + timedelta(days=1))
    (said,) = send(store)

    assert "另有 1 家转载：hailan" in said
    assert said.count("【新文章】") == 1


def test_who_wants_every_repost_gets_a_message_for_each(store: Store) -> None:
    watching(store, every_repost=True)
    publish(store, "yunling")
    publish(store, "hailan")

    match(store)

    assert len(send(store)) == 2


def test_a_repost_that_a_watch_names_is_told_as_such_and_once(store: Store) -> None:
    watching(store, events=["new", "reposted"])
    publish(store, "yunling")
    publish(store, "hailan", "library~1")

    match(store)
    said = send(store)

    assert [one[: one.index("】") + 1] for one in said] == ["【新文章】", "【他站转载】"]
    assert "说明：first on yunling: http://yunling.example/" in said[1]


def test_what_was_given_up_was_not_told(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    send(store, AttemptOutcome.DEAD)
    publish(store, "hailan")

    match(store)

    assert len(send(store)) == 1
    assert rows(store, DeliveryState.FOLDED) == []


def test_a_digest_that_was_given_up_told_nobody(store: Store) -> None:
    watching(store, {"digest": ["08:00"]})
    publish(store, "yunling")
    publish(store, "yunling", "bridge")
    match(store)
    bundle_due(Bundling(store), now=START + timedelta(days=1))
    send(store, AttemptOutcome.DEAD)
    publish(store, "hailan", hours=30)

    match(store, hours=31)
    bundle_due(Bundling(store), now=START + timedelta(days=2))
    (said,) = send(store)

    assert said.startswith(f"【新文章】{TEXTS['library'][0]}\n站点：hailan\n")


@pytest.mark.parametrize("options", [{"digest": ["08:00"]}, {"quiet": ["15:00-08:00"]}])
def test_what_is_found_when_the_first_is_about_to_leave_is_no_second_message(
    store: Store, options: dict[str, Any]
) -> None:
    watching(store, options)
    publish(store, "yunling")
    match(store)
    publish(store, "hailan")

    match(store, hours=16.1)  # the time has come, and nothing was bundled yet
    bundle_due(Bundling(store), now=START + timedelta(hours=16.2))
    (said,) = send(store)

    assert said.startswith(f"【新文章】{TEXTS['library'][0]}\n站点：yunling\n")
    (folded,) = rows(store, DeliveryState.FOLDED)
    assert (folded.told_in, folded.next_attempt_at is None) == (1, False)


def test_a_repost_that_waits_for_a_channel_that_is_gone_is_given_up(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    send(store)
    publish(store, "hailan")
    match(store)

    Watches(store).sync(watches={"all": {"name": "all"}}, channels=[], now=START)
    bundled = bundle_due(Bundling(store), now=HALF_PAST_FIVE)

    assert bundled == 0
    assert [row.last_error for row in rows(store, DeliveryState.DEAD)] == [
        "the channel was removed from the configuration"
    ]
    watching(store)
    Deliveries(store).retry(None, now=HALF_PAST_FIVE)
    bundle_due(Bundling(store), now=HALF_PAST_FIVE)
    (said,) = send(store)
    assert said.startswith("【转载】03-02 1 篇报道又有 1 处转载\n")


def test_a_story_that_comes_back_after_a_week_is_news(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    send(store)
    publish(store, "hailan", hours=24 * 7 + 1)

    match(store, hours=24 * 7 + 2)

    assert len(send(store)) == 1


def test_a_message_that_was_tried_is_frozen(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    deliveries = Deliveries(store)
    claimed = deliveries.claim(1, holder=me(), now=START, lease=LEASE)
    assert claimed is not None
    deliveries.record_attempt(
        claimed, holder=me(), outcome=AttemptOutcome.RETRY, detail=None, next_attempt_at=START,
        now=START,
    )  # fmt: skip
    publish(store, "hailan")

    match(store)
    (said,) = send(store)

    assert said == claimed.message["text"]
    assert rows(store, DeliveryState.FOLDED)[0].next_attempt_at == HALF_PAST_FIVE


def test_two_articles_of_one_site_are_two_however_alike(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    publish(store, "yunling", "library~1")

    match(store)

    assert len(send(store)) == 2
    assert rows(store, DeliveryState.FOLDED) == []


@ON_SQLITE
def test_who_was_told_is_found_without_looking_through_all_that_was_sent(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    publish(store, "hailan", "library~1")
    match(store)
    first, second = Alerts(store).since(START - timedelta(days=1), limit=2)
    folding = Folding(since=START - timedelta(days=7), join=lambda *_: None)
    asked: list[tuple[str, Any]] = []

    def note(*what: Any) -> None:
        asked.append((what[2], what[3]))

    with store.write() as connection:
        event.listen(connection, "before_cursor_execute", note)
        told = [
            told_before(connection, one.event_id, folding, now=START) for one in (first, second)
        ]
        event.remove(connection, "before_cursor_execute", note)
        plans = [
            row.detail
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    assert {(1, 1): 1} in told
    assert any("deliveries" in one for one in plans)
    assert [one for one in plans if one.startswith("SCAN") and "CONSTANT" not in one] == []


def test_of_two_that_match_at_once_one_tells(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    publish(store, "hailan")
    first, second = [one for one in Alerts(store).unmatched(10) if one.kind == "new"]
    wanted = in_force(Watches(store).watches(), Watches(store).channels())
    index = word_index([one.want for one in wanted])
    start = threading.Barrier(2)

    def record(subject: Subject) -> None:
        held = hold(View(subject, index), wanted, now=START)
        start.wait(10)
        folding = Folding(since=START - timedelta(days=7), join=lambda *_: None)
        Alerts(store).record_matches([held], now=START, folding=folding)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(record, (first, second)))

    states = sorted(row.state for row in Deliveries(store).latest(10))
    assert states == [DeliveryState.FOLDED, DeliveryState.PENDING]


def test_no_digest_is_made_while_somebody_looks_what_was_told(store: Store) -> None:
    watching(store, {"digest": ["08:00"]})
    publish(store, "yunling")
    match(store)
    publish(store, "hailan")
    (second,) = [one for one in Alerts(store).unmatched(10) if one.kind == "new"]
    folding = Folding(since=START - timedelta(days=7), join=lambda *_: None)

    with ThreadPoolExecutor(1) as pool:
        with store.write() as connection:
            told = told_before(connection, second.event_id, folding, now=START)
            other = pool.submit(bundle_due, Bundling(store), now=START + timedelta(days=1))
            wait([other], timeout=0.3)
            made_meanwhile = other.done()
        made = other.result()

    assert (told, made_meanwhile, made) == ({}, False, 1)


def test_a_forgotten_repost_is_named_no_more_and_the_first_message_keeps_its_words(
    store: Store,
) -> None:
    watching(store)
    publish(store, "yunling")
    publish(store, "hailan")
    match(store)

    forget_articles(store, [2], Asked(by="somebody@desk", at=START, reason=None))
    (said,) = send(store)

    assert said.startswith(f"【新文章】{TEXTS['library'][0]}\n")
    assert "http://yunling.example/" in said
    assert "hailan.example" not in said
    assert rows(store, DeliveryState.FOLDED) == []


def test_what_was_folded_goes_with_the_old_messages(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    publish(store, "hailan")
    match(store)
    send(store)
    publish(store, "qingshan")
    match(store)
    kept = RetentionPlan(everywhere=Retention(alerts=timedelta(days=365)))

    def go(now: datetime) -> None:
        prune(store, rules(), kept, sites=None, dry_run=False, now=now, go_on=lambda *_: True)

    go(START + timedelta(days=800))
    waits = rows(store, *DeliveryState)
    bundle_due(Bundling(store), now=START + timedelta(days=800))
    send(store, days=800)
    go(START + timedelta(days=1600))

    assert [row.state for row in waits] == [DeliveryState.FOLDED]
    assert rows(store, *DeliveryState) == []


def test_a_digest_of_reposts_that_was_given_up_is_kept(store: Store) -> None:
    watching(store)
    publish(store, "yunling")
    match(store)
    send(store)
    publish(store, "hailan")
    match(store)
    bundle_due(Bundling(store), now=HALF_PAST_FIVE)
    send(store, AttemptOutcome.DEAD)
    kept = RetentionPlan(everywhere=Retention(alerts=timedelta(days=365)))

    prune(
        store, rules(), kept, sites=None, dry_run=False, now=START + timedelta(days=800),
        go_on=lambda *_: True,
    )  # fmt: skip

    states = [row.state for row in rows(store, *DeliveryState)]
    assert states == [DeliveryState.FOLDED, DeliveryState.DEAD]
