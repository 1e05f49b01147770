"""Due sites are claimed once, by whichever service is faster; nothing due is lost."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from storage.overview import Overview
from storage.schema import Crawl, Site, Slot
from storage.slots import ClaimedSlot, NextSlot, PlannedSite, Slots, SlotState, begin
from storage.store import Store, open_store

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALIVE = "elsewhere:boot:1:1"


def planned(*names: str, every: timedelta = HOUR) -> list[PlannedSite]:
    return [PlannedSite(name=n, title=None, timezone="Asia/Shanghai", latest=every) for n in names]


def claim(
    slots: Slots, *names: str, now: datetime = NOW, holder: str = ALIVE, limit: int = 10
) -> tuple[ClaimedSlot, ...]:
    def plan(_site: str, due_at: datetime) -> NextSlot:
        missed = (now - due_at) // HOUR
        return NextSlot(missed=missed, made_for=due_at + missed * HOUR, next_due_at=now + HOUR)

    return slots.claim_due(names, holder=holder, now=now, limit=limit, plan=plan)


def due(store: Store) -> dict[str, datetime | None]:
    return {site.site: site.next_due_at for site in Overview(store).sites(now=NOW)}


def slot_rows(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as connection:
        rows = connection.execute(select(Slot.state, Slot.detail).order_by(Slot.id)).all()
    return [(row.state, row.detail) for row in rows]


def test_a_new_site_is_due_at_once_and_claimed_once(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a", "b"), now=NOW)

    first = claim(slots, "a", "b")
    second = claim(slots, "a", "b")

    assert [slot.site for slot in first] == ["a", "b"]
    assert second == ()
    assert due(store) == {"a": NOW + HOUR, "b": NOW + HOUR}


def test_a_restart_moves_nothing(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)
    claim(slots, "a")

    slots.schedule(planned("a"), now=NOW + timedelta(minutes=30))

    assert due(store) == {"a": NOW + HOUR}


def test_a_shorter_interval_counts_from_the_restart(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)
    claim(slots, "a")

    slots.schedule(planned("a", every=timedelta(minutes=5)), now=NOW)

    assert due(store) == {"a": NOW + timedelta(minutes=5)}


def test_a_site_whose_file_is_gone_is_left_alone(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a", "b"), now=NOW)

    slots.unschedule_others(["a"])

    assert due(store) == {"a": NOW, "b": None}


def test_only_own_sites_are_claimed_up_to_the_limit_and_the_longest_overdue_first(
    store: Store,
) -> None:
    slots = Slots(store)
    for hours, name in enumerate("cabd"):
        slots.schedule(planned(name), now=NOW - 10 * HOUR + hours * HOUR)

    assert [slot.site for slot in claim(slots, *"abc", limit=2)] == ["c", "a"]


def test_a_site_that_is_still_crawled_is_not_claimed_again(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)
    (running,) = claim(slots, "a")

    too_early = claim(slots, "a", now=NOW + 2 * HOUR)
    slots.finish(running, holder=ALIVE, detail=None)

    assert too_early == ()
    assert [slot.site for slot in claim(slots, "a", now=NOW + 2 * HOUR)] == ["a"]


def test_missed_looks_become_one_row_and_one_look_that_say_how_many(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)

    claimed = claim(slots, "a", now=NOW + 5.5 * HOUR)

    assert [slot.due_at for slot in claimed] == [NOW + 5 * HOUR]
    assert slot_rows(store) == [
        (SlotState.MISSED, "nobody looked before 2026-03-01 13:30 UTC"),
        (SlotState.CLAIMED, "makes up for 5 missed looks"),
    ]
    with store.read() as connection:
        rows = connection.execute(select(Slot.due_at, Slot.looks).order_by(Slot.id)).all()
    assert [tuple(row) for row in rows] == [(NOW, 5), (NOW + 5 * HOUR, 1)]


def test_a_clock_that_was_set_back_onto_an_old_slot_makes_a_new_one(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)
    (first,) = claim(slots, "a")
    slots.finish(first, holder=ALIVE, detail=None)
    slots.hasten("a", now=NOW)

    (second,) = claim(slots, "a")

    assert second.id != first.id
    assert timedelta(0) < second.due_at - first.due_at < timedelta(milliseconds=1)


def test_many_services_run_each_slot_once(store: Store, database: str) -> None:
    names = [f"site{n}" for n in range(60)]
    Slots(store).schedule(planned(*names), now=NOW)
    claimed: list[str] = []

    def service(number: int) -> None:
        own = open_store(database)
        while mine := claim(Slots(own), *names, holder=f"h{number}", limit=3):
            claimed.extend(slot.site for slot in mine)
        own.close()

    threads = [threading.Thread(target=service, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(names)


def test_a_slot_ends_with_its_crawl_or_as_missed(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a", "b"), now=NOW)
    ran, missed = claim(slots, "a", "b")
    _add_crawl(store, "a", "ok", NOW + timedelta(seconds=1), slot=ran)

    ended = slots.finish(ran, holder=ALIVE, detail=None)
    not_begun = slots.finish(missed, holder=ALIVE, detail="it is being crawled by hand")

    assert ended is not None
    assert not_begun is not None
    assert (ended.state, ended.outcome, ended.articles_new) == (SlotState.RAN, "ok", 3)
    assert (not_begun.state, not_begun.outcome) == (SlotState.MISSED, None)
    assert slot_rows(store) == [
        (SlotState.RAN, None),
        (SlotState.MISSED, "it is being crawled by hand"),
    ]


def test_failures_in_a_row_are_counted_up_to_the_last_good_crawl(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)
    for hours, outcome in enumerate(["failed", "ok", "blocked", "failed"]):
        _add_crawl(store, "a", outcome, NOW - HOUR + hours * timedelta(minutes=1))
    (slot,) = claim(slots, "a")
    _add_crawl(store, "a", "failed", NOW, slot=slot)

    ended = slots.finish(slot, holder=ALIVE, detail=None)

    assert ended is not None
    assert ended.failures == 3


def test_a_failing_site_is_postponed_never_hastened(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a"), now=NOW)

    slots.postpone("a", until=NOW + 6 * HOUR)
    slots.postpone("a", until=NOW + HOUR)

    assert due(store) == {"a": NOW + 6 * HOUR}


def _add_crawl(
    store: Store, site: str, outcome: str, started_at: datetime, *, slot: ClaimedSlot | None = None
) -> None:
    with store.write() as connection:
        site_id = connection.scalar(select(Site.id).where(Site.name == site))
        crawl_id = connection.execute(
            insert(Crawl).values(
                site_id=site_id, token=1, trigger="service", started_at=started_at, outcome=outcome,
                articles_new=3, failures={}, notes=[],
            ).returning(Crawl.id)
        ).scalar_one()  # fmt: skip
        if slot is not None:
            assert begin(connection, slot.id, crawl_id=crawl_id)


def test_the_next_to_be_due_is_the_first_that_is_not_yet(store: Store) -> None:
    slots = Slots(store)
    slots.schedule(planned("a", "b", "c"), now=NOW)
    claim(slots, "a", now=NOW)
    claim(slots, "b", now=NOW + timedelta(minutes=5))

    assert slots.next_due(["a", "b", "c"], after=NOW) == NOW + HOUR  # c is overdue
    assert slots.next_due(["b", "c"], after=NOW) == NOW + HOUR + timedelta(minutes=5)
    assert slots.next_due(["c"], after=NOW) is None
