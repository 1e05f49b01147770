r"""Tell a 钉钉 (DingTalk) group through its bot.

The signature is HMAC-SHA256 of `timestamp\nsecret` (timestamp in milliseconds) under the secret,
base64, quoted once in the address.
Source: https://open.dingtalk.com/document/orgapp/customize-robot-security-settings and
https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages (20 messages a minute
and bot, else 10 minutes of silence; 20,000 bytes). `mention`: mobile numbers or `@all`.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import quote

from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.chat_bots import BotOptions, Codes, bot_by, judge, parse_signed
from scheduler.posting import post_json, without_secret
from scheduler.render import Message
from scheduler.splitting import Room

_ALL = "@all"
_CODES = Codes(too_often={130_101, 302_033, 410_100}, wait=timedelta(minutes=10))
_ROOM_BYTES = 15_000  # of 20,000 for the whole body, in which a character may be escaped


def send(options: BotOptions, message: Message, sending: Sending) -> Receipt:
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
    return post_json(url, payload, sending, judge(_CODES))


def signature(key: str, timestamp: str) -> str:
    """Return the signature of a time in milliseconds, not yet quoted."""
    digest = hmac.new(key.encode(), f"{timestamp}\n{key}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _signed(key: str, now: datetime) -> str:
    timestamp = str(int(now.timestamp() * 1000))
    return f"&timestamp={timestamp}&sign={quote(signature(key, timestamp), safe='')}"


CHANNEL = Kind(
    name="dingtalk",
    parse=parse_signed,
    send=send,
    budget=(Rate(messages=20, within=timedelta(minutes=1)),),
    bot=bot_by("access_token"),
    room=Room(most=_ROOM_BYTES),
)
