"""One fetched response; bytes become text here and only here.

Pure: the response comes in as values. Nothing in here fetches, logs or reads the clock.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import cchardet
from selectolax.lexbor import LexborHTMLParser

from crawler.nesting import flattened

SHANGHAI = "Asia/Shanghai"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_META_BYTES = 8192  # VSB prints long keyword lists before its charset
_MAX_BAD_SHARE = 0.002
# What a label means. The older, smaller tables are read by the full ones, since pages use letters
# of those. Labels that are missing here say less than the bytes do (latin-1 is many servers'
# default over any body) or are no encodings of pages.
_CODECS = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "euc_jp": "euc_jp",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "cp1251": "cp1251",
    "koi8-r": "koi8-r",
}
_ALIASES = {"x-gbk": "gbk", "gb_2312-80": "gb2312", "x-sjis": "shift_jis", "x-big5": "big5"}
_REPLACEMENT = "\ufffd"


class _Decoded(NamedTuple):
    text: str
    encoding: str
    source: bytes | None = None  # the text as UTF-8, where the body has it


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """One fetched response, and how its site wants it to be read.

    `headers` have lower-case names. `fetched_at` is aware UTC and is the only clock that readers
    of the page know. `timezone` is the zone in which the site prints its times; `selectors` are
    the site file's CSS selectors by field name (`title`, `date`, `body`), empty where the family
    rules do. `family` names the CMS where the site file does; None lets it be recognised. Text and
    tree are made on first use and kept.
    """

    url: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes
    fetched_at: datetime
    timezone: str = SHANGHAI
    selectors: Mapping[str, str] = field(default_factory=dict)
    family: str | None = None

    @property
    def text(self) -> str:
        """The body as text, without NUL characters."""
        return self._decoded.text

    @property
    def encoding(self) -> str:
        """The codec by which the body was read, by its Python name."""
        return self._decoded.encoding

    @cached_property
    def source(self) -> bytes:
        """The text as UTF-8. Whether a word stands in the page is asked here: bytes are quicker."""
        source = self._decoded.source
        return self.text.encode("utf-8", "replace") if source is None else source

    @cached_property
    def replacements(self) -> int:
        """How many letters could not be read and stand as U+FFFD."""
        return self.text.count(_REPLACEMENT) if _REPLACEMENT in self.text else 0

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed page. Shared by all readers: nobody changes it."""
        return LexborHTMLParser(flattened(self.source))

    @cached_property
    def title_text(self) -> str | None:
        """The text of `<title>` with single blanks, or None where it is missing or empty."""
        node = self.tree.css_first("title")
        return " ".join(node.text().split()) or None if node else None

    @cached_property
    def _decoded(self) -> _Decoded:
        text, encoding, source = _decode(self.body, self.headers.get("content-type", ""))
        if source is None or b"\0" in source:
            text, source = text.replace("\0", ""), source and source.replace(b"\0", b"")
        return _Decoded(text, encoding, source)


def _decode(body: bytes, content_type: str) -> _Decoded:
    """Return the text of a body: mark, strict UTF-8, label, detection, gb18030 with replacement.

    Source: measured on crafted and real pages, docs/architecture.md (encodings).
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _Decoded(body[len(mark) :].decode(encoding, "replace"), encoding)
    try:
        # Not final: a letter that is cut off at the very end is forgiven.
        text, length = codecs.utf_8_decode(body, "strict", False)
        return _Decoded(text, "utf-8", body[:length])
    except UnicodeDecodeError:
        pass
    for encoding in _candidates(body, content_type):
        decoded = _Decoded(body.decode(encoding, "replace"), encoding)
        if decoded.text.count(_REPLACEMENT) <= len(decoded.text) * _MAX_BAD_SHARE:
            return decoded
    return _Decoded(body.decode("gb18030", "replace"), "gb18030")


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    head = content_type.encode("ascii", "replace")
    for match in (*_CHARSET.finditer(head), *_CHARSET.finditer(body[:_META_BYTES])):
        if encoding := _codec(match.group(1).decode("ascii")):
            yield encoding
    # Only now: detection is the slowest step and the least sure one.
    if encoding := _codec(cchardet.detect(body).get("encoding") or ""):
        yield encoding


def _codec(label: str) -> str | None:
    label = label.lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return _CODECS.get(name)
