"""Post JSON to a URL, signed where a secret is named.

Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks
"""

import base64
import hashlib
import hmac
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from crawler.errors import GuardError, SettingError
from crawler.fetch import guarded_client
from crawler.hosts import check_url
from crawler.keys import Table, joined, only_known, text
from scheduler.channels import Kind, Receipt, SecretMissingError, Sending, secret
from scheduler.render import Message
from storage.alert import AttemptOutcome

_TIMEOUT_S = 15.0
_GONE = 410
_SHOWN_CHARACTERS = 200
_SECRET_PREFIX = "whsec_"  # noqa: S105 (the mark of a secret, not one)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """Where to post: `url`, or the variable that holds it where the address itself is secret."""

    url: str | None
    url_env: str | None
    secret_env: str | None


def parse(table: Table, path: str) -> WebhookOptions:
    """Return the options.

    Raises:
        SettingError: the address is missing, given twice or is none; another key is given.
    """
    only_known(table, ("url", "url_env", "secret_env"), path)
    url, url_env = text(table, "url", path), text(table, "url_env", path)
    if (url is None) == (url_env is None):
        raise SettingError(joined(path, "url"), "give either url or url_env")
    try:
        if url is not None:
            check_url(url)
    except GuardError as error:
        raise SettingError(joined(path, "url"), error.reason) from error
    return WebhookOptions(url=url, url_env=url_env, secret_env=text(table, "secret_env", path))


def send(options: WebhookOptions, message: Message, sending: Sending) -> Receipt:
    """Post the payload. 2xx is sent, 410 gives up; a redirect or anything else is tried again."""
    body = json.dumps(message.payload, ensure_ascii=False).encode()
    try:
        url = options.url or secret(sending.environ, options.url_env or "")
        check_url(url)
        headers = _headers(options, body, sending)
        with guarded_client(
            allow_private=sending.allow_private_hosts, timeout_s=_TIMEOUT_S
        ) as client:
            return _post(client, url, body, headers, sending.now)
    except (GuardError, SecretMissingError) as error:
        reason = error.reason if isinstance(error, GuardError) else str(error)
        return Receipt(outcome=AttemptOutcome.RETRY, detail=reason)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=f"cannot connect: {error}")
    except httpx.HTTPError as error:
        # The request may have been read: the receiver tells a repeat by its key.
        return Receipt(outcome=AttemptOutcome.UNKNOWN, detail=str(error) or type(error).__name__)


def signature(key: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the `v1` signature of a message."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _post(
    client: httpx.Client, url: str, body: bytes, headers: dict[str, str], now: datetime
) -> Receipt:
    deadline = time.monotonic() + _TIMEOUT_S
    with client.stream("POST", url, content=body, headers=headers) as response:
        said = _beginning(response.iter_bytes(), deadline)
        detail = f"HTTP {response.status_code} {said}".strip()
        if response.is_success:
            return Receipt(outcome=AttemptOutcome.SENT, detail=detail)
        if response.status_code == _GONE:
            return Receipt(outcome=AttemptOutcome.DEAD, detail=detail)
        return Receipt(
            outcome=AttemptOutcome.RETRY, detail=detail, retry_after=_retry_after(response, now)
        )


def _beginning(pieces: Iterator[bytes], deadline: float) -> str:
    """Return the start of what was answered; a body that trickles or never ends is left."""
    said = b""
    for piece in pieces:
        said += piece
        if len(said) >= 4 * _SHOWN_CHARACTERS or time.monotonic() > deadline:
            break
    return " ".join(said.decode("utf-8", "replace").split())[:_SHOWN_CHARACTERS]


def _headers(options: WebhookOptions, body: bytes, sending: Sending) -> dict[str, str]:
    timestamp = str(math.floor(sending.now.timestamp()))
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": sending.user_agent,
        "webhook-id": sending.key,
        "webhook-timestamp": timestamp,
    }
    if options.secret_env is not None:
        key = _key(secret(sending.environ, options.secret_env))
        headers["webhook-signature"] = signature(
            key, message_id=sending.key, timestamp=timestamp, body=body
        )
    return headers


def _key(written: str) -> bytes:
    if not written.startswith(_SECRET_PREFIX):
        return written.encode()
    return base64.b64decode(written.removeprefix(_SECRET_PREFIX))


def _retry_after(response: httpx.Response, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        asked = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    aware = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return max(aware - now, timedelta())


CHANNEL = Kind(name="webhook", parse=parse, send=send)
