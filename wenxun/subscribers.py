"""Subscribers: one file a person in a folder, with watches, channels and a timetable of their own.

The folder is the registry, and the file's stem the name. Files are read one by one: what is wrong
with one is told with its line and column, and nobody else goes without.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import SettingError
from crawler.keys import Table, only_known
from scheduler.timetable import KEYS, parse_timetable
from scheduler.watch import definition
from storage.alert import WrittenSubscriber
from wenxun.places import told_with_place
from wenxun.watch_settings import WrongSettingsError, channels_and_watches_of_one

_LONGEST_NAME = 64
FilesState = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenFile:
    """A subscriber's file that cannot be used; `says` has a line for each mistake."""

    name: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribers:
    """What the folder holds: subscribers by name, and the files that are wrong."""

    good: tuple[WrittenSubscriber, ...] = ()
    broken: tuple[BrokenFile, ...] = ()


def read_subscribers(folder: Path, *, general: Sequence[str]) -> Subscribers:
    """Read all files of a folder; one that is not there holds none.

    `general` are the channels of the configuration, which a watch may name, too.
    """
    good: list[WrittenSubscriber] = []
    broken: list[BrokenFile] = []
    for path in sorted(folder.glob("*.toml")):
        found = _read(path, general)
        if isinstance(found, BrokenFile):
            broken.append(found)
        else:
            good.append(found)
    return Subscribers(good=tuple(good), broken=tuple(broken))


def files_state(paths: Iterable[Path]) -> FilesState:
    """Return what changes when one of these files does: names, times, sizes."""
    found = []
    for path in paths:
        try:
            seen = path.stat()
        except OSError:  # it is gone again
            continue
        found.append((str(path), seen.st_mtime_ns, seen.st_size))
    return tuple(found)


def _read(path: Path, general: Sequence[str]) -> WrittenSubscriber | BrokenFile:
    name = path.stem
    try:
        written = path.read_text("utf-8")
        table = tomllib.loads(written)
    except OSError as error:
        return BrokenFile(name=name, says=f"{path}: cannot be read: {error.strerror or error}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return BrokenFile(name=name, says=f"{path}: is no TOML: {error}")
    if len(name) > _LONGEST_NAME:
        return BrokenFile(
            name=name, says=f"{path}: the name is longer than {_LONGEST_NAME} letters"
        )
    try:
        return _parse(name, table, general)
    except WrongSettingsError as error:
        lines = [told_with_place(one, path, written) for one in error.errors]
        return BrokenFile(name=name, says="\n".join(lines))
    except SettingError as error:
        return BrokenFile(name=name, says=told_with_place(error, path, written))


def _parse(name: str, table: Table, general: Sequence[str]) -> WrittenSubscriber:
    only_known(table, {"watch", "channel", *KEYS}, "")
    parse_timetable(table, "")
    usual: Mapping[str, object] = {key: table[key] for key in KEYS if key in table}
    channels, watches = channels_and_watches_of_one(table, usual=usual, general=general)
    return WrittenSubscriber(
        name=name,
        watches={watch.name: definition(watch) for watch in watches},
        channels=channels,
    )
