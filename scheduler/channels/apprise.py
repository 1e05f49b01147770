"""Tell through Apprise (`wenxun[apprise]`), where Wenxun does not know a service itself.

Apprise says only whether it believes that a message arrived, and it believes an HTTP 200 that
carries a refusal (2.2: DingTalk, Feishu, WeCom, Server酱). Those services are refused here, since
Wenxun has its own senders for them; for the rest, the receipt says whose word it is.
Source: https://github.com/caronc/apprise/wiki/Development_API
"""

from dataclasses import dataclass

from crawler.keys import Table, only_known, required_text
from scheduler.channels import Kind, Receipt, SecretError, SecretInvalidError, Sending, secret
from scheduler.posting import without_secret
from scheduler.render import Message
from storage.alert import AttemptOutcome

_OURS = {
    "dingtalk": "dingtalk",
    "feishu": "feishu",
    "lark": "feishu",
    "wecombot": "wecom",
    "schan": "serverchan",
    "bark": "bark",
    "barks": "bark",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "tgram": "telegram",
    "mailto": "email",
    "mailtos": "email",
    "json": "webhook",
    "jsons": "webhook",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseOptions:
    """The variable with Apprise's address of the service: it holds what is secret."""

    url_env: str


def parse(table: Table, path: str) -> AppriseOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing or unknown.
    """
    only_known(table, ("url_env",), path)
    return AppriseOptions(url_env=required_text(table, "url_env", path))


def send(options: AppriseOptions, message: Message, sending: Sending) -> Receipt:
    """Hand the message to Apprise. The receipt of a success says that nobody checked it."""
    try:
        url = secret(sending.environ, options.url_env)
        ours = _OURS.get(url.partition("://")[0].lower())
        if ours is not None:
            raise SecretInvalidError(
                options.url_env, f"is of a service with a checked receipt: use kind = {ours!r}"
            )
    except SecretError as error:
        return without_secret(error)
    try:
        import apprise  # noqa: PLC0415 (an extra, and slow to import)
    except ImportError:
        detail = "Apprise is not installed: pip install 'wenxun[apprise]'"
        return Receipt(outcome=AttemptOutcome.RETRY, detail=detail)
    service = apprise.Apprise()
    if not service.add(url):
        detail = f"{options.url_env} is no address that Apprise knows"
        return Receipt(outcome=AttemptOutcome.RETRY, detail=detail)
    if service.notify(title=message.subject, body=message.text):
        return Receipt(outcome=AttemptOutcome.SENT, detail="Apprise says so; nobody checked it")
    return Receipt(outcome=AttemptOutcome.RETRY, detail="Apprise could not send it")


CHANNEL = Kind(name="apprise", parse=parse, send=send)
