"""A service that stands still in the midst of a crawl, and goes on after another took its work."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tests.e2e.conftest import ended

ARTICLES = 60


def wait_until(happened: Callable[[], object], timeout_s: float = 40) -> None:
    end = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def with_children(pid: int) -> list[int]:
    """A process, and those that it started and these did: a service with its crawls."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_and_rest = stat.read_text().rpartition(") ")
        except OSError:  # it ended meanwhile
            continue
        parents[int(stat.parent.name)] = int(name_and_rest[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


@contextmanager
def standing_still(pid: int, database: Path) -> Iterator[None]:
    """Stop a service and its crawls while they do not hold the lock of the database's file.

    Who stops with that in its hand stops all others too: SQLite has one writer.
    """
    while True:
        pids = with_children(pid)
        for one in pids:
            os.kill(one, signal.SIGSTOP)
        if is_free(database):
            break
        for one in pids:
            os.kill(one, signal.SIGCONT)
        time.sleep(0.05)
    try:
        yield
    finally:
        for one in pids:
            os.kill(one, signal.SIGCONT)


def is_free(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        try:
            connection.execute("begin immediate")
        except sqlite3.OperationalError:
            return False
        return True


def test_a_service_that_stood_still_loses_its_crawl_to_another_and_harms_nothing(desk, served):
    news = served(articles=ARTICLES, columns=1, variety=False).site
    news.go_slow(0.3, match="/info/")
    desk.site_of(news, every="2s")
    (desk.folder / "wenxun.toml").write_text('lease = "2s"\n', "utf-8")

    def count(query: str) -> int:
        return desk.rows(f"select count(*) from {query}")[0][0]

    with ExitStack() as running:
        first = running.enter_context(desk.start("run"))
        wait_until(lambda: news.counts["article"] >= 10)
        with standing_still(first.pid, desk.folder / "wenxun.db"):
            second = running.enter_context(desk.start("run"))
            wait_until(lambda: count("slots where state = 'missed'"))
            wait_until(lambda: count("crawls") > 1)
        wait_until(lambda: count("documents") == ARTICLES)
        for service in (first, second):
            service.send_signal(signal.SIGTERM)
        losing, taking = ended(first), ended(second)

    assert (losing.code, taking.code) == (0, 0)
    assert "crawl was taken over by another service" in losing.err
    assert "crawl abandoned by a dead service" in taking.err
    assert count("documents") == count("sightings") == ARTICLES
    assert desk.run("check").code == 0
