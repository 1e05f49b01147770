"""What the scripts of a page say of its article: plain variables, and text that they write.

Some templates hold the meta data in variables and print it by `document.write`, with the label
outside of the script or in it. Nothing is run: only string literals, the variables that were set
to one, and joins of both are understood; what needs more is left out. Pure.

Source: article templates of TRS WCM sites (`pubdata`, `wzly`, `zz`, `fbt`) and of the visit
counter PHPStat (`__$pubtime`, `__$source`).
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER, tidy
from crawler.fields.labels import read_labels
from crawler.page import Page

_LITERAL = r"\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'"
_NAME = r"[A-Za-z_$][\w$]*"
# Looking for the sign first is much quicker than asking at every name.
_SET = re.compile(rf"=\s*(?P<value>{_LITERAL})\s*(?=[;,\r\n}}]|$)")
# … and reading the name backwards from there than looking for where it begins.
_NAME_BACKWARDS = re.compile(r"\s*(?P<name>[\w$]*[A-Za-z_$])(?![\w$.])")
_LONGEST_NAME = 60
_CUT = r"\.(?:substring|substr|slice)\(\s*0\s*,\s*(?P<cut>\d{1,3})\s*\)"
_TERM = re.compile(rf"\s*(?:(?P<literal>{_LITERAL})|(?P<name>{_NAME})(?!\s*\())(?:{_CUT})?\s*")
_WRITE = re.compile(r"document\.write(?:ln)?\s*\(")
_COMMENTS = re.compile(r"/(?:\*.*?\*/|(?<![:\"'\\]/)/[^\r\n]*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": ""}
_TAG = re.compile(r"<[^<>]*>")
_COLON = ("：", ":")
_MAX_SCRIPT = 20_000  # letters; a longer one is a library
_MAX_SCRIPTS = 200
_MAX_LABEL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """What the inline scripts of a page say.

    `variables` are those set to a string literal: the first script that sets one counts, and in it
    the last value. `lines` are the labelled lines that scripts write, with the label that stands
    before a script.
    """

    variables: Mapping[str, str]
    lines: tuple[str, ...]


def read_scripts(page: Page) -> Scripted:
    """Return what the inline scripts of a page say."""
    variables: dict[str, str] = {}
    lines: list[str] = []
    known: dict[str, str] = {}
    for node, source in _scripts(page):
        own = _settings(source)
        known |= own
        variables = own | variables
        writes = "document.write" in source
        written = BORDER.join(_written(source, known)) if writes else ""
        if not writes and len(own) == 1:
            written = next(iter(own.values()))  # another script puts it where this one stands
        label = _label_before(node) if written.strip() else ""
        if (label or writes) and read_labels(label + written):
            lines.append(label + written)
    return Scripted(variables=variables, lines=tuple(lines))


def written_lines(page: Page) -> tuple[str, ...]:
    """Return the labelled lines that scripts write, with the label that stands before a script."""
    return read_scripts(page).lines


def _scripts(page: Page) -> Iterator[tuple[LexborNode, str]]:
    if b"<script" not in page.source and b"<SCRIPT" not in page.source:
        return
    for node in page.tree.css("script:not([src])")[:_MAX_SCRIPTS]:
        source = node.text() or ""
        if len(source) <= _MAX_SCRIPT:
            has_comments = "//" in source or "/*" in source
            yield node, _COMMENTS.sub("", source) if has_comments else source


def _settings(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _SET.finditer(source):
        before = source[max(0, match.start() - _LONGEST_NAME) : match.start()]
        if name := _NAME_BACKWARDS.match(before[::-1]):
            found[name["name"][::-1]] = _text(match["value"])
    return found


def _written(source: str, known: Mapping[str, str]) -> Iterator[str]:
    """Yield what each call writes; one that joins in an empty or unknown value writes nothing.

    Templates guard a value by `if(value!='')`, with its label inside.
    """
    for call in _WRITE.finditer(source):
        pieces = _joined(source, call.end(), known)
        if pieces and all(pieces):
            yield html.unescape(_TAG.sub(BORDER, "".join(pieces)))


def _joined(source: str, at: int, known: Mapping[str, str]) -> list[str] | None:
    """Return the parts of a join of literals and variables, None where it is anything else."""
    pieces: list[str] = []
    while term := _TERM.match(source, at):
        value = _text(term["literal"]) if term["literal"] else known.get(term["name"])
        if value is None:
            return None
        pieces.append(value[: int(term["cut"])] if term["cut"] else value)
        at = term.end()
        if source[at : at + 1] == ")":
            return pieces
        if source[at : at + 1] != "+":
            return None
        at += 1
    return None


def _text(literal: str) -> str:
    inside = literal[1:-1]
    return _ESCAPE.sub(_unescaped, inside) if "\\" in inside else inside


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def _label_before(node: LexborNode) -> str:
    """Return the text right before a script, where it is a label."""
    before = node.prev
    while before is not None and (before.tag == "-comment" or not (before.text() or "").strip()):
        before = before.prev
    if before is None or before.tag in {"script", "style"}:
        return ""
    text = tidy((before.text() or "").strip().rpartition("\n")[2])
    return text if text.endswith(_COLON) and len(text) <= _MAX_LABEL else ""
