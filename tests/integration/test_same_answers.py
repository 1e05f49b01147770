"""The same things done to SQLite and to PostgreSQL: both give the same answers.

Numbers of rows are their own (PostgreSQL skips some), so articles, sites and columns are named by
what they are in every answer.
"""

import itertools
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, create_engine

from scheduler.matching import match_all
from storage.alert import AttemptOutcome, Origin, WrittenChannel
from storage.alerts import Alerts
from storage.archive.reading import find
from storage.article import Article, Counter
from storage.articles import Articles, Filter
from storage.crawl import CrawlOutcome, Saved, ViewsRead
from storage.deliveries import Deliveries
from storage.errors import StorageError
from storage.held import Held
from storage.history import History
from storage.overview import Overview
from storage.slots import NextSlot, PlannedSite, Slots
from storage.store import open_store
from storage.watches import Watches
from tests.databases import NO_SERVER, empty
from tests.integration.desk import START, Desk, article, link

SITES = ("yunling", "青岚")
KEYS = ("info/1001/1", "info/1001/2", "info/1002/2", "Info/1001/3", "b/4", "B/5")
TEXTS = ("正文一。", "正文二，Grüße und İstanbul。", "甲\x00乙\ud800丙", "正文" * 60)
TITLES = ("奖学金评定", "运动会", "Ünïcode % _ \\ '\"", "")
CONSOLE = WrittenChannel(name="console", kind="console", options={}, origin=Origin.BUILT_IN)
OUTCOMES = (CrawlOutcome.OK, CrawlOutcome.PARTIAL, CrawlOutcome.FAILED, CrawlOutcome.INTERRUPTED)

pages = st.builds(
    lambda key, title, text, views, counted, dated: article(
        key, title=title, text=text, views=views,
        counter=Counter(owner="1", article_id=counted) if counted else None,
        **({} if dated else {"published_text": None, "published_at": None}),
    ),
    st.sampled_from(KEYS), st.sampled_from(TITLES), st.sampled_from(TEXTS),
    st.sampled_from([None, 0, 7, 2**40]), st.sampled_from([None, "11", "12"]), st.booleans(),
)  # fmt: skip
sites = st.sampled_from(SITES)


class Side:
    """One database, with a desk for each site."""

    def __init__(self, url: str) -> None:
        self.store = open_store(url)
        self.desks = {name: Desk(self.store, name) for name in SITES}
        self.running: set[str] = set()
        Watches(self.store).sync(
            watches={"资助": {"name": "资助", "any_of": ["奖学金"], "events": ["new", "changed"]}},
            channels=[CONSOLE], now=START,
        )  # fmt: skip

    def known(self, site: str, key: str) -> int | None:
        """The number of the document of this key."""
        page_key = article(key).page_key
        return next(
            (row.id for row in self.desks[site].documents()
             if row.page_key == page_key and row.site_id == self.desks[site].lease.site_id), None,
        )  # fmt: skip

    def named(self) -> dict[int, str]:
        return {
            row.id: f"{row.site_id % 2}:{row.page_key}" for row in self.desks[SITES[0]].documents()
        }


Answer = Callable[[Side], Any]


