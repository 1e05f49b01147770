"""Push to WeChat or a phone through Server酱: Turbo (keys `SCT…`) and Server酱³ (keys `sctp…`).

Source: https://sct.ftqq.com/sendkey and https://doc.sc3.ft07.com/serverchan3/server/api (a title of
32 characters, a text of 32 KB; `code` 0 in the body).
"""

import re
from dataclasses import dataclass

from crawler.keys import Table, only_known, required_text, text
from scheduler.channels import Kind, Receipt, SecretError, SecretInvalidError, Sending, secret
from scheduler.posting import Answer, post_json, refused, server_in, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_TURBO = "https://sctapi.ftqq.com"
_KEY = re.compile(r"SCT[0-9A-Za-z]+|sctp(?P<user>[0-9]+)t[0-9A-Za-z]+")
_TITLE_CHARACTERS = 32
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChanOptions:
    """The variable with the SendKey; `server` only where a proxy stands in between."""

    key_env: str
    server: str | None


def parse(table: Table, path: str) -> ServerChanOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("key_env", "server"), path)
    has_server = text(table, "server", path) is not None
    return ServerChanOptions(
        key_env=required_text(table, "key_env", path),
        server=server_in(table, path, default="") if has_server else None,
    )


def send(options: ServerChanOptions, message: Message, sending: Sending) -> Receipt:
    """Push the message. Only `code` 0 in the body is sent."""
    try:
        url = _address(options, sending)
    except SecretError as error:
        return without_secret(error)
    title = " ".join(message.subject.split())
    if len(title) > _TITLE_CHARACTERS:
        title = title[: _TITLE_CHARACTERS - 1] + "…"
    return post_json(url, {"title": title, "desp": _as_markdown(message.text)}, sending, _judge)


def _address(options: ServerChanOptions, sending: Sending) -> str:
    key = secret(sending.environ, options.key_env)
    found = _KEY.fullmatch(key)
    if found is None:
        raise SecretInvalidError(options.key_env, "is no SendKey (SCT… or sctp…)")
    user = found["user"]
    if user is None:
        return f"{options.server or _TURBO}/{key}.send"
    return f"{options.server or f'https://{user}.push.ft07.com'}/send/{key}.send"


def _as_markdown(text: str) -> str:
    """Return a plain text so that Markdown shows it as it is; addresses stay links."""
    rows = (row if "://" in row else _MARKDOWN.sub(r"\\\1", row) for row in text.split("\n"))
    return "\n\n".join(rows)


def _judge(answer: Answer) -> Receipt:
    code = answer.number("code")
    code = answer.number("errno") if code is None else code
    if not answer.is_success or code != 0:
        return refused(answer, answer.detail)
    return Receipt(outcome=AttemptOutcome.SENT, detail="code 0")


CHANNEL = Kind(name="serverchan", parse=parse, send=send, room=Room(most=15_000))
