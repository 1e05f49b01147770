"""The watch language: what someone waits for, and whether an event is it, and why. Pure.

Every condition that is given must hold: at least one of `any_of`, all of `all_of`, none of
`none_of`, a match of one of `regex`, one of `sites`, one of `events`. Words are compared as a
reader sees them (`storage/wording.py`, as in search).

Patterns are RE2: no pattern, however written, can take more than time linear in the text.
Source: https://github.com/google/re2/wiki/Syntax
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from crawler.errors import SettingError
from crawler.keys import Table, flag, joined, only_known, required_text, texts
from storage.alert import SITE_EVENTS, EventKind, Subject
from storage.wording import folded, folded_word, holds, seen

DEFAULT_EVENTS = (EventKind.NEW, EventKind.CHANGED, EventKind.WITHDRAWN)
_KEYS = frozenset(
    {
        "name",
        "any_of",
        "all_of",
        "none_of",
        "regex",
        "sites",
        "events",
        "channels",
        "backfill",
        "urgent",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What someone waits for. An empty tuple means that this condition was not given.

    `backfill`: also events of a site's first crawl, late finds, and what was before the watch.
    `urgent`: told at once, whatever the timetable of a channel says.
    """

    name: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    events: tuple[EventKind, ...] = DEFAULT_EVENTS
    channels: tuple[str, ...] = ()
    backfill: bool = False
    urgent: bool = False


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
        regex=_patterns(table, path),
        sites=texts(table, "sites", path),
        events=_events(table, path),
        channels=texts(table, "channels", path),
        backfill=flag(table, "backfill", path, default=False),
        urgent=flag(table, "urgent", path, default=False),
    )


def definition(watch: Watch) -> dict[str, Any]:
    """Return the watch as a table that `parse_watch` reads back."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key in sorted(_KEYS)
        if (value := getattr(watch, key))
    }


def match(watch: Watch, subject: Subject, *, since: datetime) -> Match | None:
    """Say why this watch, which exists since then, wants to know of the event; None: it does not.

    Words are no condition for the events of a site (`broken`, `recovered`): it has no text.
    """
    if subject.kind not in watch.events or (watch.sites and subject.site not in watch.sites):
        return None
    is_old = subject.backfill or subject.occurred_at < since
    if is_old and not watch.backfill:
        return None
    return Match(reasons=()) if subject.kind in SITE_EVENTS else explain(watch, subject)


def explain(watch: Watch, subject: Subject) -> Match | None:
    """Hold the words and patterns alone against the article; see `match` for the rest."""
    if any(_where(word, subject) for word in watch.none_of):
        return None
    every = [_where(word, subject) for word in watch.all_of]
    some = [reason for word in watch.any_of if (reason := _where(word, subject))]
    patterns = [reason for regex in watch.regex if (reason := _pattern_where(regex, subject))]
    if None in every or (watch.any_of and not some) or (watch.regex and not patterns):
        return None
    return Match(reasons=(*filter(None, every), *some, *patterns))


def obstacles(watch: Watch, subject: Subject) -> tuple[str, ...]:
    """Return what keeps this watch from meeting the article, each naming its key; () if nothing."""
    found = [f"all_of: no {word!r}" for word in watch.all_of if not _where(word, subject)]
    if watch.any_of and not any(_where(word, subject) for word in watch.any_of):
        found.append("any_of: none of its words")
    if watch.regex and not any(_pattern_where(regex, subject) for regex in watch.regex):
        found.append("regex: no match")
    unwanted = [reason for word in watch.none_of if (reason := _where(word, subject))]
    found += [f"none_of: {reason.wanted!r} in the {reason.where}" for reason in unwanted]
    if watch.sites and subject.site not in watch.sites:
        found.append(f"sites: not {subject.site!r}")
    if subject.kind not in watch.events:
        found.append(f"events: not {subject.kind!s}")
    return tuple(found)


def _where(word: str, subject: Subject) -> Reason | None:
    wanted = _folded_word(word)
    for field, _, text in _fields(subject):
        if holds(text, wanted):
            return Reason(wanted=word, found=word, where=field)
    return None


def _pattern_where(regex: str, subject: Subject) -> Reason | None:
    for field, text, _ in _fields(subject):
        if found := _compiled(regex).search(text):
            return Reason(wanted=regex, found=found.group(0), where=field)
    return None


@lru_cache(maxsize=16)  # one event is held against every watch
def _fields(subject: Subject) -> tuple[tuple[str, str, str], ...]:
    """Return name, text as seen and text as compared of each field, the title first."""
    return tuple((name, seen(text), folded(text)) for name, text in _texts(subject) if text)


def _texts(subject: Subject) -> Iterator[tuple[str, str | None]]:
    yield "title", subject.title
    yield "subtitle", subject.subtitle
    yield "text", subject.text
    yield "source", subject.source
    yield "credits", "\n".join(credit.printed for credit in subject.credits)


@lru_cache(maxsize=65_536)
def _folded_word(word: str) -> str:
    return folded_word(word)


def _words(table: Table, key: str, path: str) -> tuple[str, ...]:
    words = texts(table, key, path)
    for number, word in enumerate(words):
        if not _folded_word(word):
            raise SettingError(f"{joined(path, key)}[{number}]", "must not be empty")
    return words


def _patterns(table: Table, path: str) -> tuple[str, ...]:
    patterns = texts(table, "regex", path)
    for number, pattern in enumerate(patterns):
        try:
            _compiled(pattern)
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
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
