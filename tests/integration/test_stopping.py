"""A crawl that is told to stop, at any moment: a real process, a real site."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wenxun.newssite import NewsSite, serve

WITHIN_S = 60.0
GRACE_S = 10.0  # as long as the service waits before it kills
# Ends itself at the moment that is named, as `wenxun crawl` would be ended then.
STOPS_ITSELF = """
import os, signal, sys
from pathlib import Path
from scrapy import signals
from scrapy.settings import Settings
from crawler.run import CrawlProcess
from crawler.settings import CrawlOptions, process_settings
from crawler.sites import load_site_file
from crawler.spider import spider_class

def stop():
    if not asked:  # a second one would be an order to drop everything
        asked.append(os.kill(os.getpid(), signal.SIGTERM))

asked = []

options = CrawlOptions(
    database_url="sqlite:///wenxun.db", user_agent="Wenxun", allow_private_hosts=True
)
process = CrawlProcess(Settings(process_settings(options)))
crawler = process.create_crawler(spider_class(load_site_file(Path("sites/yunling.toml"))))
crawler.signals.connect(stop, getattr(signals, sys.argv[1]), weak=False)
process.crawl(crawler, stopping=process.stopping)
process.start()
"""


class Place:
    """A folder with one site file, and what its database says."""

    def __init__(self, folder: Path, site: NewsSite, url: str) -> None:
        self.folder, self.site = folder, site
        self._start = json.dumps([url + column.path for column in site.columns])
        (folder / "sites").mkdir()
        self.delay(0)

    def delay(self, seconds: float) -> None:
        (self.folder / "sites" / "yunling.toml").write_text(
            f'title = "云岭大学"\ndelay_s = {seconds}\nstart = {self._start}\n', "utf-8"
        )

    def process(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder, env={**os.environ, "WENXUN_ALLOW_PRIVATE_HOSTS": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def crawl(self) -> "subprocess.Popen[str]":
        return self.process("-m", "wenxun", "crawl", "--json")

    def outcomes(self) -> list[Any]:
        connection = sqlite3.connect(self.folder / "wenxun.db")
        try:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'crawls'")
            if tables.fetchone() is None:
                return []
            return [row[0] for row in connection.execute("SELECT outcome FROM crawls")]
        finally:
            connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    site = NewsSite(articles=24, columns=2, variety=False)
    with serve(site) as running:
        yield Place(tmp_path, site, running.url)


@pytest.mark.parametrize(
    "moment",
    ["spider_opened", "engine_started", "request_scheduled", "request_reached_downloader"],
)
def test_a_crawl_that_is_stopped_as_it_begins_leaves_no_crawl_without_an_end(
    place: Place, moment: str
) -> None:
    with place.process("-c", STOPS_ITSELF, moment) as process:
        _, said = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 0, said
    assert place.outcomes() in ([], ["interrupted"])


def test_what_waits_for_its_turn_is_left_and_is_no_failure(place: Place) -> None:
    place.delay(2)
    with place.crawl() as process:
        _until(lambda: len(place.site.requests) >= 3)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        out, said = process.communicate(timeout=WITHIN_S)
    took_s = time.monotonic() - began

    summary = json.loads(out)
    assert (summary["outcome"], summary["failures"]) == ("interrupted", {}), said
    assert summary["requests"] <= len(place.site.requests)
    assert took_s < GRACE_S

    place.delay(0)
    with place.crawl() as process:
        out, said = process.communicate(timeout=WITHIN_S)
    assert json.loads(out)["outcome"] == "ok", said
    assert place.outcomes() == ["interrupted", "ok"]


def test_a_crawl_that_is_told_twice_drops_what_is_on_the_wire_and_still_has_its_end(
    place: Place,
) -> None:
    with place.crawl() as process:
        _until(lambda: len(place.site.requests) >= 5)
        place.site.go_slow(WITHIN_S)
        _until(lambda: place.outcomes() == [None])
        _until(lambda: process.poll() is not None or process.send_signal(signal.SIGTERM))
        out, said = process.communicate(timeout=WITHIN_S)

    assert json.loads(out)["outcome"] == "interrupted", said
    assert place.outcomes() == ["interrupted"]


def _until(condition: Any) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {WITHIN_S:.0f} s")
        threading.Event().wait(0.02)
