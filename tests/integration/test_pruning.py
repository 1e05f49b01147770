"""What is older than it is to be kept goes, and nothing else; what went is written down."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from scheduler.tidying import tidy
from storage.asset import AssetRead, FileText
from storage.checking import checks, look
from storage.crawl import AssetLink, RawResponse
from storage.pruning import prune, rules
from storage.retention import Retention, RetentionPlan
from storage.schema import (
    Alert,
    Asset,
    AssetText,
    Body,
    CareRecord,
    Channel,
    Content,
    Crawl,
    Delivery,
    DeliveryAttempt,
    Document,
    Response,
    Sighting,
    Slot,
    Version,
    ViewCount,
    Watch,
)
from storage.store import Store
from tests.integration.desk import START, Desk, article, at, link, url_key

YEAR = timedelta(days=365)
NEVER = RetentionPlan()


def plan(**spans: timedelta) -> RetentionPlan:
    return RetentionPlan(everywhere=Retention(**spans))


def pruned(
    store: Store, kept: RetentionPlan, *, now: datetime, dry_run: bool = False
) -> Mapping[str, int]:
    done = prune(store, rules(), kept, sites=None, dry_run=dry_run, now=now, go_on=lambda *_: True)
    assert_whole(store, now=now)
    return {one.rule: one.rows for one in done}


def assert_whole(store: Store, *, now: datetime) -> None:
    told = look(store, checks(), quick=False, repair=False, now=now, progress=lambda *_: None)
    assert [one for one in told if one.check != "leases"] == []


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def counts_of(desk: Desk) -> list[tuple[str, int]]:
    return [tuple(row) for row in desk.rows(
        select(ViewCount.day, ViewCount.views).order_by(ViewCount.day)
    )]  # fmt: skip


def test_nothing_goes_that_was_not_asked_for(desk: Desk) -> None:
    desk.crawl(desk.read(article(views=3)))

    assert pruned(desk.store, NEVER, now=START + 50 * YEAR) == {}
    assert len(desk.all()) == 1


def test_view_counts_are_thinned_to_one_a_month_and_falls_stay(desk: Desk) -> None:
    first = article()
    desk.begin()
    for day, views in enumerate((10, 20, 30, 25, 40, 50, 60)):
        desk.now = datetime(2026, 3, 27, 8, tzinfo=UTC) + timedelta(days=day)
        desk.save(desk.again(article(views=views)) if day else desk.read(article(views=views)))
    desk.finish()
    assert len(counts_of(desk)) == 7

    dry = pruned(desk.store, plan(view_counts=YEAR), now=START + 3 * YEAR, dry_run=True)
    went = pruned(desk.store, plan(view_counts=YEAR), now=START + 3 * YEAR)

    assert dry == went == {"view counts": 4}
    assert counts_of(desk) == [("2026-03-30", 25), ("2026-03-31", 40), ("2026-04-02", 60)]
    assert desk.all()[0].views == 60
    assert first.url == desk.all()[0].url


def test_young_view_counts_stay(desk: Desk) -> None:
    desk.crawl(desk.read(article(views=1)))
    desk.later(days=1)
    desk.crawl(desk.again(article(views=2)))

    assert pruned(desk.store, plan(view_counts=YEAR), now=desk.now + timedelta(days=363)) == {}
    assert len(counts_of(desk)) == 2


def test_crawls_that_brought_nothing_go_and_the_newest_stay(desk: Desk) -> None:
    desk.crawl(desk.read(article()))
    for _ in range(30):
        desk.later(days=1)
        desk.crawl()
    with desk.store.write() as connection:
        for number, state in enumerate(("ran", "missed", "claimed", "queued")):
            connection.execute(
                insert(Slot).values(
                    site_id=1, due_at=START + timedelta(days=number), claimed_at=START,
                    claimed_by="elsewhere:boot:1:1", state=state,
                    crawl_id=None if state == "queued" else 5,
                )
            )  # fmt: skip

    went = pruned(desk.store, plan(crawls=YEAR), now=START + 3 * YEAR)

    # Crawl 1 brought the article, 12 to 31 are the newest; the slot that is claimed names 5.
    assert went == {"planned crawls": 2, "crawls that brought nothing": 9}
    left = [row.id for row in desk.rows(select(Crawl.id).order_by(Crawl.id))]
    assert left == [1, 5, *range(12, 32)]


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Four messages: sent, sent in two parts of a digest, given up."""
    desk.crawl(*(desk.read(article(f"info/{n}")) for n in range(4)))
    with desk.store.write() as connection:

        def add(table: Any, **values: Any) -> int:
            number: int = connection.execute(
                insert(table).values(values).returning(table.id)
            ).scalar_one()
            return number

        watch = add(Watch, name="w", origin="file", definition={}, created_at=START)
        channel = add(
            Channel, name="c", kind="console", origin="file", options={}, created_at=START
        )

        def message(state: str, **values: Any) -> int:
            sent = {"sent_at": START} if state == "sent" else {}
            return add(
                Delivery,
                channel_id=channel,
                idempotency_key="k",
                message={"subject": "x"},
                state=state,
                created_at=START,
                **sent,
                **values,
            )

        alerts = [
            add(Alert, watch_id=watch, event_id=n, matched=[], created_at=START)
            for n in range(1, 5)
        ]
        add(
            DeliveryAttempt, delivery_id=message("sent", alert_id=alerts[0]), number=1,
            started_at=START, outcome="sent",
        )  # fmt: skip
        digest = message("sent")
        message("sent", digest_id=digest, part=2)
        message("bundled", alert_id=alerts[1], digest_id=digest)
        message("bundled", alert_id=alerts[2], digest_id=digest)
        message("dead", alert_id=alerts[3])
    return desk


