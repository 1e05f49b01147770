"""Several services on one database, each with clocks of its own: every slot is one run or one miss.

The services are real, their crawls are rows: what is tested is who runs what, and when. Time is a
number that the tests move; each service has a wall clock that may be set wrong.
"""

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crawler.site import Plan, Site
from scheduler.duty import Duty, DutySettings
from storage.crawl import CrawlEnd, CrawlOutcome, Lease, Trigger
from storage.crawls import Crawls
from storage.errors import LeaseLostError, SlotLostError
from storage.schema import Crawl, Slot
from storage.schema import Site as SiteRow
from storage.slots import ClaimedSlot, SlotState
from storage.store import Store

START = datetime(2026, 3, 29, 0, 40, tzinfo=UTC)  # twenty minutes before Berlin's summer time
EVERY, LEASE = timedelta(minutes=10), timedelta(seconds=60)
STEP_S = 15.0


class World:
    """The true time, and what all services share."""

    def __init__(self, store: Store, sites: int, timezone: str = "Europe/Berlin") -> None:
        self.store, self.elapsed_s = store, 1000.0
        self.sites = [
            Site(
                name=f"site{n}", title="云岭", start=(f"http://{n}.example/",), every=EVERY,
                plan=Plan.FIXED, timezone=timezone,
            )
            for n in range(sites)
        ]  # fmt: skip
        self.services: list[Scheduler] = []

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s - 1000)

    def start(self, name: str) -> "Scheduler":
        service = Scheduler(self, f"{name}:boot-1:1:1")
        self.services.append(service)
        return service

    def run(self, span: timedelta) -> None:
        """Let time pass, in steps; everybody does what it does in each."""
        end = self.elapsed_s + span.total_seconds()
        while self.elapsed_s < end:
            self.elapsed_s += STEP_S
            for service in self.services:
                if service.goes_on:
                    service.step()


class Scheduler:
    """A service whose crawls take a while and are rows only. It may be killed, frozen, misled."""

    def __init__(self, world: World, holder: str) -> None:
        self.world, self.off, self.goes_on = world, timedelta(0), True
        settings = DutySettings(holder=holder, every=EVERY, lease=LEASE)
        self.duty = Duty(
            world.store, world.sites, settings,
            clock=lambda: world.now + self.off, elapsed_s=lambda: world.elapsed_s,
        )  # fmt: skip
        self.running: dict[str, tuple[ClaimedSlot, Lease, float]] = {}
        self.crawls = Crawls(world.store)
        self.taken_over: list[str] = []
        self.duty.begin(only_these=True)
        self._beat_at_s = world.elapsed_s

    def step(self) -> None:
        if self.world.elapsed_s - self._beat_at_s >= self.duty.settings.beat_s:
            self._beat_at_s = self.world.elapsed_s
            self.duty.beat()
        self.taken_over += self.duty.relieve()
        self._end_crawls()
        for slot in self.duty.claim(limit=3 - len(self.running), busy=self.running):
            self._begin(slot)

    def _begin(self, slot: ClaimedSlot) -> None:
        try:
            lease = self.crawls.begin(
                slot.site, title=None, timezone="UTC", holder=f"child-{slot.id}:b:1:1",
                trigger=Trigger.SERVICE, full=False, alert_max_age=LEASE, now=self.world.now,
                slot=slot.id,
            )  # fmt: skip
        except SlotLostError:
            return
        self.running[slot.site] = (slot, lease, self.world.elapsed_s + 20)

    def _end_crawls(self) -> None:
        for site, (slot, lease, until_s) in tuple(self.running.items()):
            if self.world.elapsed_s < until_s:
                continue
            end = CrawlEnd(outcome=CrawlOutcome.OK, requests=1, failures={})
            try:
                self.crawls.finish(lease, end, now=self.world.now)
                lost = False
            except LeaseLostError:
                lost = True
            ended = self.duty.close(slot, None, stopping=False)
            assert (ended is None) == lost  # who may not save may not end the slot, and reverse
            del self.running[site]


def rows(store: Store) -> Sequence[tuple[str, str, datetime, int, bool]]:
    query = (
        select(SiteRow.name, Slot.state, Slot.due_at, Slot.looks, Slot.crawl_id.is_not(None))
        .join(SiteRow, SiteRow.id == Slot.site_id)
        .order_by(SiteRow.name, Slot.due_at)
    )
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


def check(world: World) -> None:
    """Every slot is one run or one recorded miss, and no two crawls of a site overlap."""
    with world.store.read() as connection:
        several = connection.execute(
            select(Slot.crawl_id).group_by(Slot.crawl_id).where(Slot.crawl_id.is_not(None))
            .having(func.count() > 1)
        ).all()  # fmt: skip
        without_slot = connection.scalar(
            select(func.count()).select_from(Crawl)
            .where(Crawl.id.not_in(select(Slot.crawl_id).where(Slot.crawl_id.is_not(None))))
        )  # fmt: skip
        crawls = connection.execute(
            select(Crawl.site_id, Crawl.started_at, Crawl.finished_at)
            .where(Crawl.outcome == "ok").order_by(Crawl.site_id, Crawl.started_at)
        ).all()  # fmt: skip
    assert several == []
    assert without_slot == 0
    for before, after in itertools.pairwise(crawls):
        assert before.site_id != after.site_id or before.finished_at <= after.started_at
    for _, state, _, looks, has_crawl in rows(world.store):
        assert looks >= 1
        assert state != SlotState.RAN or has_crawl


