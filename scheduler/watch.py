"""The watch language: what someone waits for, as it is written down. Pure.

Every condition that is given must hold: at least one of `any_of`, all of `all_of`, none of
`none_of`, the `query`, a match of one of `regex`, one of `sites`, one of `events`. Words are
compared as a reader sees them (`storage/wording.py`), and `query` is the language of search.

Patterns are RE2: no pattern, however written, can take more than time linear in the text.
Source: https://github.com/google/re2/wiki/Syntax
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from crawler.errors import SettingError
from crawler.keys import Table, flag, joined, only_known, required_text, text, texts
from storage.alert import EventKind
from storage.errors import QueryError
from storage.query import parse
from storage.wording import folded_word

DEFAULT_EVENTS = (EventKind.NEW, EventKind.CHANGED, EventKind.WITHDRAWN)
_KEYS = frozenset(
    {
        "name",
        "any_of",
        "all_of",
        "none_of",
        "query",
        "regex",
        "sites",
        "events",
        "channels",
        "backfill",
        "urgent",
        "every_repost",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What someone waits for. An empty tuple means that this condition was not given.

    `backfill`: also events of a site's first crawl, late finds, and what was before the watch.
    `urgent`: told at once, whatever the timetable of a channel says. `every_repost`: what other
    sites have of a story that was told is told as well, each on its own.
    """

    name: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    query: str | None = None
    regex: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    events: tuple[EventKind, ...] = DEFAULT_EVENTS
    channels: tuple[str, ...] = ()
    backfill: bool = False
    urgent: bool = False
    every_repost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A word or pattern of the watch, what it met (`found`), and in which field of the article."""

    wanted: str
    found: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A watch met an event. No reasons: the watch names no words, so everything is met."""

    reasons: tuple[Reason, ...]


def parse_watch(table: Table, path: str) -> Watch:
    """Return the watch that is written down; `path` is how errors name it (`watch[2]`).

    Raises:
        SettingError: a key is unknown, missing, or does not hold what it should.
    """
    only_known(table, _KEYS, path)
    return Watch(
        name=required_text(table, "name", path),
        any_of=_words(table, "any_of", path),
        all_of=_words(table, "all_of", path),
        none_of=_words(table, "none_of", path),
        query=_query(table, path),
        regex=_patterns(table, path),
        sites=texts(table, "sites", path),
        events=_events(table, path),
        channels=texts(table, "channels", path),
        backfill=flag(table, "backfill", path, default=False),
        urgent=flag(table, "urgent", path, default=False),
        every_repost=flag(table, "every_repost", path, default=False),
    )


def definition(watch: Watch) -> dict[str, Any]:
    """Return the watch as a table that `parse_watch` reads back."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key in sorted(_KEYS)
        if (value := getattr(watch, key))
    }


@lru_cache(maxsize=65_536)
def compared(word: str) -> str:
    """Return a word as it is compared."""
    return folded_word(word)


def _words(table: Table, key: str, path: str) -> tuple[str, ...]:
    words = texts(table, key, path)
    for number, word in enumerate(words):
        if not compared(word):
            raise SettingError(f"{joined(path, key)}[{number}]", "must not be empty")
    return words


def _query(table: Table, path: str) -> str | None:
    query = text(table, "query", path)
    try:
        if query is not None:
            parse(query)
    except QueryError as error:
        where = f"line {error.line}, column {error.column}"
        raise SettingError(joined(path, "query"), f"{where}: {error.reason}") from error
    return query


def _patterns(table: Table, path: str) -> tuple[str, ...]:
    patterns = texts(table, "regex", path)
    for number, pattern in enumerate(patterns):
        try:
            compiled(pattern)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
            key = f"{joined(path, 'regex')}[{number}]"
            raise SettingError(key, f"is no RE2 pattern: {reason}") from error
    return patterns


def _events(table: Table, path: str) -> tuple[EventKind, ...]:
    names = texts(table, "events", path)
    for number, name in enumerate(names):
        if name not in set(EventKind):
            key = f"{joined(path, 'events')}[{number}]"
            raise SettingError(key, f"unknown event {name!r} (known: {', '.join(EventKind)})")
    return tuple(EventKind(name) for name in names) or DEFAULT_EVENTS


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Return a pattern, ready to search with.

    Raises:
        re2.error: it is none.
    """
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
