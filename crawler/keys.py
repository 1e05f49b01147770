"""Read typed values out of a table of settings; every error names its key. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

from crawler.errors import SettingError

Table = Mapping[str, object]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_DURATION = re.compile(r"(?:\d+[smhdwy])+")
_SIZE_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE = re.compile(r"(\d{1,6}) ?([MGT]B)")
_PIECE = re.compile(r"(\d+)([smhdwy])")


def only_known(table: Table, known: Collection[str], path: str) -> None:
    """Refuse keys that mean nothing.

    Raises:
        SettingError: names the first one.
    """
    for key in table:
        if key not in known:
            raise SettingError(
                joined(path, key), f"unknown key (known: {', '.join(sorted(known))})"
            )


def text(table: Table, key: str, path: str) -> str | None:
    """Return a non-empty string, or None where the key is not given.

    Raises:
        SettingError: it is no string, or blank.
    """
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SettingError(joined(path, key), "must be a string")
    if not value.strip():
        raise SettingError(joined(path, key), "must not be empty")
    return value


def required_text(table: Table, key: str, path: str) -> str:
    """Return a non-empty string.

    Raises:
        SettingError: it is missing, no string, or blank.
    """
    value = text(table, key, path)
    if value is None:
        raise SettingError(joined(path, key), "is missing")
    return value


def texts(table: Table, key: str, path: str) -> tuple[str, ...]:
    """Return a list of non-empty strings (one string is a list of one); () where not given.

    Raises:
        SettingError: it is empty or holds something else.
    """
    value = table.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise SettingError(joined(path, key), "must be a list of strings")
    if not value:
        raise SettingError(joined(path, key), "must not be empty")
    for number, item in enumerate(value):
        if not isinstance(item, str):
            raise SettingError(f"{joined(path, key)}[{number}]", "must be a string")
        if not item.strip():
            raise SettingError(f"{joined(path, key)}[{number}]", "must not be empty")
    return tuple(value)


def flag(table: Table, key: str, path: str, *, default: bool) -> bool:
    """Return true or false.

    Raises:
        SettingError: it is neither.
    """
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise SettingError(joined(path, key), "must be true or false")
    return value


def whole(table: Table, key: str, path: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number within its bounds.

    Raises:
        SettingError: it is none, or out of bounds.
    """
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise SettingError(joined(path, key), f"must be a whole number from {least} to {most}")
    return value


def duration(table: Table, key: str, path: str, *, default: timedelta) -> timedelta:
    """Return a duration that is written like `90s`, `1h30m`, `7d`, `4w` or `5y` (of 365 days).

    More than nothing.

    Raises:
        SettingError: it is written otherwise, or is zero.
    """
    value = table.get(key)
    if value is None:
        return default
    if isinstance(value, str) and _DURATION.fullmatch(value):
        seconds = sum(int(number) * _UNITS[unit] for number, unit in _PIECE.findall(value))
        if 0 < seconds <= timedelta.max.days:
            return timedelta(seconds=seconds)
    raise SettingError(joined(path, key), 'must be a duration such as "90s", "30m" or "7d"')


def size(table: Table, key: str, path: str) -> int | None:
    """Return a number of bytes that is written like `500MB`, `50GB` or `2TB`; None: not given.

    Raises:
        SettingError: it is written otherwise, or is zero.
    """
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, str) and (match := _SIZE.fullmatch(value)):
        bytes_ = int(match[1]) * _SIZE_UNITS[match[2]]
        if bytes_ > 0:
            return bytes_
    raise SettingError(joined(path, key), 'must be a size such as "500MB", "50GB" or "2TB"')


def joined(path: str, key: str) -> str:
    """Return the full name of a key."""
    return f"{path}.{key}" if path else key
