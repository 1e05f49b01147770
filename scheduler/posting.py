"""Post to a receiver through the gate, and let its answer be judged: what all web channels share.

An HTTP status is half a receipt at most: chat platforms say in a body of 200 OK that they took
nothing.
"""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from crawler.errors import GuardError, SettingError
from crawler.fetch import guarded_client
from crawler.hosts import check_url
from crawler.keys import Table, joined, text
from scheduler.channels import Receipt, SecretError, Sending
from storage.alert import AttemptOutcome

TIMEOUT_S = 15.0
LONGEST_WAIT_S = 86_400
_READ_BYTES = 16_384
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver said: status, the start of its body as text, and the times it asks for."""

    status: int
    said: str
    retry_after: timedelta | None

    @property
    def is_success(self) -> bool:
        """Say whether the status is 2xx."""
        return httpx.codes.is_success(self.status)

    @property
    def detail(self) -> str:
        """Return the answer in one short line."""
        words = " ".join(self.said.split())[:_SHOWN_CHARACTERS]
        return f"HTTP {self.status} {words}".strip()

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return the members of the JSON object that was answered; empty where there is none."""
        try:
            found = json.loads(self.said)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def number(self, *names: str) -> int | None:
        """Return the whole number under these names, one within the other; None: there is none.

        JSON's `false` is no 0, though Python takes it for one.
        """
        found = self._at(names)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def words(self, *names: str) -> str:
        """Return the text under these names, in one short line; empty where there is none."""
        found = self._at(names)
        return " ".join(found.split())[:_SHOWN_CHARACTERS] if isinstance(found, str) else ""

    def _at(self, names: Sequence[str]) -> object:
        found: object = self.fields
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found


Judge = Callable[[Answer], Receipt]


def post_json(
    url: str,
    payload: object,
    sending: Sending,
    judge: Judge,
    *,
    headers: Mapping[str, str] | None = None,
) -> Receipt:
    """Post an object as JSON; see `post`."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    return post(url, body, sending, judge, headers=headers)


def post(
    url: str,
    body: bytes,
    sending: Sending,
    judge: Judge,
    *,
    headers: Mapping[str, str] | None = None,
) -> Receipt:
    """Post a JSON body and return what `judge` makes of the answer; no redirect is followed.

    Where it is not known whether the receiver read the request, the outcome is UNKNOWN.
    """
    named = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": sending.user_agent,
        **(headers or {}),
    }
    try:
        check_url(url)
        with guarded_client(
            allow_private=sending.allow_private_hosts, timeout_s=TIMEOUT_S
        ) as client:
            return judge(_answer(client, url, body, named, sending.now))
    except GuardError as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=error.reason)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=f"cannot connect: {error}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The request may have been read: the receiver tells a repeat by its key.
        return Receipt(outcome=AttemptOutcome.UNKNOWN, detail=str(error) or type(error).__name__)


def server_in(table: Table, path: str, *, default: str) -> str:
    """Return the address of a server, without a slash at its end.

    Raises:
        SettingError: it is none.
    """
    server = text(table, "server", path) or default
    try:
        check_url(server)
    except GuardError as error:
        raise SettingError(joined(path, "server"), error.reason) from error
    return server.rstrip("/")


def without_secret(error: SecretError) -> Receipt:
    """Return the receipt of a message that waits for a person to set a variable."""
    return Receipt(outcome=AttemptOutcome.RETRY, detail=str(error))


def refused(answer: Answer, said: str, *, wait: timedelta | None = None) -> Receipt:
    """Return the receipt of a message to be tried again: the plan of tries leaves time to repair.

    `said` is what the receiver said, `wait` how long it wants to be left alone.
    """
    waits = [one for one in (wait, answer.retry_after) if one is not None]
    return Receipt(
        outcome=AttemptOutcome.RETRY, detail=said, retry_after=max(waits) if waits else None
    )


def timestamp_s(now: datetime) -> str:
    """Return a time as whole seconds since 1970."""
    return str(math.floor(now.timestamp()))


def _answer(
    client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str], now: datetime
) -> Answer:
    deadline = time.monotonic() + TIMEOUT_S
    with client.stream("POST", url, content=body, headers=dict(headers)) as response:
        said = _beginning(response.iter_bytes(), deadline)
        return Answer(
            status=response.status_code,
            said=said.decode("utf-8", "replace"),
            retry_after=_retry_after(response, now),
        )


def _beginning(pieces: Iterator[bytes], deadline: float) -> bytes:
    """Return the start of what was answered; a body that trickles or never ends is left."""
    said = b""
    for piece in pieces:
        said += piece
        if len(said) >= _READ_BYTES or time.monotonic() > deadline:
            break
    return said[:_READ_BYTES]


def _retry_after(response: httpx.Response, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return timedelta(seconds=min(int(value), LONGEST_WAIT_S))
    try:
        asked = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    aware = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return max(aware - now, timedelta())
