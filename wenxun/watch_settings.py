"""The watches and channels of a configuration, checked as a whole: every mistake is named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from crawler.errors import SettingError
from crawler.keys import Table, required_text, text, texts
from scheduler.channels import kind_of
from scheduler.timetable import parse_timetable, without_timetable
from scheduler.watch import Watch, parse_watch
from storage.alert import Origin, WrittenChannel

CONSOLE = WrittenChannel(name="console", kind="console", options={}, origin=Origin.BUILT_IN)
_T = TypeVar("_T")


class WrongSettingsError(Exception):
    """Several settings are wrong. Correct the keys that are named."""

    def __init__(self, errors: Sequence[SettingError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = tuple(errors)


def channels_and_watches(
    table: Table,
) -> tuple[tuple[WrittenChannel, ...], tuple[Watch, ...]]:
    """Return the channels and the watches of a configuration.

    Raises:
        WrongSettingsError: all that is wrong with any of them.
    """
    errors: list[SettingError] = []
    channels = _parsed(table, "channel", _channel, errors)
    names = {channel.name for channel in channels}
    if CONSOLE.name not in names:
        channels.append(CONSOLE)
    named = sorted({*names, CONSOLE.name})
    watches = _parsed(table, "watch", lambda entry, path: _watch(entry, path, named), errors)
    _check_names(channels, watches, errors)
    return tuple(channels), tuple(watches)


def channels_and_watches_of_one(
    table: Table, *, usual: Table, general: Sequence[str]
) -> tuple[tuple[WrittenChannel, ...], tuple[Watch, ...]]:
    """Return the channels and the watches of a subscriber's file.

    `usual` is the timetable of channels that have none of their own; `general` are the channels of
    the configuration, which watches may name as well.

    Raises:
        WrongSettingsError: all that is wrong with any of them.
    """
    errors: list[SettingError] = []
    channels = _parsed(
        table, "channel", lambda entry, path: _channel({**usual, **entry}, path), errors
    )
    named = sorted({*general, *(channel.name for channel in channels)})
    watches = _parsed(table, "watch", lambda entry, path: _watch(entry, path, named), errors)
    _check_names(channels, watches, errors)
    return tuple(channels), tuple(watches)


def _check_names(
    channels: Sequence[WrittenChannel], watches: Sequence[Watch], errors: list[SettingError]
) -> None:
    _only_once([watch.name for watch in watches], "watch", errors)
    _only_once([channel.name for channel in channels], "channel", errors)
    if errors:
        raise WrongSettingsError(errors)


def _parsed(
    table: Table,
    key: str,
    parse: Callable[[Mapping[str, Any], str], _T],
    errors: list[SettingError],
) -> list[_T]:
    """Return what is right of the tables of a key; what is wrong with the others joins `errors`."""
    found = []
    try:
        entries = list(_entries(table, key))
    except SettingError as error:
        errors.append(error)
        return []
    for path, entry in entries:
        try:
            found.append(parse(entry, path))
        except SettingError as error:
            errors.append(error)
    return found


def _channel(entry: Mapping[str, Any], path: str) -> WrittenChannel:
    name = required_text(entry, "name", path)
    kind = kind_of(required_text(entry, "kind", path), path)
    options = {key: value for key, value in entry.items() if key not in {"name", "kind"}}
    kind.parse(without_timetable(options), path)
    parse_timetable(options, path)
    return WrittenChannel(name=name, kind=kind.name, options=options)


def _watch(entry: Mapping[str, Any], path: str, channels: Sequence[str]) -> Watch:
    watch = parse_watch(_with_words_of_files(entry, path), path)
    for number, name in enumerate(watch.channels):
        if name not in channels:
            raise SettingError(
                f"{path}.channels[{number}]",
                f"no channel {name!r} (there are: {', '.join(channels)})",
            )
    return watch


def _with_words_of_files(entry: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return a watch's table with the words of the files that it names in its lists."""
    merged = dict(entry)
    for key in ("any_of", "all_of", "none_of"):
        name = text(merged, f"{key}_file", path)
        if name is not None:
            del merged[f"{key}_file"]
            merged[key] = [*texts(merged, key, path), *_words_in(Path(name), f"{path}.{key}_file")]
    return merged


def _words_in(path: Path, key: str) -> list[str]:
    """Return the words of a file, one a line; blank lines and lines that begin with # are none."""
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(key, f"{path} cannot be read: {error}") from error
    words = [line for line in lines if line and not line.startswith("#")]
    if not words:
        raise SettingError(key, f"{path} has no words")
    return words


def _entries(table: Table, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    entries = table.get(key, [])
    if not isinstance(entries, list):
        raise SettingError(key, f"must be tables: [[{key}]]")
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise SettingError(f"{key}[{number}]", f"must be a table: [[{key}]]")
        yield f"{key}[{number}]", entry


def _only_once(names: list[str], key: str, errors: list[SettingError]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            errors.append(SettingError(f"{key}[{number}].name", f"{name!r} is there already"))
