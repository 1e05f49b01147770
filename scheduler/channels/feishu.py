r"""Tell a 飞书 or Lark group through its bot.

The signature is HMAC-SHA256 of nothing under the key `timestamp\nsecret` (timestamp in seconds),
base64, in the body.
Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (100 messages a minute and
5 a second and bot; 20 KB; codes 9499, 11232, 19021, 19022, 19024). `mention`: Open IDs or `all`.
"""

import base64
import hashlib
import hmac
from datetime import timedelta

from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.chat_bots import BotOptions, Codes, bot_by, judge, parse_signed
from scheduler.posting import post_json, timestamp_s, without_secret
from scheduler.render import Message
from scheduler.splitting import Room

_CODES = Codes(code=("code", "StatusCode"), words=("msg", "StatusMessage"), too_often={11_232})
_ROOM_BYTES = 15_000  # of 20 KB for the whole body, in which a character may be escaped


def send(options: BotOptions, message: Message, sending: Sending) -> Receipt:
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
    return post_json(url, payload, sending, judge(_CODES))


def signature(key: str, timestamp: str) -> str:
    """Return the signature of a time in seconds."""
    digest = hmac.new(f"{timestamp}\n{key}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


CHANNEL = Kind(
    name="feishu",
    parse=parse_signed,
    send=send,
    budget=(
        Rate(messages=5, within=timedelta(seconds=1)),
        Rate(messages=100, within=timedelta(minutes=1)),
    ),
    bot=bot_by(None),
    room=Room(most=_ROOM_BYTES),
)
