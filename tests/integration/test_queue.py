"""Slots that are handed to workers through procrastinate, on PostgreSQL."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from crawler.families import families
from crawler.site import Fetch, Plan, Site
from crawler.site_record import site_of, site_record
from scheduler.queue import Consumer, Jobs
from storage.checking import leases, look
from storage.errors import QueueNeedsServerError, QueueTooNewError, WorkersMissingError
from storage.queue import Queued, scripts
from storage.schema import Slot
from storage.services import Kind, Services
from storage.slots import ClaimedSlot, Slots, SlotState
from storage.store import Store, open_store
from tests.databases import NO_SERVER, ON_POSTGRES, ON_SQLITE, own_schema
from tests.integration.test_services import begin
from tests.integration.test_slots import HOUR, NOW, due, planned, slot_rows

WORKER = "elsewhere:boot:3:3"
SECOND = timedelta(seconds=1)


def site(name: str, host: str = "a.example") -> Site:
    return Site(name=name, title="云岭", start=(f"http://{host}/{name}.htm",))


def queue(store: Store, sites: Mapping[str, Site], now: datetime = NOW) -> list[ClaimedSlot]:
    from storage.slots import NextSlot

    jobs = Jobs()
    return list(
        Slots(store).queue_due(
            sites, holder="service:b:1:1", now=now, limit=10,
            plan=lambda _, due_at: NextSlot(missed=0, made_for=due_at, next_due_at=now + HOUR),
            hand_over=lambda driver, slot: jobs.defer(driver, slot, sites[slot.site]),
        )
    )  # fmt: skip


@pytest.fixture
def queued(store: Store) -> Queued:
    queued = Queued(store)
    queued.prepare()
    with store.write() as connection:
        connection.execute(text("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"))
    return queued


def test_a_site_comes_back_from_its_record_as_it_was() -> None:
    full = Site(
        name="yunling", title="云岭大学", start=("http://a.example/1.htm", "http://a.example/2.htm"),
        every=timedelta(minutes=90), plan=Plan.FIXED, soonest=timedelta(seconds=90),
        latest=timedelta(days=2), delay_s=2.5, since=date(2024, 1, 1), max_pages=7, family="vsb",
        timezone="Europe/Berlin", counters=False, render=True, verify_tls=False,
        headers={"X-A": "1"}, cookies={"a": "b"}, selectors={"title": "h1"}, fetch=Fetch.ALL,
        fetch_kinds=("pdf",), fetch_hosts=("files.example",), max_file_mb=3, max_crawl_mb=4,
    )  # fmt: skip
    names = tuple(one.name for one in families())

    for one in (full, site("plain")):
        assert site_of(one.name, site_record(one), families=names) == one
    assert set(site_record(site("plain"))) == {"title", "start"}


@ON_SQLITE
def test_sqlite_has_no_queue_and_says_so(store: Store) -> None:
    with pytest.raises(QueueNeedsServerError, match="several machines need PostgreSQL"):
        Queued(store).prepare()


@ON_POSTGRES
def test_without_the_engine_it_is_said_what_to_install(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("procrastinate", "procrastinate.sql"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(WorkersMissingError, match=r"pip install 'wenxun\[workers\]'"):
        Queued(store).prepare()


@ON_POSTGRES
def test_who_does_without_workers_waits_for_none(store: Store, queued: Queued) -> None:
    sites = {"a": site("a"), "b": site("b")}
    Slots(store).schedule(planned(*sites), now=NOW)
    slots = {one.site: one.id for one in queue(store, sites)}

    ended = queued.abandon(["a"], now=NOW + SECOND)

    assert ended == 1
    assert due(store)["a"] == NOW + SECOND
    assert queued.take(slots["a"], worker=WORKER, now=NOW) is None
    assert queued.take(slots["b"], worker=WORKER, now=NOW) is not None


@ON_POSTGRES
def test_who_does_without_workers_ends_what_they_reported(store: Store, queued: Queued) -> None:
    sites = {"a": site("a"), "b": site("b")}
    Slots(store).schedule(planned(*sites), now=NOW)
    for slot in queue(store, sites):
        taken = queued.take(slot.id, worker=WORKER, now=NOW)
        assert taken is not None
        if slot.site == "a":
            begin(store, taken)
        assert queued.report(taken, worker=WORKER, detail=None, now=NOW)

    ended = queued.abandon(sites, now=NOW + SECOND)

    assert ended == 1  # that of which nobody crawled anything is due at once
    assert [state for state, _ in slot_rows(store)] == [SlotState.RAN, SlotState.MISSED]
    assert due(store) == {"a": NOW + HOUR, "b": NOW + SECOND}


@NO_SERVER
def test_the_queue_is_made_once_and_brought_up_to_date() -> None:
    with own_schema() as url:
        _check_made_once(url)


def _check_made_once(url: str) -> None:
    store, engine = open_store(url), create_engine(url)
    _, steps = scripts()
    old = sorted(steps)[-6]
    for name in sorted(one for one in steps if one <= old):  # as an older engine left it
        with engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(steps[name])
    with engine.begin() as connection:
        connection.execute(text(f"COMMENT ON TABLE procrastinate_jobs IS '{old}'"))

    Queued(store).prepare()
    Queued(store).prepare()

    with engine.begin() as connection:
        noted = connection.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass)"))
        connection.execute(text("COMMENT ON TABLE procrastinate_jobs IS '99.00.00_01_of_later'"))
    engine.dispose()
    assert noted == max(steps)
    with pytest.raises(QueueTooNewError, match=r"99\.00\.00"):
        Queued(store).prepare()
    store.close()


@ON_POSTGRES
def test_slot_and_job_are_one_and_a_site_waits_once(store: Store, queued: Queued) -> None:
    sites = {name: site(name) for name in "ab"}
    Slots(store).schedule(planned(*sites), now=NOW)

    first = queue(store, sites)
    Slots(store).hasten("a", now=NOW)
    second = queue(store, sites)

    assert [one.site for one in first] == ["a", "b"]
    assert second == []
    assert queued.count() == 2
    assert [state for state, _ in slot_rows(store)] == [SlotState.QUEUED] * 2


@ON_POSTGRES
def test_a_job_that_waits_already_leaves_the_site_due(store: Store, queued: Queued) -> None:
    sites = {name: site(name) for name in "ab"}
    Slots(store).schedule(planned(*sites), now=NOW)
    (old, _) = queue(store, sites)
    with store.write() as connection:  # the slot is gone, its job still waits
        connection.execute(Slot.__table__.delete().where(Slot.id == old.id))
    Slots(store).hasten("a", now=NOW)

    again = queue(store, sites)

    assert again == []
    assert due(store)["a"] == NOW
    assert queued.count() == 1


@ON_POSTGRES
def test_a_worker_takes_a_slot_once_and_a_service_ends_it(store: Store, queued: Queued) -> None:
    Slots(store).schedule(planned("a"), now=NOW)
    (slot,) = queue(store, {"a": site("a")})

    taken = queued.take(slot.id, worker=WORKER, now=NOW + SECOND)
    again = queued.take(slot.id, worker="other:b:4:4", now=NOW + SECOND)
    assert taken is not None
    early = queued.reported(["a"])
    by_another = queued.report(taken, worker="other:b:4:4", detail="no", now=NOW)
    said = queued.report(taken, worker=WORKER, detail="it did not begin", now=NOW)
    (reported,) = queued.reported(["a"])
    ended = Slots(store).finish(reported.slot, holder=reported.worker, detail=None)
    twice = Slots(store).finish(reported.slot, holder=reported.worker, detail=None)

    assert (again, early, by_another, said) == (None, (), False, True)
    assert ended is not None
    assert twice is None
    assert slot_rows(store) == [(SlotState.MISSED, "it did not begin")]


@ON_POSTGRES
def test_what_a_worker_reported_is_not_taken_over_with_it(store: Store, queued: Queued) -> None:
    sites = {"a": site("a"), "b": site("b")}
    Slots(store).schedule(planned(*sites), now=NOW)
    Services(store).beat(WORKER, now=NOW, kind=Kind.WORKER)
    slots = [queued.take(one.id, worker=WORKER, now=NOW) for one in queue(store, sites)]
    assert slots[0] is not None
    queued.report(slots[0], worker=WORKER, detail=None, now=NOW)

    due_again = Services(store).take_over({WORKER: NOW}, now=NOW + SECOND)

    assert due_again == ("b",)
    assert [one.slot.site for one in queued.reported(["a", "b"])] == ["a"]
    ids = {one.site: one.id for one in slots if one}
    assert queued.ended(tuple(ids.values())) == {ids["b"]}
    late = NOW + 2 * HOUR
    found = look(store, [leases.CHECK], quick=True, repair=True, now=late, progress=lambda *_: None)
    assert list(found) == []


@ON_POSTGRES
def test_a_slot_whose_job_was_removed_is_missed_and_due(store: Store, queued: Queued) -> None:
    sites = {"a": site("a"), "b": site("b")}
    Slots(store).schedule(planned(*sites), now=NOW)
    queue(store, sites)
    with store.write() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE args->>'site' = 'a'"))

    early = queued.give_up_lost(older_than=HOUR, now=NOW + SECOND)
    late = queued.give_up_lost(older_than=HOUR, now=NOW + 2 * HOUR)

    assert (early, late) == (0, 1)
    assert [state for state, _ in slot_rows(store)] == [SlotState.MISSED, SlotState.QUEUED]


@ON_POSTGRES
def test_a_host_is_crawled_by_one_job_at_a_time_and_a_job_that_is_dropped_frees_it(
    store: Store, queued: Queued
) -> None:
    sites = {"a": site("a", "one.example"), "b": site("b", "one.example"),
             "c": site("c", "two.example")}  # fmt: skip
    Slots(store).schedule(planned(*sites), now=NOW)
    queue(store, sites)
    began: list[str] = []
    seen: dict[str, Any] = {}

    async def consume() -> None:
        go_on = asyncio.Event()

        async def run(_slot: int, name: str, record: Mapping[str, Any]) -> None:
            began.append(name)
            assert site_of(name, record, families=()) == sites[name]
            await go_on.wait()

        consumer = Consumer(queued.arguments(), run)
        work = asyncio.create_task(
            consumer.consume(at_once=3, name=WORKER, beat_s=1.0, lease_s=10.0)
        )
        await _until(lambda: len(began) == 2)
        running = await consumer.running()
        seen["running"] = len(running)
        await consumer.drop(running[min(running)][0])
        await _until(lambda: len(began) == 3)
        go_on.set()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(consume())

    assert began == ["a", "c", "b"]
    assert seen == {"running": 2}


async def _until(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail("not within 30 s")
