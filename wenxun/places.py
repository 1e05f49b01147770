"""Where in a TOML file a setting stands, for errors that name line and column. Pure.

The standard library's parser keeps no places, so the file is looked through once more: tables are
found by their headings, keys at the start of a line within them.
Source: https://toml.io/en/v1.0.0
"""

import re
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import SettingError

_PATH = re.compile(r"(?P<name>[\w-]+)(?:\[(?P<number>\d+)\])?(?:\.(?P<rest>.+))?")
_HEADING = re.compile(r"\s*\[\[?\s*(?P<name>[\w.\"'-]+)\s*\]\]?")


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column of a file, both from 1."""

    line: int
    column: int


def told_with_place(error: SettingError, path: Path, written: str) -> str:
    """Return an error about what is `written` in a file with its line and column there."""
    place = place_of(written, error.key)
    where = f"{path}:{place.line}:{place.column}" if place else f"{path}"
    return f"{where}: {error}"


def place_of(text: str, key: str) -> Place | None:
    """Return where the setting of this name (`watch[2].any_of[0]`, `contact`) stands."""
    found = _PATH.fullmatch(key)
    if found is None:
        return None
    lines = text.split("\n")
    name, number, rest = found["name"], found["number"], found["rest"]
    if number is None and rest is None:
        return _key_in(lines, 0, name)
    heading = _heading(lines, name, int(number or 0))
    if heading is None:
        return _key_in(lines, 0, name)
    inner = re.split(r"[.\[]", rest, maxsplit=1)[0] if rest else None
    own = _key_in(lines, heading + 1, inner) if inner else None
    return own or Place(heading + 1, 1)


def _heading(lines: list[str], name: str, number: int) -> int | None:
    """Return the line (from 0) that begins the table of this name and number."""
    starts = [
        at
        for at, line in enumerate(lines)
        if (found := _HEADING.match(line)) and found["name"].strip("\"'") == name
    ]
    return starts[number] if number < len(starts) else None


def _key_in(lines: list[str], start: int, key: str) -> Place | None:
    """Return where a key stands in the table that begins at this line, before the next heading."""
    wanted = re.compile(rf"(\s*)[\"']?{re.escape(key)}[\"']?\s*=")
    for at in range(start, len(lines)):
        if found := wanted.match(lines[at]):
            return Place(at + 1, len(found[1]) + 1)
        if _HEADING.match(lines[at]):
            return None
    return None
