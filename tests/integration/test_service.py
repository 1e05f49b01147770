"""The service as a black box: a real process, a real site, a real receiver."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from storage.overview import Overview, SiteStatus
from storage.store import open_store
from tests.databases import ON_SQLITE
from tests.watching import living, offspring
from wenxun.newssite import NewsSite, serve

WITHIN_S = 60.0
WATCH = '[[watch]]\nname = "资助"\nany_of = ["奖学金"]\n'


class Place:
    """A folder to run in, with one site that is looked at every second."""

    def __init__(self, folder: Path, site: NewsSite, url: str, database: str) -> None:
        self.folder, self.site, self.url, self.database = folder, site, url, database
        self.services: list[subprocess.Popen[bytes]] = []
        (folder / "sites").mkdir()
        start = json.dumps([url + column.path for column in site.columns])
        (folder / "sites" / "yunling.toml").write_text(
            f'title = "云岭大学"\nevery = "1s"\ndelay_s = 0\nstart = {start}\n', "utf-8"
        )

    def configure(self, text: str) -> None:
        (self.folder / "wenxun.toml").write_text(text, "utf-8")

    @property
    def environ(self) -> dict[str, str]:
        own = {"WENXUN_ALLOW_PRIVATE_HOSTS": "1", "WENXUN_DATABASE_URL": self.database}
        return {**os.environ, **own}

    def run(self) -> subprocess.Popen[bytes]:
        with (self.folder / "run.log").open("ab") as log:
            service = subprocess.Popen(
                [sys.executable, "-m", "wenxun", "run"],
                cwd=self.folder,
                env=self.environ,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.services.append(service)
        return service

    def status(self) -> SiteStatus | None:
        store = open_store(self.database)
        try:
            return next(iter(Overview(store).sites(now=datetime.now(UTC))), None)
        finally:
            store.close()

    def log(self) -> str:
        return (self.folder / "run.log").read_text("utf-8")

    def was_crawled(self) -> bool:
        return "crawl ended site=yunling outcome=ok" in self.log()


@pytest.fixture
def place(tmp_path: Path, database: str) -> Iterator[Place]:
    site = NewsSite(articles=24, columns=2)
    with serve(site) as running:
        place = Place(tmp_path, site, running.url, database)
        yield place
        for service in place.services:
            with contextlib.suppress(ProcessLookupError):
                service.kill()
            service.wait()


class Receiver:
    """A web server that keeps the keys and titles it got."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                payload = json.loads(self.rfile.read(int(self.headers["content-length"])))
                receiver.got.append((self.headers["webhook-id"], payload["article"]["title"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.channel = (
            '[[channel]]\nname = "hook"\nkind = "webhook"\n'
            f'url = "http://127.0.0.1:{self.server.server_port}/"\n'
        )

    @property
    def titles(self) -> list[str]:
        return [title for _, title in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


def until(condition: Callable[[], object], place: Place) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {WITHIN_S:.0f} s; the log says:\n{place.log()[-3000:]}")
        threading.Event().wait(0.05)


def alive(pids: set[int]) -> set[int]:
    return {pid for pid, _ in living()} & pids


def test_the_first_crawl_tells_nobody_and_what_comes_later_is_told_once(
    place: Place, receiver: Receiver
) -> None:
    place.site.publish(column="jdyw", title="旧闻：奖学金评定")
    place.configure(WATCH + receiver.channel)
    service = place.run()
    until(place.was_crawled, place)

    place.site.publish(column="jdyw", title="奖学金评定办法发布")
    place.site.publish(column="jdyw", title="运动会开幕")
    until(lambda: receiver.got, place)
    crawls = place.log().count("crawl ended")
    until(lambda: place.log().count("crawl ended") > crawls + 1, place)
    service.send_signal(signal.SIGTERM)

    assert service.wait(WITHIN_S) == 0
    assert receiver.titles == ["奖学金评定办法发布"]
    assert "alert watch=资助 event=new site=yunling" in place.log()


@ON_SQLITE
def test_a_watch_that_is_added_by_command_is_taken_by_the_running_service(
    place: Place, receiver: Receiver
) -> None:
    place.configure(receiver.channel)
    place.run()
    until(place.was_crawled, place)

    subprocess.run(
        [sys.executable, "-m", "wenxun", "watch", "add", "mine", "--any-of", "奖学金"],
        cwd=place.folder, env=place.environ, check=True, capture_output=True,
    )  # fmt: skip
    place.site.publish(column="jdyw", title="奖学金评定办法发布")
    until(lambda: receiver.got, place)

    assert receiver.titles == ["奖学金评定办法发布"]


@ON_SQLITE
@pytest.mark.parametrize("tell", [os.kill, os.killpg], ids=["the service", "its process group"])
def test_sigterm_during_a_crawl_ends_it_gracefully_and_it_is_due_at_once(
    place: Place, tell: Callable[[int, int], None]
) -> None:
    place.configure("")
    place.site.go_slow(0.3)
    service = place.run()
    until(lambda: len(place.site.requests) > 3, place)
    processes = offspring(service.pid)

    tell(service.pid, signal.SIGTERM)
    code = service.wait(WITHIN_S)
    until(lambda: not alive(processes), place)

    status = place.status()
    assert code == 0
    assert len(processes) >= 2
    assert status is not None
    assert status.last_outcome == "interrupted"
    assert status.last_finished_at is not None
    assert "stopped" in place.log().splitlines()[-1]
    place.site.heal()
    place.run()
    until(place.was_crawled, place)


@ON_SQLITE
def test_sigterm_as_the_first_crawl_begins_is_nothing_to_worry_about(place: Place) -> None:
    place.configure(WATCH)
    service = place.run()
    until(lambda: len(offspring(service.pid)) >= 3, place)  # the fork server, its helper, a crawl

    service.send_signal(signal.SIGTERM)

    assert service.wait(WITHIN_S) == 0
    assert " WARNING " not in place.log()
    assert "crawl interrupted site=yunling" in place.log() or "outcome=" in place.log()


def test_children_do_not_outlive_a_service_that_is_killed_and_the_next_goes_on_at_once(
    place: Place,
) -> None:
    place.configure("")
    place.site.go_slow(0.3)
    service = place.run()
    until(lambda: len(place.site.requests) > 3, place)
    processes = offspring(service.pid)

    service.kill()
    service.wait()
    until(lambda: not alive(processes), place)
    place.site.heal()
    place.run()
    until(place.was_crawled, place)

    assert "crawl abandoned by a dead service, due again site=yunling" in place.log()


@ON_SQLITE
def test_a_crawl_that_takes_too_long_is_ended_and_the_service_goes_on(place: Place) -> None:
    place.configure('crawl_timeout = "3s"')
    place.site.go_slow(30, match=".htm")
    place.run()
    until(lambda: "took longer than 3 s" in place.log(), place)

    place.site.heal()
    until(place.was_crawled, place)


@ON_SQLITE
def test_a_crawl_that_crashes_is_noted_and_the_service_goes_on(place: Place) -> None:
    place.configure("")
    place.site.go_slow(0.3)
    service = place.run()
    until(lambda: len(place.site.requests) > 3, place)

    crawl = max(pid for pid in offspring(service.pid) if _holds(pid))
    os.kill(crawl, signal.SIGKILL)
    until(lambda: "ended by SIGKILL" in place.log(), place)
    place.site.heal()

    until(place.was_crawled, place)


def test_two_services_on_one_database_tell_each_article_once(
    place: Place, receiver: Receiver
) -> None:
    place.configure(WATCH + receiver.channel)
    place.run()
    until(place.was_crawled, place)
    place.run()
    until(lambda: place.log().count("started: ") == 2, place)

    titles = [f"奖学金公告之{number}" for number in range(6)]
    for title in titles:
        place.site.publish(column="jdyw", title=title)
        count = len(place.site.requests)
        until(lambda seen=count: len(place.site.requests) > seen, place)
    until(lambda: len(receiver.got) >= len(titles), place)
    crawls = place.log().count("crawl ended")
    until(lambda: place.log().count("crawl ended") > crawls + 1, place)

    assert sorted(receiver.titles) == sorted(titles)


def _holds(pid: int) -> bool:
    """Say whether this process crawls: it leads a session of its own."""
    with contextlib.suppress(OSError):
        return os.getsid(pid) == pid
    return False
