"""Tell a 企业微信 (WeCom) group through its bot.

Source: https://developer.work.weixin.qq.com/document/path/91770 (text of at most 2,048 bytes, 20
messages a minute and bot) and path/90313 (error codes).
"""

from dataclasses import dataclass
from datetime import timedelta

from crawler.keys import Table, only_known, required_text, texts
from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.posting import Answer, post_json, refused, without_secret
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

_TOO_OFTEN = 45_009
_UNWANTED = frozenset({40_058, 44_004, 45_002})  # malformed, empty, too long: it never gets better


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComOptions:
    """The variable with the bot's address (its key is a secret), and who is called by name."""

    url_env: str
    mention: tuple[str, ...]


def parse(table: Table, path: str) -> WeComOptions:
    """Return the options: `url_env`, and in `mention` mobile numbers or `@all`.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("url_env", "mention"), path)
    return WeComOptions(
        url_env=required_text(table, "url_env", path), mention=texts(table, "mention", path)
    )


def send(options: WeComOptions, message: Message, sending: Sending) -> Receipt:
    """Post the text. Only `errcode` 0 is sent, whatever the status."""
    content: dict[str, object] = {"content": message.text}
    if options.mention:
        content["mentioned_mobile_list"] = list(options.mention)
    try:
        url = secret(sending.environ, options.url_env)
    except SecretError as error:
        return without_secret(error)
    return post_json(url, {"msgtype": "text", "text": content}, sending, _judge)


def _judge(answer: Answer) -> Receipt:
    code = answer.fields.get("errcode")
    if not answer.is_success or code is None:
        return refused(answer, answer.detail)
    said = f"errcode {code} {answer.fields.get('errmsg', '')}".strip()
    if code == 0:
        return Receipt(outcome=AttemptOutcome.SENT, detail=said)
    if code in _UNWANTED:
        return Receipt(outcome=AttemptOutcome.DEAD, detail=said)
    return refused(answer, said, wait=timedelta(minutes=1) if code == _TOO_OFTEN else None)


CHANNEL = Kind(
    name="wecom",
    parse=parse,
    send=send,
    budget=(Rate(messages=20, within=timedelta(minutes=1)),),
    room=Room(most=2_048),
)
