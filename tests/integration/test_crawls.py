"""Who may save for a site, and how crawls end."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.crawl import LEASE, CrawlEnd, CrawlOutcome, CrawlSummary
from storage.errors import DatabaseFailedError, LeaseLostError, SiteBusyError
from storage.holder import is_dead, me, shown
from storage.overview import Overview
from storage.schema import Crawl
from storage.store import Store
from tests.integration.desk import Desk, article, link

FIRST, SECOND = article("info/1001/1"), article("info/1001/2")


def outcomes(desk: Desk) -> list[str | None]:
    return [row.outcome for row in desk.rows(select(Crawl.outcome).order_by(Crawl.id))]


def dead_holder() -> str:
    """The name of a process that was, on this machine."""
    ask = "from storage.holder import me; print(me())"
    run = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=os.environ
    )
    return run.stdout.strip()


def test_a_second_crawl_of_a_site_is_refused_with_a_readable_holder(store: Store) -> None:
    Desk(store).begin(holder=me())

    with pytest.raises(SiteBusyError) as refused:
        Desk(store).begin(holder=me())

    assert refused.value.holder == shown(me())
    assert f"process {os.getpid()} on " in str(refused.value)


def test_another_site_may_be_crawled_meanwhile(store: Store) -> None:
    Desk(store).begin(holder=me())

    Desk(store, "beihai").begin(holder=me())


def test_a_dead_holder_on_this_machine_is_taken_over_at_once(store: Store) -> None:
    holder = dead_holder()
    first, second = Desk(store), Desk(store)
    first.begin(holder=holder)

    second.begin(holder=me())

    assert is_dead(holder)
    assert outcomes(second) == ["interrupted", None]


def test_a_holder_elsewhere_is_waited_for_until_its_lease_expires(store: Store) -> None:
    first, second = Desk(store), Desk(store)
    first.begin(holder="another-machine:boot:1:1")

    second.now += LEASE - timedelta(seconds=1)
    with pytest.raises(SiteBusyError):
        second.begin()
    second.later(seconds=1)
    second.begin()

    assert second.lease.token == first.lease.token + 1


def test_a_crawl_that_was_taken_over_saves_nothing_more(store: Store) -> None:
    first, second = Desk(store), Desk(store)
    first.begin()
    first.save(first.read(FIRST))
    second.now += LEASE
    second.begin()
    end = CrawlEnd(outcome=CrawlOutcome.OK, requests=1, failures={})

    for act in (
        lambda: first.save(first.read(SECOND)),
        lambda: first.crawls.renew(first.lease, now=first.now),
        lambda: first.crawls.link_twins(first.lease, now=first.now),
        lambda: first.crawls.finish(first.lease, end, now=first.now),
    ):
        with pytest.raises(LeaseLostError):
            act()

    assert [a.title for a in second.all()] == [FIRST.title]
    assert outcomes(second) == ["interrupted", None]


def test_saving_and_renewing_keep_the_lease(store: Store) -> None:
    first, second = Desk(store), Desk(store)
    first.begin()
    for keep in (first.save, lambda: first.crawls.renew(first.lease, now=first.now)):
        first.now += LEASE - timedelta(seconds=1)
        keep()

    second.now = first.now + LEASE - timedelta(seconds=1)
    with pytest.raises(SiteBusyError):
        second.begin()


def test_a_finished_crawl_gives_the_lease_back(store: Store) -> None:
    first = Desk(store)
    first.begin(holder=me())
    first.finish()

    Desk(store).begin(holder=me())

    assert outcomes(first) == ["ok", None]


def test_a_summary_says_what_the_crawl_found(desk: Desk) -> None:
    desk.crawl(desk.read(SECOND))
    desk.begin()
    desk.later(seconds=5)
    column = desk.column("zyxw")
    items = [link(FIRST), link(SECOND, document_id=1)]
    desk.save(desk.listing(column, items), desk.read(FIRST))
    end = CrawlEnd(
        outcome=CrawlOutcome.PARTIAL, requests=3, failures={"counter": 1}, notes=("left out",),
        counter_form="batch",
    )  # fmt: skip

    summary = desk.crawls.finish(desk.lease, end, now=desk.now)

    assert summary == CrawlSummary(
        site="yunling", outcome="partial", requests=3, articles_new=1, articles_seen=1, sightings=2,
        failures={"counter": 1}, notes=("left out",), elapsed_s=5.0,
    )  # fmt: skip
    (row,) = desk.rows(select(Crawl).where(Crawl.id == desk.lease.crawl_id))
    assert (row.articles_new, row.articles_seen, row.failures) == (1, 1, {"counter": 1})
    assert desk.crawls.counter_form(desk.lease.site_id) == "batch"


def test_a_database_that_fails_says_so_in_one_error(desk: Desk) -> None:
    with pytest.raises(DatabaseFailedError), desk.store.write() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def test_a_process_that_is_alive_or_elsewhere_is_not_dead() -> None:
    assert not is_dead(me())
    assert not is_dead("another-machine:boot:1:1")
    assert not is_dead("nonsense")


def test_a_crawl_that_was_killed_is_interrupted_as_soon_as_its_lease_is_over(desk: Desk) -> None:
    desk.begin()

    running = Overview(desk.store).sites(now=desk.now)[0]
    desk.later(seconds=61)
    killed = Overview(desk.store).sites(now=desk.now)[0]

    assert (running.last_outcome, killed.last_outcome) == (None, "interrupted")
