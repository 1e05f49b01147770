"""Post JSON to a URL, signed where a secret is named.

While a secret is replaced, name the new one and the old one: every message then carries both
signatures, and receivers may change over at their own time.
Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from crawler.errors import GuardError, SettingError
from crawler.hosts import check_url
from crawler.keys import Table, joined, only_known, text, texts
from scheduler.channels import Kind, Receipt, SecretError, SecretInvalidError, Sending, secret
from scheduler.posting import Answer, post, refused, timestamp_s, without_secret
from scheduler.render import Message
from storage.alert import AttemptOutcome

_GONE = 410
_SECRET_PREFIX = "whsec_"  # noqa: S105 (the mark of a secret, not one)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """Where to post: `url`, or the variable that holds it where the address itself is secret."""

    url: str | None
    url_env: str | None
    secret_env: tuple[str, ...]


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
    return WebhookOptions(url=url, url_env=url_env, secret_env=texts(table, "secret_env", path))


def send(options: WebhookOptions, message: Message, sending: Sending) -> Receipt:
    """Post the payload. 2xx is sent, 410 gives up; a redirect or anything else is tried again."""
    body = json.dumps(message.payload, ensure_ascii=False).encode()
    try:
        url = options.url or secret(sending.environ, options.url_env or "")
        headers = _headers(options, body, sending)
    except SecretError as error:
        return without_secret(error)
    return post(url, body, sending, _judge, headers=headers)


def signature(key: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the `v1` signature of a message."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _judge(answer: Answer) -> Receipt:
    if answer.is_success:
        return Receipt(outcome=AttemptOutcome.SENT, detail=answer.detail)
    if answer.status == _GONE:
        return Receipt(outcome=AttemptOutcome.DEAD, detail=answer.detail)
    return refused(answer, answer.detail)


def _headers(options: WebhookOptions, body: bytes, sending: Sending) -> dict[str, str]:
    timestamp = timestamp_s(sending.now)
    headers = {"webhook-id": sending.key, "webhook-timestamp": timestamp}
    keys = [_key(sending, variable) for variable in options.secret_env]
    if keys:
        headers["webhook-signature"] = " ".join(
            signature(key, message_id=sending.key, timestamp=timestamp, body=body) for key in keys
        )
    return headers


def _key(sending: Sending, variable: str) -> bytes:
    written = secret(sending.environ, variable)
    if not written.startswith(_SECRET_PREFIX):
        return written.encode()
    try:
        return base64.b64decode(written.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise SecretInvalidError(variable, "is no base64 behind whsec_") from error


CHANNEL = Kind(name="webhook", parse=parse, send=send)