def longest_wait(store: Store) -> timedelta:
    """The longest time that any site was not looked at between two crawls that ended well."""
    query = (
        select(Crawl.site_id, Crawl.started_at).where(Crawl.outcome == "ok")
        .order_by(Crawl.site_id, Crawl.started_at)
    )  # fmt: skip
    with store.read() as connection:
        found = connection.execute(query).all()
    return max(
        after.started_at - before.started_at
        for before, after in itertools.pairwise(found)
        if before.site_id == after.site_id
    )


def test_a_killed_service_is_taken_over_within_two_leases(store: Store) -> None:
    world = World(store, sites=2)
    first = world.start("a")
    world.run(timedelta(seconds=STEP_S))
    assert set(first.running) == {"site0", "site1"}

    first.goes_on = False
    second = world.start("b")
    world.run(LEASE - timedelta(seconds=STEP_S))
    early = list(second.taken_over)
    world.run(LEASE)

    assert early == []
    assert sorted(second.taken_over) == ["site0", "site1"]
    assert [row[1] for row in rows(store)] == ["missed", "ran"] * 2
    check(world)


def test_a_service_that_stood_still_ends_and_saves_nothing_when_it_goes_on(store: Store) -> None:
    world = World(store, sites=2)
    first, second = world.start("a"), world.start("b")
    world.run(timedelta(seconds=STEP_S))
    stood = first if first.running else second

    stood.goes_on = False
    world.run(2 * LEASE)
    stood.goes_on = True
    world.run(timedelta(minutes=12))

    assert not stood.taken_over  # it slept itself: it does not think that the other did
    check(world)


@pytest.mark.parametrize(("hours", "everywhere"), [(26, True), (-26, True), (26, False)])
def test_a_clock_that_is_set_wrong_makes_no_slot_run_twice_and_no_site_wait(
    store: Store, hours: int, everywhere: bool
) -> None:
    world = World(store, sites=2)
    services = [world.start("a"), world.start("b")]
    world.run(timedelta(minutes=5))

    for service in services if everywhere else services[:1]:
        service.off = timedelta(hours=hours)
    world.run(timedelta(minutes=12))
    for service in services:
        service.off = timedelta(0)
    world.run(timedelta(minutes=23))

    check(world)
    # The sites are planned anew when the clock is right again: from then on one interval at most.
    assert longest_wait(store) <= 2 * EVERY + 2 * LEASE
    assert not any(service.taken_over for service in services)
    crawls = sum(state == SlotState.RAN for _, state, *_ in rows(store))
    assert 2 * 4 <= crawls <= 2 * 8  # a look every ten minutes for forty, and a few for the jumps


def test_a_moment_of_a_wrong_clock_moves_nothing(store: Store) -> None:
    world = World(store, sites=1)
    service = world.start("a")
    world.run(timedelta(minutes=5))

    service.off = timedelta(days=400)
    world.run(timedelta(seconds=STEP_S))
    service.off = timedelta(0)
    world.run(timedelta(minutes=20))

    assert [row[1] for row in rows(store)] == ["ran"] * 3


def test_an_hour_that_is_left_out_changes_no_slot(store: Store) -> None:
    world = World(store, sites=1, timezone="Europe/Berlin")
    world.start("a")

    world.run(timedelta(minutes=59))

    check(world)
    assert [row[1] for row in rows(store)] == ["ran"] * 6  # one every ten minutes
    assert longest_wait(store) <= EVERY * 1.08


def test_looks_that_nobody_made_are_one_row_that_says_how_many(store: Store) -> None:
    world = World(store, sites=1)
    service = world.start("a")
    world.run(timedelta(minutes=1))

    service.goes_on = False
    world.run(timedelta(hours=5))
    service.goes_on = True
    world.run(timedelta(minutes=1))

    kept = rows(store)
    assert [row[1] for row in kept] == ["ran", "missed", "ran"]
    assert kept[1][3] in {28, 29}  # of those that were due in five hours
    assert kept[2][2] - kept[1][2] == kept[1][3] * EVERY


def test_kills_freezes_and_wrong_clocks_in_any_order(store: Store) -> None:
    chance = random.Random(7)
    world = World(store, sites=4)
    for name in "abc":
        world.start(name)

    for number in range(8):
        service = chance.choice(world.services)
        what = chance.choice(["kill", "freeze", "go on", "jump", "right"])
        if what == "kill":
            world.services.remove(service)
            world.start(f"new{number}")
        elif what in {"freeze", "go on"}:
            service.goes_on = what == "go on"
        else:
            hours = chance.uniform(-30, 30) if what == "jump" else 0
            service.off = timedelta(hours=hours)
        world.run(timedelta(seconds=chance.uniform(10, 240)))
    for service in world.services:
        service.goes_on, service.off = True, timedelta(0)
    world.run(timedelta(minutes=20))

    check(world)
    claimed = [row for row in rows(store) if row[1] == SlotState.CLAIMED]
    assert len(claimed) <= len(world.sites)
