"""Change the selectors in the text of a site file, and nothing else in it. Pure."""

import json
import re
import tomllib
from collections.abc import Mapping

from crawler.site import SiteError

_TABLE = re.compile(r"\s*\[\s*selectors\s*\]\s*(?:#.*)?$")
_ANY_TABLE = re.compile(r"\s*\[")
_KEY = re.compile(
    r"(?P<before>\s*(?P<dotted>selectors\s*\.\s*)?(?P<name>[a-z]+)\s*=\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*')(?P<behind>.*)$"
)


def with_selectors(text: str, selectors: Mapping[str, str]) -> str:
    """Return the text of a site file with these selectors; comments and order stay.

    Raises:
        SiteError: the file writes them in a form that is not understood well enough to be changed.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    changed = end.join(_changed(text.splitlines(), selectors)) + end
    if _read(changed) != {**_read(text), "selectors": dict(selectors)}:
        raise SiteError("its selectors are written in a form that is not changed: do it by hand")
    return changed


def _changed(lines: list[str], selectors: Mapping[str, str]) -> list[str]:
    left = dict(selectors)
    kept: list[str] = []
    table, last, dot = "", None, ""  # where a new key goes: behind the last of the selectors
    for line in lines:
        if _ANY_TABLE.match(line):
            table = "selectors" if _TABLE.match(line) else line
        key = _own_key(line, table)
        if key is None:
            kept.append(line)
        elif (css := left.pop(key["name"], None)) is not None:
            kept.append(f"{key['before']}{_quoted(css)}{key['behind']}")
        if key is not None or _TABLE.match(line):
            last, dot = len(kept), (key["dotted"] or "" if key is not None else "")
    more = [f"{dot.strip()}{name} = {_quoted(css)}" for name, css in left.items()]
    if last is not None:
        return [*kept[:last], *more, *kept[last:]]
    while more and kept and not kept[-1].strip():
        kept.pop()
    return [*kept, "", "[selectors]", *more] if more else kept


def _own_key(line: str, table: str) -> re.Match[str] | None:
    """Return the key and value of a line that gives a selector, in `table` or with its name."""
    key = _KEY.match(line)
    if key is None:
        return None
    is_ours = not table if key["dotted"] else table == "selectors"
    return key if is_ours else None


def _read(text: str) -> dict[str, object]:
    try:
        return {"selectors": {}, **tomllib.loads(text)}
    except tomllib.TOMLDecodeError:
        return {}


def _quoted(css: str) -> str:
    # Most selectors with quotes hold double ones: then nothing has to be escaped.
    if "'" not in css:
        return f"'{css}'" if '"' in css else f'"{css}"'.replace("\\", "\\\\")
    return json.dumps(css, ensure_ascii=False)
