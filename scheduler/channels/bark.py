"""Push to an iPhone through Bark: its server, or one of your own.

Source: https://bark.day.app/#/en-us/tutorial and
https://github.com/Finb/bark-server/blob/master/docs/API_V2.md (`code` 200 in the body); Apple takes
4,096 bytes with everything that goes along.
"""

from dataclasses import dataclass

from crawler.keys import Table, only_known, required_text, text
from scheduler.channels import Kind, Receipt, SecretError, Sending, secret
from scheduler.posting import Answer, post_json, refused, server_in, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_SERVER = "https://api.day.app"
_TAKEN = 200
_ROOM_BYTES = 2_800  # of 4,096: the title, the address and Apple's own members need the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class BarkOptions:
    """The server, and the variable with the key of the device."""

    server: str
    key_env: str
    group: str | None


def parse(table: Table, path: str) -> BarkOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("server", "key_env", "group"), path)
    return BarkOptions(
        server=server_in(table, path, default=_SERVER),
        key_env=required_text(table, "key_env", path),
        group=text(table, "group", path),
    )


def send(options: BarkOptions, message: Message, sending: Sending) -> Receipt:
    """Push the message. Only `code` 200 in the body is sent. A repeat replaces itself by its id."""
    article = message.payload.get("article") or {}
    try:
        payload = {
            "device_key": secret(sending.environ, options.key_env),
            "title": " ".join(message.subject.split())[:100],
            "body": message.text,
            "id": sending.key,
            "group": options.group or "Wenxun",
            **({"url": article["url"]} if article.get("url") else {}),
        }
    except SecretError as error:
        return without_secret(error)
    return post_json(f"{options.server}/push", payload, sending, _judge)


def _judge(answer: Answer) -> Receipt:
    code = answer.number("code")
    if not answer.is_success or code != _TAKEN:
        return refused(answer, answer.detail)
    return Receipt(outcome=AttemptOutcome.SENT, detail=f"code {code}")


CHANNEL = Kind(name="bark", parse=parse, send=send, room=Room(most=_ROOM_BYTES))
