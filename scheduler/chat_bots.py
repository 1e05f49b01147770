"""What the bots of chat platforms share: their options, their budget, what their answers say.

They answer `200 OK` to what they refuse, with a code in the body. Only the number 0 is a receipt:
no other value that Python takes for it, and no text.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from crawler.keys import Table, only_known, required_text, text, texts
from scheduler.channels import Receipt, secret
from scheduler.posting import Answer, refused
from storage.alert import AttemptOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class BotOptions:
    """The variables with the bot's address (its key is a secret) and, where it signs, its secret.

    `mention`: who is called by name, as the platform writes it.
    """

    url_env: str
    secret_env: str | None
    mention: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """How a platform names the code and the words of its answer, and which codes mean what.

    `unwanted`: the message never gets better. `too_often`: leave the bot alone for `wait`.
    """

    code: tuple[str, ...] = ("errcode",)
    words: tuple[str, ...] = ("errmsg",)
    unwanted: Collection[int] = ()
    too_often: Collection[int] = ()
    wait: timedelta = timedelta(minutes=1)


def parse_signed(table: Table, path: str) -> BotOptions:
    """Return the options of a bot that may sign: `url_env`, `secret_env`, `mention`.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("url_env", "secret_env", "mention"), path)
    return _options(table, path)


def parse_unsigned(table: Table, path: str) -> BotOptions:
    """Return the options of a bot that never signs: `url_env`, `mention`.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, ("url_env", "mention"), path)
    return _options(table, path)


def judge(codes: Codes) -> Callable[[Answer], Receipt]:
    """Return what judges the answers of a platform."""

    def judged(answer: Answer) -> Receipt:
        code = next((n for key in codes.code if (n := answer.number(key)) is not None), None)
        if code is None or (code == 0 and not answer.is_success):
            return refused(answer, answer.detail)
        words = next((said for key in codes.words if (said := answer.words(key))), "")
        said = f"{codes.code[0]} {code} {words}".strip()
        if code == 0:
            return Receipt(outcome=AttemptOutcome.SENT, detail=said)
        if code in codes.unwanted:
            return Receipt(outcome=AttemptOutcome.DEAD, detail=said)
        return refused(answer, said, wait=codes.wait if code in codes.too_often else None)

    return judged


def bot_by(parameter: str | None) -> Callable[[BotOptions, Mapping[str, str]], str]:
    """Return what names a bot: this parameter of its address, or (None) the end of its path.

    Several channels may name one bot, and each its address in another way.
    """

    def bot(options: BotOptions, environ: Mapping[str, str]) -> str:
        url = secret(environ, options.url_env)
        parts = urlsplit(url)
        found = parse_qs(parts.query).get(parameter or "", [])
        return found[0] if found else parts.path.rstrip("/").rpartition("/")[2] or url

    return bot


def _options(table: Table, path: str) -> BotOptions:
    return BotOptions(
        url_env=required_text(table, "url_env", path),
        secret_env=text(table, "secret_env", path),
        mention=texts(table, "mention", path),
    )
