"""The clock's ticks: hurried, never done twice at once, and never forgotten."""

import logging
import threading
from datetime import timedelta

from scheduler.jobs import Clock, Outage, Tick, guarded
from storage.errors import DatabaseFailedError

_WITHIN_S = 10.0


def test_what_is_hurried_while_it_is_done_is_done_once_more():
    began, go_on, twice = threading.Event(), threading.Event(), threading.Event()
    at_once, most, done = 0, 0, 0

    def work() -> None:
        nonlocal at_once, most, done
        at_once += 1
        most, done = max(most, at_once), done + 1
        if done == 1:
            began.set()
            go_on.wait(_WITHIN_S)
        else:
            twice.set()
        at_once -= 1

    clock = Clock([Tick(name="work", every_s=3600, work=work)])
    clock.start()
    assert began.wait(_WITHIN_S)
    clock.hurry("work")
    clock.hurry("work")
    go_on.set()

    assert twice.wait(_WITHIN_S)
    clock.stop()
    assert most == 1


def test_a_tick_may_be_hurried_for_a_time_to_come():
    ticked = threading.Semaphore(0)
    clock = Clock([Tick(name="work", every_s=3600, work=ticked.release)])
    clock.start()
    assert ticked.acquire(timeout=_WITHIN_S)

    clock.hurry("work", wait=timedelta(milliseconds=50))

    assert ticked.acquire(timeout=_WITHIN_S)
    clock.stop()


def test_work_that_hurries_ticks_does_not_keep_the_clock_from_stopping():
    began, go_on = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(_WITHIN_S)
        clock.hurry("work")

    clock = Clock([Tick(name="work", every_s=3600, work=work)])
    clock.start()
    assert began.wait(_WITHIN_S)
    stopping = threading.Thread(target=clock.stop, daemon=True)
    stopping.start()
    stopping.join(0.2)  # it waits for the work now
    go_on.set()
    stopping.join(_WITHIN_S)

    assert not stopping.is_alive()


class Database:
    """Work that asks a database which may be away."""

    error: Exception | None = None

    def __call__(self) -> None:
        if self.error is not None:
            raise self.error


def test_a_database_that_is_away_is_told_once_by_all_ticks_and_once_when_it_is_back(caplog):
    caplog.set_level(logging.INFO)
    database, outage = Database(), Outage()
    look, match = (guarded(name, database, outage=outage) for name in ("look", "match"))
    other = guarded("reread", lambda: None, outage=outage)

    for reason in ("refused", "starting up"):
        database.error = DatabaseFailedError("pg://x", reason, passes=True)
        for tick in (look, match, other, look, match):
            tick()
    database.error = None
    for tick in (other, match, look, match):
        tick()

    told = "database not reachable, tried again at each tick: the database pg://x failed: refused"
    assert [(r.levelname, r.getMessage(), r.exc_info) for r in caplog.records] == [
        ("WARNING", told, None),
        ("INFO", "database reachable again", None),
    ]


def test_what_does_not_pass_by_itself_is_told_each_time_with_its_trace(caplog):
    database = Database()
    look = guarded("look", database)

    for error in (DatabaseFailedError("sqlite:///x.db", "disk is full"), KeyError("slot")):
        database.error = error
        look()

    assert [r.getMessage() for r in caplog.records] == [
        "look failed; tried again at the next tick"
    ] * 2
    assert all(r.exc_info for r in caplog.records)
