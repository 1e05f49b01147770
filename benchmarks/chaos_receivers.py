"""Receivers that behave badly, and what they got: for `chaos.py`.

Three addresses: `/steady` answers as it should, `/moody` fails, stalls and drops connections,
`/group` is a 企业微信 bot, which has no ids and says `errcode ≠ 0` in a body of 200 OK.
"""

import json
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Key = tuple[str, str]  # what happened, and to which title
_KINDS = {"【新文章】": "new", "【正文有修改】": "changed", "【文章已撤下】": "withdrawn"}
_STALL_S = 1.0


@dataclass(frozen=True)
class Receipt:
    """A message as it came. `answered`: the sender could see that it was taken."""

    channel: str
    id: str  # of a bot without ids: its text
    key: Key
    sender: str
    answered: bool


@dataclass
class Ledger:
    """What happened: receipts, and kills (the name of the process, which no other ever has)."""

    happened: list[Receipt | str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    waits_for_receipt: bool = False
    received: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)
    last_sender: str = ""

    def receipts(self, channel: str) -> list[Receipt]:
        with self.lock:
            found = [one for one in self.happened if isinstance(one, Receipt)]
        return [one for one in found if one.channel == channel]

    def told(self, channel: str) -> set[Key]:
        return {one.key for one in self.receipts(channel)}

    def unexplained(self, channel: str) -> tuple[int, list[str]]:
        """Return how many messages came again, and those that did so more often than they may.

        Once more for each time that the sender was not answered, and once for each process that was
        killed with this message as its last on this channel: nobody wrote down that it was sent.
        """
        receipts = self.receipts(channel)
        with self.lock:
            killed = {one for one in self.happened if isinstance(one, str)}
        last = {one.sender: one.id for one in receipts}
        may = Counter(one.id for one in receipts if not one.answered)
        may.update(last[sender] for sender in killed & last.keys())
        came = Counter(one.id for one in receipts)
        again = {one: times - 1 for one, times in came.items() if times > 1}
        return sum(again.values()), [one for one, times in again.items() if times > may[one]]


def receiver(ledger: Ledger, chance: random.Random) -> ThreadingHTTPServer:
    """Return a server that is not running yet."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            channel = self.path.strip("/")
            mood = "fine" if channel == "steady" else _mood(chance, channel)
            is_refused = mood in {"refuse", "errcode"}
            with ledger.lock:
                # What is refused was not taken: it has to come again.
                ledger.happened.append(_receipt(self, channel, body, answered=mood == "fine"))
                ledger.last_sender = _sender(self)
            if ledger.waits_for_receipt:
                ledger.received.set()
                ledger.may_answer.wait(30)
            if mood == "drop":
                time.sleep(_STALL_S)
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if mood == "stall":
                time.sleep(_STALL_S)
            self._answer(channel, refused=is_refused)

        def _answer(self, channel: str, *, refused: bool) -> None:
            code = 45_033 if refused else 0
            said = json.dumps({"errcode": code, "errmsg": "busy" if code else "ok"}).encode()
            try:
                self.send_response(503 if refused and channel == "moody" else 200)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                pass  # the sender was killed

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    return _Server(("127.0.0.1", 0), Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Stay silent: the sender was killed."""


def _mood(chance: random.Random, channel: str) -> str:
    drawn = chance.random()
    if drawn < 0.06:
        return "drop"
    if drawn < 0.12:
        return "stall_" if channel == "group" else "stall"
    if drawn < 0.22:
        return "errcode" if channel == "group" else "refuse"
    return "fine"


def _receipt(
    request: BaseHTTPRequestHandler, channel: str, body: dict[str, Any], *, answered: bool
) -> Receipt:
    if channel == "group":
        text = body["text"]["content"]
        first = text.splitlines()[0]
        kind = next((word for word in _KINDS if first.startswith(word)), "")
        key = (_KINDS.get(kind, first), first.removeprefix(kind))
        return Receipt(channel, text, key, _sender(request), answered)
    article = body.get("article") or {}
    key = (body["type"].partition(".")[2], article.get("title") or body["site"]["name"])
    return Receipt(channel, request.headers["webhook-id"], key, _sender(request), answered)


def _sender(request: BaseHTTPRequestHandler) -> str:
    """Return the name of the process, which it says as its contact."""
    return request.headers.get("user-agent", "").partition("(+")[2].rstrip(")")
