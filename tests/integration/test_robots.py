"""A robots.txt that cannot be read: nothing else of the site is asked for, and nobody waits."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

WITHIN_S = 60.0


class Handler(BaseHTTPRequestHandler):
    """Answers every request in the way that the server is told to."""

    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.encoding is None:
            self.close_connection = True
            return
        body = b"this was never compressed"
        self.send_response(200)
        self.send_header("Content-Encoding", self.server.encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """A server whose bodies cannot be unpacked; without an encoding, one that hangs up."""

    encoding: str | None
    asked: list[str]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", None])
def test_a_robots_txt_that_cannot_be_read_forbids_everything(
    tmp_path: Path, server: Server, encoding: str | None
) -> None:
    server.encoding = encoding
    (tmp_path / "sites").mkdir()
    start = [f"http://127.0.0.1:{server.server_port}/{name}.htm" for name in ("xwzx", "tzgg")]
    (tmp_path / "sites" / "yunling.toml").write_text(
        f'title = "云岭大学"\ndelay_s = 0\nstart = {json.dumps(start)}\n', "utf-8"
    )

    ended = subprocess.run(
        [sys.executable, "-m", "wenxun", "crawl", "--json"],
        cwd=tmp_path, env={**os.environ, "WENXUN_ALLOW_PRIVATE_HOSTS": "1"},
        capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip

    summary = json.loads(ended.stdout)
    assert set(server.asked) == {"/robots.txt"}
    assert summary["outcome"] in {"blocked", "failed"}
    assert sum(summary["failures"].values()) == 2
