"""Each column has its own next look, and the crawls of the service keep to it."""

from datetime import datetime, timedelta
from typing import Any

from crawler.site import Plan, Site
from scheduler.looking import interval_of, plan_looks
from storage.crawl import CrawlEnd, CrawlOutcome
from storage.looks import Looks
from storage.overview import Overview
from storage.store import Store
from tests.integration.desk import Desk, article, link

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def site(*columns: str, **values: Any) -> Site:
    start = tuple(f"http://news.yunling.example/{name}.htm" for name in columns or ("a", "b"))
    given: dict[str, Any] = {"every": 30 * MINUTE}
    return Site(name="yunling", title="云岭大学", start=start, **(given | values))


def read_all(desk: Desk, articles: dict[str, list[str]]) -> None:
    """A crawl that reads each column to its end, with these articles in it."""
    desk.begin()
    for name, keys in articles.items():
        column = desk.column(name)
        found = [article(key) for key in keys]
        desk.save(desk.listing(column, [link(one) for one in found], completed=True))
        for one in found:
            desk.save(desk.read(one, column_id=column))
    end = CrawlEnd(outcome=CrawlOutcome.OK, requests=1, failures={}, columns_read=len(articles))
    desk.crawls.finish(desk.lease, end, now=desk.now)


def planned(store: Store, of: Site, now: datetime) -> dict[str, datetime | None]:
    plan_looks(Looks(store), of, interval_of(of, default=HOUR), now=now)
    desk = Desk(store)
    desk.lease = type("L", (), {"site_id": 1})()  # type: ignore[assignment]
    columns = desk.listings.columns(
        1, [(url, url.partition("://")[2]) for url in of.start], now=now
    )
    return {c.url.rpartition("/")[2].removesuffix(".htm"): c.next_look_at for c in columns}


def test_a_column_that_publishes_is_looked_at_sooner_than_one_that_does_not(
    store: Store, desk: Desk
) -> None:
    read_all(desk, {"a": [], "b": []})
    for day in range(1, 12):
        desk.later(days=1)
        read_all(desk, {"a": [f"info/1001/{day}0{n}" for n in range(3)], "b": []})

    next_looks = planned(store, site(), desk.now)

    busy, quiet = next_looks["a"], next_looks["b"]
    assert busy is not None
    assert quiet is not None
    assert busy < quiet
    assert Overview(store).sites(now=desk.now)[0].next_due_at == busy


def test_looks_keep_within_the_bounds_of_the_site_file(store: Store, desk: Desk) -> None:
    read_all(desk, {"a": [], "b": []})

    next_looks = planned(store, site(soonest=20 * MINUTE, latest=40 * MINUTE), desk.now)

    assert all(
        at is not None and desk.now + 20 * MINUTE <= at <= desk.now + 40 * MINUTE
        for at in next_looks.values()
    )


def test_what_could_not_be_read_has_its_turn_but_not_at_once(store: Store, desk: Desk) -> None:
    read_all(desk, {"a": [], "b": []})
    desk.later(days=9)
    read_all(desk, {"a": []})

    next_looks = planned(store, site(), desk.now)

    assert next_looks["b"] == desk.now + 5 * MINUTE


def test_a_column_that_left_the_site_file_is_no_reason_to_look(store: Store, desk: Desk) -> None:
    read_all(desk, {"a": [], "old": []})
    desk.later(days=30)
    read_all(desk, {"a": []})

    planned(store, site("a"), desk.now)

    due = Overview(store).sites(now=desk.now)[0].next_due_at
    assert due is not None
    assert due >= desk.now + 5 * MINUTE


def test_a_fixed_plan_and_a_short_interval_leave_the_site_its_time(
    store: Store, desk: Desk
) -> None:
    read_all(desk, {"a": [], "b": []})

    assert set(planned(store, site(plan=Plan.FIXED), desk.now).values()) == {None}
    assert set(planned(store, site(every=MINUTE), desk.now).values()) == {None}


def test_a_plan_is_forgotten_when_the_site_file_asks_for_fixed_looks(
    store: Store, desk: Desk
) -> None:
    read_all(desk, {"a": [], "b": []})
    planned(store, site(), desk.now)

    Looks(store).forget("yunling")

    assert set(planned(store, site(plan=Plan.FIXED), desk.now).values()) == {None}


def test_looks_at_columns_are_counted(store: Store, desk: Desk) -> None:
    for _ in range(3):
        read_all(desk, {"a": [], "b": []})
        desk.later(hours=1)

    looks = Looks(store)

    assert looks.made("yunling", since=desk.now - 3 * HOUR) == 6
    assert looks.made("yunling", since=desk.now - 2 * HOUR) == 4
