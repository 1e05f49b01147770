"""The loopback web server of the fixture site: HTTP/1.1 with keep-alive, nothing more.

It listens on 127.0.0.1 only, logs nothing, and does not mind clients that go away.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast

from wenxun.newssite.answers import Answer, Answers
from wenxun.newssite.control import control
from wenxun.newssite.state import NewsSite
from wenxun.newssite.traffic import Request, kind_of

_HOST = "127.0.0.1"
_NO_BODY = frozenset({204, 304})
_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A site that is being served at `url` (without a slash at the end)."""

    site: NewsSite
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An open server with its clients."""

    server: asyncio.Server
    connections: set["Connection"]

    async def close(self) -> None:
        """Stop listening and drop the clients."""
        self.server.close()
        for connection in tuple(self.connections):
            connection.abort()
        await asyncio.sleep(0)
        await self.server.wait_closed()


@contextmanager
def serve(site: NewsSite, port: int = 0) -> Iterator[Running]:
    """Serve the site from a thread while the block runs; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    loop = asyncio.new_event_loop()
    try:
        listening = loop.run_until_complete(listen(site, port))
    except OSError:
        loop.close()
        raise
    thread = threading.Thread(target=loop.run_forever, name="newssite", daemon=True)
    thread.start()
    try:
        yield Running(site=site, url=site.base)
    finally:
        asyncio.run_coroutine_threadsafe(listening.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def listen(site: NewsSite, port: int) -> Listening:
    """Serve in the running loop; afterwards `site.base` is the address.

    Raises:
        OSError: the port is taken.
    """
    answers, connections = Answers(site), set[Connection]()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(answers, connections), _HOST, port, backlog=512
    )
    site.base = f"http://{_HOST}:{server.sockets[0].getsockname()[1]}"
    return Listening(server=server, connections=connections)


class Connection(asyncio.Protocol):
    """One client's connection. Requests are answered one after the other."""

    def __init__(self, answers: Answers, open_ones: set["Connection"]) -> None:
        """Remember whom to ask."""
        self._answers, self._open = answers, open_ones
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start."""
        self._transport = cast("asyncio.Transport", transport)
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the client; what it still waits for is dropped."""
        self._transport = None
        self.abort()
        self._open.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes; answer when a request is whole and none is waiting for its delay."""
        self._received += data
        if self._waiting is None:
            self._answer_next()

    def abort(self) -> None:
        """End the connection without ceremony."""
        if self._waiting is not None:
            self._waiting.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _answer_next(self) -> None:
        self._waiting = None
        while (request := _parsed(self._received)) is not None:
            self._received = request.rest
            delay_s, status = self._answers.site.traffic.fault_of(request.target)
            if delay_s:
                loop = asyncio.get_running_loop()
                self._waiting = loop.call_later(delay_s, self._answer_late, request, status)
                return
            self._answer(request, status)

    def _answer_late(self, request: "_Received", status: int | None) -> None:
        self._answer(request, status)
        self._answer_next()

    def _answer(self, request: "_Received", status: int | None) -> None:
        site = self._answers.site
        if status is not None:
            answer = Answer(status=status, body=b"<html><body>error</body></html>")
        elif request.target.startswith("/_control/"):
            answer = control(site, request.target, request.body)
        elif request.method == b"POST":
            answer = self._answers.post(request.target)
        else:
            tag = request.headers.get(b"if-none-match", b"").decode("latin-1") or None
            answer = self._answers.get(request.target, if_none_match=tag)
        self._note(request, answer)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_bytes_of(answer, head_only=request.method == b"HEAD"))
            if request.headers.get(b"connection", b"").lower() == b"close":
                self._transport.close()

    def _note(self, request: "_Received", answer: Answer) -> None:
        kind = kind_of(request.target)
        if kind != "control":
            agent = request.headers.get(b"user-agent", b"").decode("latin-1")
            self._answers.site.traffic.note(
                Request(path=request.target, status=answer.status, at=datetime.now(UTC),
                        user_agent=agent, kind=kind)
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received:
    method: bytes
    target: str
    headers: dict[bytes, bytes]
    body: bytes
    rest: bytes


def _parsed(data: bytes) -> _Received | None:
    """Return the first whole request in `data`, or None while it is incomplete."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    line, *lines = head.split(b"\r\n")
    headers = dict(_header(text) for text in lines)
    length = 0
    with suppress(ValueError):
        length = int(headers.get(b"content-length", b"0"))
    if len(rest) < length:
        return None
    method, _, tail = line.partition(b" ")
    target = tail.partition(b" ")[0].decode("latin-1") or "/"
    return _Received(
        method=method, target=target, headers=headers, body=rest[:length], rest=rest[length:]
    )


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip()


def _bytes_of(answer: Answer, *, head_only: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Unknown')}",
        "Server: VWebServer",
    ]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.status not in _NO_BODY:
        lines += [f"Content-Type: {answer.kind}", f"Content-Length: {len(answer.body)}"]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if head_only or answer.status in _NO_BODY else head + answer.body