def test_sent_messages_go_and_that_a_watch_met_an_event_stays_known(told: Desk) -> None:
    assert pruned(told.store, plan(alerts=YEAR), now=START + YEAR - timedelta(days=1)) == {}

    went = pruned(told.store, plan(alerts=YEAR), now=START + 2 * YEAR)

    assert went == {"sent messages": 3}
    assert [row.state for row in told.rows(select(Delivery.state))] == ["dead"]
    assert (count(told.store, Alert), count(told.store, DeliveryAttempt)) == (4, 0)


def test_a_digest_of_which_a_part_is_not_sent_stays(told: Desk) -> None:
    with told.store.write() as connection:
        connection.execute(
            Delivery.__table__.update().where(Delivery.part == 2).values(state="pending",
            next_attempt_at=START)
        )  # fmt: skip

    pruned(told.store, plan(alerts=YEAR), now=START + 2 * YEAR)

    assert count(told.store, Delivery) == 5


def test_articles_go_whole_and_are_not_fetched_again(desk: Desk) -> None:
    old = article("info/1", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    twin = at(old, "http://news.yunling.example/9.htm", page_key="news.yunling.example/9")
    undated = article("info/2", published_at=None, published_text=None)
    young = article("info/3")
    desk.begin()
    column = desk.column("zhxw")
    desk.save(
        desk.listing(column, [link(a) for a in (old, undated, young)], completed=True),
        *(desk.read(a, column_id=column) for a in (old, twin, undated, young)),
    )
    desk.finish()

    went = pruned(desk.store, plan(articles=YEAR), now=START + timedelta(days=300))

    assert went == {"articles": 1}
    assert [one.title for one in desk.all()] == [undated.title, young.title]
    for table in (Document, Content, Version, Response, Body):
        assert count(desk.store, table) == 2, table
    sighting = desk.rows(select(Sighting).where(Sighting.url == old.url))[0]
    assert (sighting.document_id, sighting.next_try_at, sighting.refused_state) == (
        None, None, "pruned",
    )  # fmt: skip


def test_files_that_only_old_articles_name_go_with_them(desk: Desk) -> None:
    old = article("info/1", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    young = article("info/3")
    shared, own = ("http://news.yunling.example/f/1.pdf", "http://news.yunling.example/f/2.pdf")
    links = [AssetLink(url=u, url_key=url_key(u), role="file", name=None) for u in (shared, own)]
    desk.crawl(desk.read(old, assets=tuple(links)), desk.read(young, assets=(links[0],)))
    desk.crawl(
        *(
            AssetRead(
                asset_id=number, kind="pdf", name=None, next_try_at=None,
                text=FileText(state="read", text=f"名单{number}"),
                response=RawResponse(
                    url=u, url_key=url_key(u), status=200, headers={}, body=u.encode(),
                    fetched_at=desk.now,
                ),
            )
            for number, u in enumerate((shared, own), start=1)
        )
    )  # fmt: skip

    pruned(desk.store, plan(articles=YEAR), now=START + timedelta(days=300))

    assert [one.url for one in desk.rows(select(Asset.url))] == [shared]
    assert count(desk.store, AssetText) == 1
    assert not desk.rows(select(Response.id).where(Response.url == own))
    assert desk.rows(select(Response.id).where(Response.url == shared))


def test_an_article_with_a_young_twin_stays(desk: Desk) -> None:
    old = article("info/1", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    twin = at(
        old, "http://news.yunling.example/9.htm", page_key="news.yunling.example/9",
        published_at=None, published_text=None,
    )  # fmt: skip
    desk.crawl(desk.read(old), desk.read(twin))

    assert len(desk.all()) == 1
    assert pruned(desk.store, plan(articles=YEAR), now=START + timedelta(days=300)) == {}
    assert pruned(desk.store, plan(articles=YEAR), now=START + 2 * YEAR) == {"articles": 1}
    assert count(desk.store, Document) == 0


def test_the_same_content_of_another_site_stays(store: Store) -> None:
    for site in ("yunling", "beihai"):
        Desk(store, site).crawl(Desk(store, site).read(
            at(article(), f"http://{site}.example/1", page_key="1")
        ))  # fmt: skip
    kept = RetentionPlan(sites={"beihai": Retention(articles=YEAR)})

    went = pruned(store, kept, now=START + 2 * YEAR)

    assert went == {"articles": 1}
    assert [one.site for one in Desk(store).all()] == ["yunling"]
    assert (count(store, Content), count(store, Body)) == (1, 1)


def test_many_rows_go_in_batches(desk: Desk) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    desk.crawl(*(desk.read(article(f"info/{n}", published_at=old)) for n in range(1203)))
    asked: list[int] = []

    def go_on(_site: str, _rule: str, rows: int) -> bool:
        asked.append(rows)
        return True

    prune(
        desk.store, rules(), plan(articles=YEAR), sites=None, dry_run=False, now=START + YEAR,
        go_on=go_on,
    )  # fmt: skip

    assert asked == [0, 1000]
    assert count(desk.store, Document) == 0


def test_the_service_prunes_once_a_day_and_writes_it_down(desk: Desk) -> None:
    desk.crawl(desk.read(article(published_at=datetime(2020, 1, 1, tzinfo=UTC))))
    kept, stopping = plan(articles=YEAR), False

    for hours in (0, 1, 23, 24):
        now = START + timedelta(hours=hours)
        tidy(desk.store, kept, now=now, is_stopping=lambda: stopping)

    written = desk.rows(select(CareRecord.kind, CareRecord.detail).order_by(CareRecord.id))
    assert [row.kind for row in written] == ["prune", "prune"]
    assert written[0].detail == {"went": [{"site": "yunling", "rule": "articles", "rows": 1}]}


def test_a_service_that_keeps_everything_writes_nothing(desk: Desk) -> None:
    tidy(desk.store, NEVER, now=START, is_stopping=lambda: False)

    assert count(desk.store, CareRecord) == 0
