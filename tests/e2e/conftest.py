"""What every end-to-end test needs: a folder to work in, `wenxun` as a process, a served site."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.databases import own_schema
from tests.processes import REPOSITORY, Process
from wenxun.newssite import NewsSite, serve
from wenxun.newssite.server import Running

TIMEOUT_S = 60


@dataclass(frozen=True)
class Ended:
    """A process that ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> dict[str, Any]:
        """The only record of stdout; what the process said instead, where there is none."""
        assert len(self.records) == 1, self
        return self.records[0]


@dataclass
class Desk:
    """A working directory as a user has one: site files, a database, commands.

    `database` is the address of another one than `wenxun.db` in the folder.
    """

    folder: Path
    database: str | None = None
    environ: dict[str, str] = field(default_factory=lambda: {"WENXUN_ALLOW_PRIVATE_HOSTS": "1"})

    def site(self, name: str, start: list[str], **keys: Any) -> Path:
        """Write a site file."""
        path = self.folder / "sites" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        values = {"title": name, "start": start, "delay_s": 0} | keys
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def site_of(self, news: NewsSite, **keys: Any) -> Path:
        """Write the site file of a fixture site."""
        return self.site("yunling", [news.base + column.path for column in news.columns], **keys)

    def start(self, *args: str, module: str = "wenxun") -> Process | subprocess.Popen[str]:
        """Start a command and do not wait for it."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("WENXUN_")}
        if self.database is not None:
            kept["WENXUN_DATABASE_URL"] = self.database
        environ = kept | {"PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "error"} | self.environ
        if module == "wenxun":
            return Process(args, self.folder, environ)
        return subprocess.Popen(
            [sys.executable, "-m", module, *args],
            cwd=self.folder, env=environ, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *args: str, module: str = "wenxun") -> Ended:
        """Run a command to its end."""
        with self.start(*args, module=module) as process:
            return ended(process)

    def crawl(self, *args: str) -> Ended:
        """Run `wenxun crawl --json`."""
        return self.run("crawl", "--json", *args)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database; `?` stands for a value."""
        url = self.database or f"sqlite:///{self.folder}/wenxun.db"
        engine = create_engine(url, poolclass=NullPool)
        if values and engine.dialect.name == "postgresql":
            query = query.replace("?", "%s")
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query, values or None)]

    def exported(self, *, form: str = "jsonl") -> list[dict[str, Any]]:
        """Export all articles and read them."""
        done = self.run("export", "--format", form, "--out", "out.jsonl")
        assert done.code == 0, done
        lines = (self.folder / "out.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


def ended(process: Process | subprocess.Popen[str], timeout_s: float = TIMEOUT_S) -> Ended:
    """Wait for a process; one that hangs is killed, and the test fails."""
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        pytest.fail(f"hung: {err[-2000:]}")
    return Ended(process.returncode, out, err)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of the desk's database; None: `wenxun.db` in its folder, where nothing else is
    asked for (`ON_EVERY_DATABASE`)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield None
        return
    with own_schema() as url:
        yield url


@pytest.fixture
def desk(tmp_path: Path, database: str | None) -> Desk:
    return Desk(tmp_path, database)


@pytest.fixture
def served() -> Iterator[Callable[..., Running]]:
    """Serve fixture sites until the test ends."""
    open_ones: list[Any] = []

    def start(**options: Any) -> Running:
        running = serve(NewsSite(**options))
        site = running.__enter__()
        open_ones.append(running)
        return site

    yield start
    for running in open_ones:
        running.__exit__(None, None, None)


@pytest.fixture
def news(served: Callable[..., Running]) -> NewsSite:
    """A small served site of two columns, all plain."""
    return served(articles=24, columns=2, variety=False).site


@dataclass(frozen=True)
class Reply:
    """What a made-up server answers."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


@pytest.fixture
def reply() -> Callable[[str], Reply]:
    """Make a reply of a page."""
    return lambda text: Reply(text.encode())


@pytest.fixture
def answer() -> Callable[..., Reply]:
    """Make a reply of bytes and more headers."""
    kind = ("Content-Type", "text/html; charset=utf-8")
    return lambda body, **headers: Reply(body, headers=(kind, *headers.items()))


@pytest.fixture
def redirect() -> Callable[[str], Reply]:
    """Make a reply that leads elsewhere."""
    return lambda url: Reply(b"", 302, (("Location", url),))


@dataclass
class Host:
    """A server for pages that the fixture site does not have.

    `asked` are the paths, in order, and `sent` the headers that came with them (names in lower
    case), each noted before it is answered.
    """

    url: str
    asked: list[str]
    sent: list[dict[str, str]]


@pytest.fixture
def hosted() -> Iterator[Callable[[Callable[[str], Reply | None]], Host]]:
    """Serve whatever a function answers to a path with its query; None is 404."""
    open_ones: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], Reply | None]) -> Host:
        asked: list[str] = []
        sent: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked.append(self.path)
                sent.append({name.lower(): value for name, value in self.headers.items()})
                reply = answer(self.path) or Reply(b"<html><body>404</body></html>", 404)
                self.send_response(reply.status)
                for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                    self.send_header(name, value)
                self.end_headers()
                with suppress(ConnectionError):
                    self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        open_ones.append(server)
        return Host(f"http://127.0.0.1:{server.server_address[1]}", asked, sent)

    yield start
    for server in open_ones:
        server.shutdown()
        server.server_close()
