"""Push through ntfy: ntfy.sh or a server of your own.

Source: https://docs.ntfy.sh/publish/ (publishing as JSON; a message holds 4,096 bytes, a longer one
would become a file).
"""

from dataclasses import dataclass

from crawler.keys import Table, only_known, required_text, text
from scheduler.channels import Kind, Receipt, SecretError, Sending, secret
from scheduler.posting import Answer, post_json, refused, server_in, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_SERVER = "https://ntfy.sh"
_UNWANTED = frozenset({400, 413})


@dataclass(frozen=True, slots=True, kw_only=True)
class NtfyOptions:
    """The server, the variable with the topic (who knows it can read it), and that with a token."""

    server: str
    topic_env: str
    token_env: str | None


def parse(table: Table, path: str) -> NtfyOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("server", "topic_env", "token_env"), path)
    return NtfyOptions(
        server=server_in(table, path, default=_SERVER),
        topic_env=required_text(table, "topic_env", path),
        token_env=text(table, "token_env", path),
    )


def send(options: NtfyOptions, message: Message, sending: Sending) -> Receipt:
    """Push the message. The receipt is the id that the server gave it."""
    article = message.payload.get("article") or {}
    try:
        payload = {
            "topic": secret(sending.environ, options.topic_env),
            "title": " ".join(message.subject.split()),
            "message": message.text,
            **({"click": article["url"]} if article.get("url") else {}),
        }
        headers = {}
        if options.token_env is not None:
            headers["authorization"] = f"Bearer {secret(sending.environ, options.token_env)}"
    except SecretError as error:
        return without_secret(error)
    return post_json(options.server, payload, sending, _judge, headers=headers)


def _judge(answer: Answer) -> Receipt:
    if answer.is_success and (number := answer.words("id")):
        return Receipt(outcome=AttemptOutcome.SENT, detail=f"id {number}")
    if answer.status in _UNWANTED:
        return Receipt(outcome=AttemptOutcome.DEAD, detail=answer.detail)
    return refused(answer, answer.detail)


CHANNEL = Kind(name="ntfy", parse=parse, send=send, room=Room(most=4_096))