class BothDatabases(RuleBasedStateMachine):
    """Whatever is done, is done to both."""

    postgres: Engine
    postgres_url: str

    def __init__(self) -> None:
        super().__init__()
        empty(self.postgres)
        self.sides = [Side("sqlite://"), Side(self.postgres_url)]
        self.now = START
        self.numbers = itertools.count()

    def teardown(self) -> None:
        for side in self.sides:
            side.store.close()

    def both(self, do: Answer) -> Any:
        """Do it to both; what they answer, or what kind of error they raise, is the same."""
        first, second = (self._answer(side, do) for side in self.sides)
        assert first == second
        return first

    def _answer(self, side: Side, do: Answer) -> Any:
        for desk in side.desks.values():
            desk.now = self.now
        try:
            return do(side)
        except StorageError as error:
            return type(error)

    def save(self, site: str, records: Callable[[Desk, Side], list[Any]]) -> list[Saved]:
        def do(side: Side) -> Any:
            desk = side.desks[site]
            if site not in side.running:
                desk.begin()
                side.running.add(site)
            return desk.save(*records(desk, side))

        return list(self.both(do))

    @rule(hours=st.sampled_from([1, 13, 49]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours, microseconds=next(self.numbers))

    @rule(site=sites, read=st.lists(pages, min_size=1, max_size=4), again=st.booleans())
    def articles_are_read(self, site: str, read: list[Article], again: bool) -> None:
        self.save(
            site, lambda desk, _: [desk.read(one, rechecked=again, body=b"x") for one in read]
        )

    @rule(site=sites, listed=st.lists(pages, max_size=4), done=st.booleans(), by=st.integers(0, 2))
    def a_list_page_is_read(self, site: str, listed: list[Article], done: bool, by: int) -> None:
        once = {one.page_key: one for one in listed}.values()
        items = [replace(link(one), from_end=n) for n, one in enumerate(once)]
        self.save(
            site,
            lambda desk, _: [
                desk.listing(
                    desk.column("jdyw"), items, completed=done, title="要闻", shifts=((0, by),)
                )
            ],
        )

    @rule(site=sites, key=st.sampled_from(KEYS), missing=st.booleans())
    def a_page_is_gone(self, site: str, key: str, missing: bool) -> None:
        def records(desk: Desk, side: Side) -> list[Any]:
            found = side.known(site, key)
            return [] if found is None else [desk.gone(found, missing=missing)]

        self.save(site, records)

    @rule(site=sites, counted=st.sampled_from(["11", "12"]), views=st.integers(0, 2**53))
    def views_are_read(self, site: str, counted: str, views: int) -> None:
        counter = Counter(owner="1", article_id=counted)
        read = ViewsRead(counter=counter, views=views, observed_at=self.now)
        self.save(site, lambda _desk, _side: [read])

    @rule(site=sites, outcome=st.sampled_from(OUTCOMES))
    def a_crawl_ends(self, site: str, outcome: CrawlOutcome) -> None:
        def do(side: Side) -> Any:
            if site not in side.running:
                return None
            side.running.discard(site)
            side.desks[site].crawls.link_twins(side.desks[site].lease, now=self.now)
            return side.desks[site].finish(outcome)

        self.both(do)

    @rule()
    def events_are_matched_and_told(self) -> None:
        def do(side: Side) -> Any:
            told = match_all(Alerts(side.store), Watches(side.store), now=self.now)
            box = Deliveries(side.store)
            sent = []
            for channel in box.due_channels(self.now):
                lease = timedelta(minutes=2)
                claimed = box.claim(channel, holder="h", now=self.now, lease=lease)
                if claimed is not None:
                    outcome = AttemptOutcome.RETRY if len(sent) % 2 else AttemptOutcome.SENT
                    sent.append((claimed.step, claimed.watch, claimed.message["subject"]))
                    box.record_attempt(
                        claimed, holder="h", outcome=outcome, detail="d", now=self.now,
                        next_attempt_at=self.now + timedelta(hours=1),
                    )  # fmt: skip
            return told, sent, box.counts()

        self.both(do)

    @rule(site=sites, tell=st.booleans())
    def held_events_are_decided(self, site: str, tell: bool) -> None:
        decide = Held.release if tell else Held.discard
        self.both(lambda side: decide(Held(side.store), site))

    @rule()
    def sites_fall_due(self) -> None:
        def do(side: Side) -> Any:
            slots = Slots(side.store)
            every = timedelta(hours=2)
            planned = [PlannedSite(name=n, title=n, timezone="UTC", latest=every) for n in SITES]
            slots.schedule(planned, now=self.now)
            claimed = slots.claim_due(
                SITES, holder="h", now=self.now, limit=1,
                plan=lambda _, due: NextSlot(
                    missed=(missed := (self.now - due) // every),
                    made_for=due + missed * every,
                    next_due_at=self.now + every,
                ),
            )  # fmt: skip
            ended = [slots.finish(one, holder="h", detail=None) for one in claimed]
            return [(one.site, one.due_at) for one in claimed], ended

        self.both(do)

    @invariant()
    def every_question_has_one_answer(self) -> None:
        self.both(lambda side: [_named(one) for one in Articles(side.store).all(Filter())])
        self.both(lambda side: [_named(one) for one in Articles(side.store).newest(limit=3)])
        self.both(lambda side: [asdict(one) for one in Overview(side.store).sites(now=self.now)])
        self.both(lambda side: [_told(one) for one in Alerts(side.store).since(START, limit=50)])
        self.both(lambda side: [(h.site, h.kind, h.title) for h in Held(side.store).events(9)])
        self.both(lambda side: [_row(one) for one in Deliveries(side.store).latest(20)])

    @rule(site=sites, key=st.sampled_from(KEYS))
    def one_thing_is_asked_for(self, site: str, key: str) -> None:
        def do(side: Side) -> Any:
            desk = side.desks[site]
            if desk.lease is None:
                return None
            site_id = desk.lease.site_id
            found = side.known(site, key)
            kept = find(side.store, desk.read(article(key), body=b"").response.url_key)
            return (
                [(one.url, one.tries) for one in _pending(side, desk, self.now)],
                [one.url for one in desk.listings.due(site_id, now=self.now, limit=3)],
                [one.url for one in desk.listings.stored_documents(site_id)],
                None
                if found is None
                else [_version(v) for v in History(side.store).versions(found)],
                kept and (kept.body, kept.outcome, kept.fetched_at),
            )

        self.both(do)

    @rule(
        since=st.sampled_from([None, "2026-02-28", "2026-03-01"]),
        site=st.sampled_from([None, *SITES, "nobody"]),
    )
    def articles_are_counted(self, since: str | None, site: str | None) -> None:
        wanted = Filter(site=site, since=since)
        self.both(lambda side: Articles(side.store).count(wanted))
        self.both(lambda side: Articles(side.store).undated(wanted))


def _pending(side: Side, desk: Desk, now: Any) -> list[Any]:
    column = desk.column("jdyw")
    return desk.listings.pending(desk.lease.site_id, [column], now=now)


def _version(one: Any) -> dict[str, Any]:
    return {k: v for k, v in asdict(one).items() if k != "id" and not k.endswith("_id")}


def _named(one: Any) -> dict[str, Any]:
    return {k: v for k, v in asdict(one).items() if k != "id"}


def _told(one: Any) -> dict[str, Any]:
    return {k: v for k, v in asdict(one).items() if k not in {"event_id", "article_id", "uid"}}


def _row(one: Any) -> dict[str, Any]:
    return {k: v for k, v in asdict(one).items() if k not in {"id", "idempotency_key"}}


@NO_SERVER
def test_both_databases_give_the_same_answers(postgres_url: str) -> None:
    BothDatabases.postgres_url = postgres_url
    BothDatabases.postgres = create_engine(postgres_url)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        BothDatabases,
        settings=settings(
            max_examples=8, stateful_step_count=25, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    BothDatabases.postgres.dispose()
