r"""Tell a 飞书 or Lark group through its bot.

The signature is HMAC-SHA256 of nothing under the key `timestamp\nsecret` (timestamp in seconds),
base64, in the body.
Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (100 messages a minute and
5 a second and bot; 20 KB; codes 9499, 11232, 19021, 19022, 19024).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from crawler.keys import Table, only_known, required_text, text, texts
from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.posting import Answer, post_json, refused, timestamp_s, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_TOO_OFTEN = 11_232
_ROOM_BYTES = 15_000  # of 20 KB for the whole body, in which a character may be escaped


@dataclass(frozen=True, slots=True, kw_only=True)
class FeishuOptions:
    """The variables with the bot's address and its secret, and who is called by name."""

    url_env: str
    secret_env: str | None
    mention: tuple[str, ...]


def parse(table: Table, path: str) -> FeishuOptions:
    """Return the options: `url_env`, `secret_env` (签名校验), in `mention` Open IDs or `all`.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("url_env", "secret_env", "mention"), path)
    return FeishuOptions(
        url_env=required_text(table, "url_env", path),
        secret_env=text(table, "secret_env", path),
        mention=texts(table, "mention", path),
    )


def send(options: FeishuOptions, message: Message, sending: Sending) -> Receipt:
    """Post the text. Only `code` 0 is sent, whatever the status."""
    called = "".join(f'\n<at user_id="{one}"></at>' for one in options.mention)
    payload: dict[str, object] = {
        "msg_type": "text",
        "content": {"text": message.text.replace("<at ", "＜at ") + called},
    }
    try:
        url = secret(sending.environ, options.url_env)
        if options.secret_env is not None:
            timestamp = timestamp_s(sending.now)
            key = secret(sending.environ, options.secret_env)
            payload |= {"timestamp": timestamp, "sign": signature(key, timestamp)}
    except SecretError as error:
        return without_secret(error)
    return post_json(url, payload, sending, _judge)


def signature(key: str, timestamp: str) -> str:
    """Return the signature of a time in seconds."""
    digest = hmac.new(f"{timestamp}\n{key}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _judge(answer: Answer) -> Receipt:
    fields = answer.fields
    code = fields.get("code", fields.get("StatusCode"))
    if code is None or (code == 0 and not answer.is_success):
        return refused(answer, answer.detail)
    said = f"code {code} {fields.get('msg', fields.get('StatusMessage', ''))}".strip()
    if code == 0:
        return Receipt(outcome=AttemptOutcome.SENT, detail=said)
    return refused(answer, said, wait=timedelta(minutes=1) if code == _TOO_OFTEN else None)


CHANNEL = Kind(
    name="feishu",
    parse=parse,
    send=send,
    budget=(
        Rate(messages=5, within=timedelta(seconds=1)),
        Rate(messages=100, within=timedelta(minutes=1)),
    ),
    room=Room(most=_ROOM_BYTES),
)
