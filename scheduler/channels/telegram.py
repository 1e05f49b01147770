"""Tell a Telegram chat through a bot.

Source: https://core.telegram.org/bots/api#sendmessage (4,096 characters, counted in UTF-16; `ok` in
the body; `parameters.retry_after`) and https://core.telegram.org/bots/faq (20 messages a minute and
group, one a second and chat).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from crawler.keys import Table, only_known, required_text
from scheduler.channels import Kind, Rate, Receipt, SecretError, SecretInvalidError, Sending, secret
from scheduler.posting import LONGEST_WAIT_S, Answer, post_json, refused, server_in, without_secret
from scheduler.render import Message
from scheduler.splitting import Room, utf16_units
from storage.alert import AttemptOutcome

_SERVER = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]+:[0-9A-Za-z_-]+")
_UNWANTED = re.compile(r"message (is too long|text is empty)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions:
    """The variable with the bot's token, the chat (`@channel` or a number), and the server."""

    token_env: str
    chat: str
    server: str


def parse(table: Table, path: str) -> TelegramOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("token_env", "chat", "server"), path)
    return TelegramOptions(
        token_env=required_text(table, "token_env", path),
        chat=required_text(table, "chat", path),
        server=server_in(table, path, default=_SERVER),
    )


def send(options: TelegramOptions, message: Message, sending: Sending) -> Receipt:
    """Send the text, without a preview. Only `ok` in the body is sent."""
    try:
        token = secret(sending.environ, options.token_env)
        if not _TOKEN.fullmatch(token):
            raise SecretInvalidError(options.token_env, "is no bot token (123456:ABC…)")
    except SecretError as error:
        return without_secret(error)
    payload = {
        "chat_id": options.chat,
        "text": message.text,
        "link_preview_options": {"is_disabled": True},
    }
    return post_json(f"{options.server}/bot{token}/sendMessage", payload, sending, _judge)


def _judge(answer: Answer) -> Receipt:
    if answer.is_success and answer.fields.get("ok") is True:
        number = answer.number("result", "message_id")
        return Receipt(outcome=AttemptOutcome.SENT, detail=f"message {number}")
    said = answer.words("description") or answer.detail
    if _UNWANTED.search(said):
        return Receipt(outcome=AttemptOutcome.DEAD, detail=said)
    asked = answer.number("parameters", "retry_after")
    wait = None if asked is None else timedelta(seconds=min(max(asked, 0), LONGEST_WAIT_S))
    return refused(answer, said, wait=wait)


def _bot(options: TelegramOptions, environ: Mapping[str, str]) -> str:
    return f"{secret(environ, options.token_env)} {options.chat}"


CHANNEL = Kind(
    name="telegram",
    parse=parse,
    send=send,
    budget=(
        Rate(messages=1, within=timedelta(seconds=1)),
        Rate(messages=20, within=timedelta(minutes=1)),
    ),
    bot=_bot,
    room=Room(most=4_096, measure=utf16_units),
)
