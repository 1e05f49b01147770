"""Who was taken over can neither end a slot nor save; who is alive keeps what it has."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.crawl import CrawlEnd, CrawlOutcome, Lease, Trigger
from storage.crawls import Crawls
from storage.errors import LeaseLostError, SlotLostError
from storage.holder import me
from storage.schema import Crawl, Slot
from storage.services import Kind, Services
from storage.slots import ClaimedSlot, Slots, SlotState
from storage.store import Store
from tests.integration.test_slots import ALIVE, HOUR, NOW, claim, due, planned, slot_rows

OTHER = "further:boot:2:2"
SECOND = timedelta(seconds=1)


def begin(store: Store, slot: ClaimedSlot, now: datetime = NOW) -> Lease:
    return Crawls(store).begin(
        slot.site, title=None, timezone="UTC", holder=f"child of {slot.id}",
        trigger=Trigger.SERVICE, full=False, alert_max_age=HOUR, now=now, slot=slot.id,
    )  # fmt: skip


def claimed_and_silent(store: Store) -> ClaimedSlot:
    """A slot of ALIVE, which stands still from now on."""
    Slots(store).schedule(planned("a"), now=NOW)
    Services(store).beat(ALIVE, now=NOW)
    (slot,) = claim(Slots(store), "a")
    return slot


def taken_over(store: Store) -> ClaimedSlot:
    """Take the slot of ALIVE over, and claim the site for OTHER."""
    assert Services(store).take_over({ALIVE: NOW}, now=NOW + SECOND) == ("a",)
    (slot,) = claim(Slots(store), "a", holder=OTHER, now=NOW + SECOND)
    return slot


def test_who_was_taken_over_cannot_end_a_slot(store: Store) -> None:
    old = claimed_and_silent(store)
    new = taken_over(store)

    ended = Slots(store).finish(old, holder=ALIVE, detail="late")
    not_theirs = Slots(store).finish(new, holder=ALIVE, detail="late")

    assert (ended, not_theirs) == (None, None)
    assert slot_rows(store) == [
        (SlotState.MISSED, "the service stopped while it ran"),
        (SlotState.CLAIMED, None),
    ]


def test_a_child_of_who_was_taken_over_cannot_begin(store: Store) -> None:
    old = claimed_and_silent(store)
    new = taken_over(store)

    with pytest.raises(SlotLostError):
        begin(store, old)
    lease = begin(store, new)

    with store.read() as connection:
        crawls = connection.scalars(select(Crawl.id)).all()
        linked = connection.scalar(select(Slot.crawl_id).where(Slot.id == new.id))
    assert list(crawls) == [lease.crawl_id] == [linked]


def test_a_child_of_who_was_taken_over_can_save_nothing_more(store: Store) -> None:
    old = claimed_and_silent(store)
    lost = begin(store, old)
    new = taken_over(store)

    with pytest.raises(LeaseLostError):
        Crawls(store).save(lost, [], requests=1, now=NOW + SECOND)
    with pytest.raises(LeaseLostError):
        Crawls(store).finish(lost, _OK, now=NOW + SECOND)
    # The lease of the old child does not keep the new one out.
    held = begin(store, new, NOW + SECOND)
    Crawls(store).finish(held, _OK, now=NOW + 2 * SECOND)
    ended = Slots(store).finish(new, holder=OTHER, detail=None)

    assert ended is not None
    assert (ended.state, ended.outcome) == (SlotState.RAN, "ok")


def test_a_slot_begins_one_crawl(store: Store) -> None:
    slot = claimed_and_silent(store)
    Crawls(store).finish(begin(store, slot), _OK, now=NOW + SECOND)

    with pytest.raises(SlotLostError):
        begin(store, slot, NOW + 2 * SECOND)


def test_a_crawl_that_had_ended_keeps_its_end(store: Store) -> None:
    slot = claimed_and_silent(store)
    Crawls(store).finish(begin(store, slot), _OK, now=NOW + SECOND)

    due_again = Services(store).take_over({ALIVE: NOW}, now=NOW + SECOND)

    assert due_again == ()
    assert slot_rows(store) == [(SlotState.RAN, "its service stopped before it said so")]
    assert due(store) == {"a": NOW + HOUR}


def test_who_moved_meanwhile_is_not_taken_over(store: Store) -> None:
    slot = claimed_and_silent(store)
    Services(store).beat(ALIVE, now=NOW + SECOND)

    due_again = Services(store).take_over({ALIVE: NOW}, now=NOW + SECOND)
    ended = Slots(store).finish(slot, holder=ALIVE, detail=None)

    assert due_again == ()
    assert ended is not None


def test_a_crawl_by_hand_is_not_disturbed_by_a_slot_that_is_taken_over(store: Store) -> None:
    claimed_and_silent(store)
    by_hand = Crawls(store).begin(
        "a", title=None, timezone="UTC", holder=OTHER, trigger=Trigger.HAND, full=False,
        alert_max_age=HOUR, now=NOW,
    )  # fmt: skip

    taken_over(store)

    Crawls(store).finish(by_hand, _OK, now=NOW + SECOND)


def test_others_with_slots_are_told_and_whether_their_process_is_gone(store: Store) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "from storage.holder import me; print(me())"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    Slots(store).schedule(planned("a", "b", "c"), now=NOW)
    Services(store).beat(dead, now=NOW, lease=timedelta(seconds=5))
    for site, holder in (("a", dead), ("b", ALIVE), ("c", me())):
        claim(Slots(store), site, holder=holder)

    found = {one.holder: one for one in Services(store).claimants(but=me())}

    assert {name: (one.is_dead, one.lease.seconds) for name, one in found.items()} == {
        dead: (True, 5),
        ALIVE: (False, 60),
    }
    assert (found[dead].heartbeat_at, found[ALIVE].heartbeat_at) == (NOW, None)


def test_a_service_is_alive_from_its_heartbeat_until_it_stops_or_is_silent(store: Store) -> None:
    services = Services(store)
    services.beat(me(), now=NOW)
    services.beat(ALIVE, now=NOW, kind=Kind.WORKER, lease=timedelta(seconds=5))

    told = [
        [(one.holder, one.kind) for one in services.live(now=NOW + timedelta(seconds=s))]
        for s in (4, 59, 61)
    ]
    services.stop(me(), now=NOW)

    mine = (me(), Kind.SERVICE)
    assert told == [[mine, (ALIVE, Kind.WORKER)], [mine], []]
    assert [one.holder for one in services.live(now=NOW)] == [ALIVE]


_OK = CrawlEnd(outcome=CrawlOutcome.OK, requests=1, failures={})
