"""`wenxun` as a process of its own, started from one that has the libraries in memory already.

Starting Python and importing what a command needs takes longer than most commands run, so it is
done once for all tests: a process that waits for orders forks, and the child becomes
`python -m wenxun …`: with a folder, an environment and streams of its own, to its own exit code,
and killed like any other. What is different when it starts from nothing (the locale, what is
imported when) is for tests that start `wenxun` itself: see e2e/test_command_line.py.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Self

REPOSITORY = Path(__file__).parents[1]
_ORDER_BYTES = 1 << 17
_MINUTE = 60.0
# What our modules import only where they use it.
_LIBRARIES = (
    "alembic.command", "apscheduler.schedulers.background", "bs4", "httpx", "psycopg",
    "rich.markdown", "rich.progress", "rich.traceback", "scrapy.cmdline",
    "scrapy.core.downloader.handlers.http11", "scrapy.core.engine", "scrapy.core.scraper",
    "scrapy.crawler", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite",
    "twisted.web.client", "zstandard",
)  # fmt: skip
# Modules that do something where they are imported; the last one starts a thread.
_DOES_SOMETHING = ("__main__", "migrations.env", "scrapy_settings", "export.columns")


class Process:
    """A running command: what tests need of `subprocess.Popen`, its streams as text."""

    def __init__(self, args: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
        self.args = list(args)
        self.returncode: int | None = None
        order = {"args": self.args, "folder": str(folder), "environ": dict(environ)}
        (self.stdout, out), (self.stderr, err) = _pipe(), _pipe()
        self._news, told = socket.socketpair()
        socket.send_fds(_forker(), [json.dumps(order).encode()], [out, err, told.fileno()])
        for end in (out, err):
            os.close(end)
        told.close()
        self.pid = int(self._news.recv(_ORDER_BYTES))  # the first news
        self._readers: tuple[_Reader, ...] = ()

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code, as `Popen` writes it."""
        if self.returncode is None:
            self._news.settimeout(timeout)
            try:
                said = self._news.recv(_ORDER_BYTES)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self.returncode = int(said)
            self._news.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for the end; return all that was written to both streams and not read before."""
        self._readers = self._readers or (_Reader(self.stdout), _Reader(self.stderr))
        for reader in self._readers:
            if reader.ident is None:
                reader.start()
        for reader in self._readers:
            reader.join(timeout)
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.stdout.close()
        self.stderr.close()
        self.wait(timeout)
        out, err = self._readers
        return out.text, err.text

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it is known to have ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stdout.close()
        self.stderr.close()
        self.wait(_MINUTE)


class _Reader(threading.Thread):
    """Reads a stream to its end."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self.text = ""

    def run(self) -> None:
        self.text = self._stream.read()


def _pipe() -> tuple[IO[str], int]:
    reading, writing = os.pipe()
    return os.fdopen(reading, encoding="utf-8"), writing


@cache
def _forker() -> socket.socket:
    """Return the way to the process that forks. It ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.processes", str(its.fileno())],
        cwd=REPOSITORY, env={**os.environ, "PYTHONWARNINGS": "error"}, pass_fds=[its.fileno()],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    its.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _child(orders: socket.socket) -> dict[str, Any] | None:
    """Fork for every order and tell how the children end; in a child, return its order.

    None: there will be no more orders.
    """
    running: dict[int, tuple[int, socket.socket]] = {}  # by the file of the process
    with orders, selectors.DefaultSelector() as waiting:
        waiting.register(orders, selectors.EVENT_READ)
        while True:
            for ready, _ in waiting.select():
                if ready.fileobj is not orders:
                    waiting.unregister(ready.fd)
                    _tell_the_end(ready.fd, *running.pop(ready.fd))
                    continue
                message, files, *_ = socket.recv_fds(orders, _ORDER_BYTES, 3)
                if not message:
                    return None
                pid = os.fork()
                if not pid:
                    _take_streams(files)
                    for process, (_, news) in running.items():
                        os.close(process)
                        news.close()
                    return dict(json.loads(message))
                news = socket.socket(fileno=files.pop())
                news.send(str(pid).encode())
                for file in files:
                    os.close(file)
                process = os.pidfd_open(pid)
                running[process] = (pid, news)
                waiting.register(process, selectors.EVENT_READ)


def _tell_the_end(process: int, pid: int, news: socket.socket) -> None:
    os.close(process)
    _, status = os.waitpid(pid, 0)
    with news, suppress(OSError):
        news.send(str(os.waitstatus_to_exitcode(status)).encode())


def _take_streams(files: Sequence[int]) -> None:
    out, err, _ = files
    os.dup2(out, 1)
    os.dup2(err, 2)
    for file in files:
        os.close(file)


def _own_modules() -> Iterator[str]:
    for package in ("storage", "crawler", "scheduler", "web", "wenxun"):
        for found in pkgutil.walk_packages(
            importlib.import_module(package).__path__, f"{package}."
        ):
            if not found.name.endswith(_DOES_SOMETHING) and ".versions." not in found.name:
                yield found.name


def _main() -> None:
    for name in (*_LIBRARIES, *_own_modules()):
        importlib.import_module(name)
    # A thread would not be there in the children, and a reactor would be the same in all.
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    assert "twisted.internet.reactor" not in sys.modules
    gc.freeze()
    order = _child(socket.socket(fileno=int(sys.argv[1])))
    if order is None:
        return
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    sys.path[0] = order["folder"]
    sys.argv[1:] = order["args"]
    runpy.run_module("wenxun", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
