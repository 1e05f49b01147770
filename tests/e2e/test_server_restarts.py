"""The PostgreSQL server restarts in the middle of a crawl, which goes on."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wenxun.newssite.truth import truths

BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
ARTICLES = 60


class Server:
    """A PostgreSQL of our own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        log = self.folder / "log"
        self._run("pg_ctl", "--wait", "--log", str(log), "--options", options, "start")

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "--wait", "--mode", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        data = ["--pgdata", str(self.folder / "data")]
        command = ["runuser", "-u", "postgres", "--", str(BIN[-1] / program), *data, *arguments]
        subprocess.run(
            command, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@pytest.fixture
def server() -> Iterator[Server]:
    if os.geteuid() != 0 or not BIN or shutil.which("runuser") is None:
        pytest.skip("only root may start a PostgreSQL of its own, where one is installed")
    folder = Path(tempfile.mkdtemp(prefix="wenxun-pg-"))
    shutil.chown(folder, "postgres")
    server = Server(folder)
    yield server
    server.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def slow(served):
    news = served(articles=ARTICLES, columns=2, variety=False).site
    news.go_slow(0.4, match="/info/")
    return news


def wait_for_articles(desk, count: int) -> None:
    end = time.monotonic() + 60
    while desk.rows("select count(*) from documents")[0][0] < count:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_crawl_goes_on_where_the_server_restarts(desk, slow, server, mode):
    desk.database = server.url.replace("postgresql:", "postgresql+psycopg:")
    desk.site_of(slow)
    desk.run("status")
    with desk.start("crawl", "--json") as process:
        wait_for_articles(desk, 8)
        server.stop(mode)
        time.sleep(1)
        server.start()
        out, err = process.communicate(timeout=90)

    assert process.returncode == 0, err
    assert f'"articles_new": {ARTICLES}' in out
    assert "Traceback" not in err
    wanted = {(one["title"], url) for one in truths(slow) for url in one["urls"]}
    found = desk.rows(
        "select c.title, s.url from sightings s join documents d on d.id = s.document_id"
        " join contents c on c.id = d.content_id"
    )
    assert sorted(found) == sorted(wanted)
