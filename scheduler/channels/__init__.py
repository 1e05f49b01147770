"""Ways to tell somebody, one a file; the folder is the registry.

A file of this folder defines `CHANNEL`, a `Kind`. `send` never raises for what a receiver or the
network does: it returns a receipt, because only a receipt that was checked counts as sent.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from crawler.errors import SettingError
from crawler.keys import Table, joined
from scheduler.render import Message
from scheduler.splitting import Room
from storage.alert import AttemptOutcome

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What goes with a message: its key, the same in every try, and the rules of this machine.

    `left`: those who did not get it yet, as the receipt of an earlier try names them; (): nobody
    did.
    """

    key: str
    now: datetime
    allow_private_hosts: bool
    environ: Mapping[str, str]
    user_agent: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receiver said. UNKNOWN: the message may have arrived, nobody can tell.

    `problem`: it was sent, but not to all: who did not get it, and why. `left`: who did not get it
    and is to be tried again, where others did.
    """

    outcome: AttemptOutcome
    detail: str | None = None
    problem: str | None = None
    left: tuple[str, ...] = ()
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most so many messages within any such time."""

    messages: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Options]):
    """One way to tell. `parse(table, path)` raises SettingError; `send` blocks, with a limit.

    `budget` is what the receiver takes: that of one `bot`, which several channels may name. It gets
    the options and the environment, and raises SecretError. `room` is the largest text it takes, by
    its own measure; a longer one is sent in parts. None: any text is taken whole.
    """

    name: str
    parse: Callable[[Table, str], Options]
    send: Callable[[Options, Message, Sending], Receipt]
    budget: tuple[Rate, ...] = ()
    bot: Callable[[Options, Mapping[str, str]], str] | None = None
    room: Room | None = None


class SecretError(Exception):
    """A secret cannot be used. Set the variable that is named, or correct it."""


class SecretMissingError(SecretError):
    """A secret is not set. Set the variable, or the one with _FILE that names a file."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set (nor {variable}_FILE, which names a file)")
        self.variable = variable


class SecretInvalidError(SecretError):
    """A secret is not of the form that it must have. Copy it anew from where it was made."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable} {reason}")
        self.variable = variable


@cache
def kinds() -> Mapping[str, Kind[Any]]:
    """Return the kinds of this folder by their names."""
    modules = [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    return {module.CHANNEL.name: module.CHANNEL for module in modules}


def kind_of(name: str, path: str) -> Kind[Any]:
    """Return the kind of this name; `path` is how errors name the channel.

    Raises:
        SettingError: there is none.
    """
    if name not in kinds():
        known = ", ".join(sorted(kinds()))
        raise SettingError(joined(path, "kind"), f"unknown kind {name!r} (known: {known})")
    return kinds()[name]


def secret(environ: Mapping[str, str], variable: str) -> str:
    """Return a secret from a variable, or from the file that `<variable>_FILE` names.

    Raises:
        SecretMissingError: neither is there.
    """
    if value := environ.get(variable):
        return value
    if path := environ.get(f"{variable}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise SecretMissingError(variable) from error
    raise SecretMissingError(variable)
