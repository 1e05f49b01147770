"""A service that stands still in the midst of a crawl, and goes on after another took its work."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from tests.e2e.conftest import ended
from tests.watching import offspring, wait_until

ARTICLES = 60


@contextmanager
def standing_still(pid: int, database: Path) -> Iterator[None]:
    """Stop a service and its crawls while they do not hold the lock of the database's file.

    Who stops with that in its hand stops all others too: SQLite has one writer.
    """

    def stopped() -> bool:
        send(pid, signal.SIGSTOP)
        if is_free(database):
            return True
        send(pid, signal.SIGCONT)
        return False

    wait_until(stopped)
    try:
        yield
    finally:
        send(pid, signal.SIGCONT)


def send(pid: int, number: int) -> None:
    """Send a signal to a process and to all that it started."""
    for one in (pid, *offspring(pid)):
        with suppress(ProcessLookupError):  # a crawl that has just ended
            os.kill(one, number)


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
