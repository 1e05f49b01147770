"""Channels against real servers on loopback: only a checked receipt counts as sent."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import SettingError
from scheduler.channels import Receipt, Sending, kinds
from scheduler.render import Message
from storage.alert import AttemptOutcome

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MESSAGE = Message(
    subject="【新文章】奖学金评定办法发布 - 云岭大学新闻网",
    text="【新文章】奖学金评定办法发布\n站点：云岭大学新闻网",
    payload={"id": "evt_7", "type": "article.new", "article": {"title": "奖学金评定办法发布"}},
)


def send(
    kind: str, *, allow_private: bool = True, environ: dict[str, str] | None = None, **options: Any
) -> Receipt:
    channel = kinds()[kind]
    sending = Sending(
        key="evt_7",
        now=NOW,
        allow_private_hosts=allow_private,
        environ=environ or {},
        user_agent="Wenxun/test",
    )
    return channel.send(channel.parse(options, "channel[0]"), MESSAGE, sending)


@dataclass
class Receiver:
    """A web server that answers as it is told and keeps what it got."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_posts_json_with_its_key_and_time(receiver: Receiver) -> None:
    receipt = send("webhook", url=receiver.url)

    ((headers, body),) = receiver.got
    assert receipt.outcome is AttemptOutcome.SENT
    assert json.loads(body) == MESSAGE.payload
    assert headers["webhook-id"] == "evt_7"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["user-agent"] == "Wenxun/test"
    assert "webhook-signature" not in headers


@pytest.mark.parametrize("key", [b"0123456789abcdef01234567", b"plain text secret"])
def test_a_webhook_with_a_secret_is_signed(receiver: Receiver, key: bytes) -> None:
    written = f"whsec_{base64.b64encode(key).decode()}" if key.isalnum() else key.decode()

    send("webhook", url=receiver.url, secret_env="HOOK", environ={"HOOK": written})

    ((headers, body),) = receiver.got
    signed = f"evt_7.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, AttemptOutcome.SENT),
        (301, AttemptOutcome.RETRY),
        (400, AttemptOutcome.RETRY),
        (410, AttemptOutcome.DEAD),
        (500, AttemptOutcome.RETRY),
    ],
)
def test_the_answer_of_a_webhook_decides(
    receiver: Receiver, status: int, outcome: AttemptOutcome
) -> None:
    receiver.status = status
    receiver.headers = {"location": receiver.url}
    receiver.body = b""

    receipt = send("webhook", url=receiver.url)

    assert receipt.outcome is outcome
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Mar 2026 08:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 01 Mar 2020 08:10:00 GMT", timedelta()),
        ("later", None),
    ],
)
def test_a_webhook_may_ask_for_time(receiver: Receiver, asked: str, wait: timedelta | None) -> None:
    receiver.status, receiver.headers = 429, {"retry-after": asked}

    receipt = send("webhook", url=receiver.url)

    assert (receipt.outcome, receipt.retry_after) == (AttemptOutcome.RETRY, wait)


def test_a_webhook_at_a_private_address_is_refused_by_default(receiver: Receiver) -> None:
    receipt = send("webhook", url=receiver.url, allow_private=False)

    assert receipt.outcome is AttemptOutcome.RETRY
    assert receipt.detail is not None
    assert "private address" in receipt.detail
    assert receiver.got == []


def test_a_webhook_that_nobody_answers_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        receipt = send("webhook", url=f"http://127.0.0.1:{taken.getsockname()[1]}/")

    assert receipt.outcome is AttemptOutcome.RETRY


def test_a_webhook_that_hangs_up_after_it_read_may_have_got_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def read_and_close() -> None:
            connection, _ = server.accept()
            connection.recv(65_536)
            connection.close()

        thread = threading.Thread(target=read_and_close)
        thread.start()
        receipt = send("webhook", url=f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()

    assert receipt.outcome is AttemptOutcome.UNKNOWN


def test_the_address_of_a_webhook_may_be_a_secret(receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(receiver.url + "\n", "utf-8")

    missing = send("webhook", url_env="HOOK_URL")
    sent = send("webhook", url_env="HOOK_URL", environ={"HOOK_URL_FILE": str(tmp_path / "url")})

    assert (missing.outcome, sent.outcome) == (AttemptOutcome.RETRY, AttemptOutcome.SENT)
    assert missing.detail == "HOOK_URL is not set (nor HOOK_URL_FILE, which names a file)"


def test_a_file_gets_one_line_an_alert(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"

    receipts = [send("file", path=str(path)) for _ in range(2)]

    assert [receipt.outcome for receipt in receipts] == [AttemptOutcome.SENT] * 2
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        MESSAGE.payload
    ] * 2


def test_a_torn_line_of_a_file_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"id": "evt_', "utf-8")

    send("file", path=str(path))

    assert json.loads(path.read_text("utf-8").splitlines()[1]) == MESSAGE.payload


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    receipt = send("file", path=str(tmp_path / "missing" / "alerts.jsonl"))

    assert receipt.outcome is AttemptOutcome.RETRY


def test_the_console_shows_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    receipt = send("console")

    assert receipt.outcome is AttemptOutcome.SENT
    assert capsys.readouterr().out == MESSAGE.text + "\n\n"


MAIL = {"host": "smtp.example.org", "from": "a@example.org", "to": "b@example.org"}


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("console", {"colour": "red"}, "channel[0].colour: unknown key"),
        ("file", {}, "channel[0].path: is missing"),
        ("webhook", {}, "channel[0].url: give either url or url_env"),
        ("webhook", {"url": "ftp://example.org/"}, "channel[0].url: only http and https are"),
        ("webhook", {"url": "https://u:p@example.org/"}, "channel[0].url: it carries a user name"),
        ("email", MAIL | {"host": None}, "channel[0].host: is missing"),
        ("email", MAIL | {"to": None}, "channel[0].to: is missing"),
        ("email", MAIL | {"to": ["desk"]}, "channel[0].to[0]: 'desk' is no e-mail address"),
        ("email", MAIL | {"security": "some"}, "channel[0].security: must be one of starttls"),
        ("email", MAIL | {"port": 0}, "channel[0].port: must be a whole number from 1 to 65535"),
        ("email", MAIL | {"user": "u"}, "channel[0].password_env: user and password_env go"),
        ("email", MAIL | {"password": "p"}, "channel[0].password: unknown key"),
    ],
)
def test_an_option_that_is_wrong_is_named(kind: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError) as error:
        kinds()[kind].parse({k: v for k, v in options.items() if v is not None}, "channel[0]")

    assert str(error.value).startswith(message)
