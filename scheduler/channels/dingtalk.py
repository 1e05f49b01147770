r"""Tell a 钉钉 (DingTalk) group through its bot.

The signature is HMAC-SHA256 of `timestamp\nsecret` (timestamp in milliseconds) under the secret,
base64, quoted once in the address.
Source: https://open.dingtalk.com/document/orgapp/customize-robot-security-settings and
https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages (20 messages a minute
and bot, else 10 minutes of silence; 20,000 bytes).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from crawler.keys import Table, only_known, required_text, text, texts
from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.posting import Answer, post_json, refused, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_ALL = "@all"
_TOO_OFTEN = frozenset({130_101, 302_033, 410_100})
_SILENCE = timedelta(minutes=10)
_ROOM_BYTES = 15_000  # of 20,000 for the whole body, in which a character may be escaped


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkOptions:
    """The variables with the bot's address and its secret, and who is called by name."""

    url_env: str
    secret_env: str | None
    mention: tuple[str, ...]


def parse(table: Table, path: str) -> DingTalkOptions:
    """Return the options: `url_env`, `secret_env` (加签), in `mention` mobile numbers or `@all`.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("url_env", "secret_env", "mention"), path)
    return DingTalkOptions(
        url_env=required_text(table, "url_env", path),
        secret_env=text(table, "secret_env", path),
        mention=texts(table, "mention", path),
    )


def send(options: DingTalkOptions, message: Message, sending: Sending) -> Receipt:
    """Post the text. Only `errcode` 0 is sent, whatever the status."""
    mobiles = [one for one in options.mention if one != _ALL]
    called = "".join(f"\n@{one}" for one in mobiles)  # who is not in the text is not called
    payload = {
        "msgtype": "text",
        "text": {"content": message.text + called},
        "at": {"atMobiles": mobiles, "isAtAll": _ALL in options.mention},
    }
    try:
        url = secret(sending.environ, options.url_env)
        if options.secret_env is not None:
            url += _signed(secret(sending.environ, options.secret_env), sending.now)
    except SecretError as error:
        return without_secret(error)
    return post_json(url, payload, sending, _judge)


def signature(key: str, timestamp: str) -> str:
    """Return the signature of a time in milliseconds, not yet quoted."""
    digest = hmac.new(key.encode(), f"{timestamp}\n{key}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _signed(key: str, now: datetime) -> str:
    timestamp = str(int(now.timestamp() * 1000))
    return f"&timestamp={timestamp}&sign={quote(signature(key, timestamp), safe='')}"


def _judge(answer: Answer) -> Receipt:
    code = answer.fields.get("errcode")
    if not answer.is_success or code is None:
        return refused(answer, answer.detail)
    said = f"errcode {code} {answer.fields.get('errmsg', '')}".strip()
    if code == 0:
        return Receipt(outcome=AttemptOutcome.SENT, detail=said)
    return refused(answer, said, wait=_SILENCE if code in _TOO_OFTEN else None)


CHANNEL = Kind(
    name="dingtalk",
    parse=parse,
    send=send,
    budget=(Rate(messages=20, within=timedelta(minutes=1)),),
    room=Room(most=_ROOM_BYTES),
)
