"""Bytes of a page become text: which encoding they are in, and what cannot be read.

Pure. Source: measured on crafted and real pages, docs/architecture.md (encodings); the labels are
those of https://encoding.spec.whatwg.org/, of which pages in Chinese use these.
"""

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import cchardet

REPLACEMENT = "\ufffd"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_META_BYTES = 1 << 16  # some print long keyword lists, styles or scripts before their charset
_GZIP = b"\x1f\x8b\x08"
_MOST_UNPACKED = 15 << 20
_MARKUP_BYTES = 2048  # the first tag stands within them
_WIDE_BYTES = 64  # where UTF-16 without a mark is looked for
_WIDE_SHARE = 0.6  # of every second byte: ASCII markup in UTF-16 is half zeros
_MOSTLY = 2  # letters of well-formed UTF-8 for one that is not; GBK bytes have one for three
_MAX_BAD_SHARE = 0.05  # of the letters outside ASCII
_ENOUGH = 64  # letters or bytes outside ASCII: fewer tell nothing about an encoding
_ALONE_SHARE = 0.6  # of the bytes outside ASCII stand alone in Western text; in Big5 about 0.2
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_ASCII = bytes(range(0x80))
_LONG_LETTER = re.compile(rb"[\xe0-\xff]")  # in UTF-8 Chinese letters have three or four bytes
_GREEK_ON = re.compile("[\u0370-\u07ff]")
# Letters of every Chinese text, in both scripts: at least 8 % of the letters of a real page, at
# most 2.4 % where Big5 is read as GBK or GBK as Big5, which goes without an error.
_COMMON = re.compile("[，。、：的一是不人在有我中大上和地生要出行年月日新公文工作以高校部主方]")
_COMMON_SHARE = 0.04
_CHINESE = ("gb18030", "big5hkscs")
_REPAIRED = 200  # letters that cannot be read: a body with more is no text that was damaged
_AHEAD = 64  # bytes
_NO_LETTERS = re.compile(r"[^a-z0-9]")
# What a label means, without its dashes and in small letters. The older, smaller tables are read
# by the full ones, since pages use letters of those. Labels that are missing here are no encodings
# of pages (utf-7, and utf-16 in a label that can be read as ASCII).
_CODECS = {
    **dict.fromkeys(("utf8", "utf", "unicode11utf8", "xunicode20utf8"), "utf-8"),
    **dict.fromkeys(
        ("gb2312", "gb231280", "gb23121980", "csgb2312", "chinese", "isoir58", "gbk", "xgbk",
         "gb18030", "cp936", "ms936", "windows936", "936"),
        "gb18030",
    ),
    **dict.fromkeys(
        ("big5", "cnbig5", "csbig5", "xxbig5", "big5hkscs", "cp950", "ms950", "windows950"),
        "big5hkscs",
    ),
    **dict.fromkeys(("eucjp", "xeucjp"), "euc_jp"),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "ms932", "windows31j", "cp932"), "cp932"),
    **dict.fromkeys(
        ("euckr", "uhc", "cp949", "ms949", "windows949", "ksc5601", "ksc56011987", "ksc56011989"),
        "cp949",
    ),
    **dict.fromkeys(("cp1251", "windows1251"), "cp1251"),
    "koi8r": "koi8-r",
}  # fmt: skip


class Decoded(NamedTuple):
    """A text with the codec that gave it, and its bytes where they are UTF-8 as they came."""

    text: str
    encoding: str
    source: bytes | None = None


def unpacked(body: bytes) -> bytes:
    """Return the page in a gzipped body that no header called so, or the body as it is."""
    if not body.startswith(_GZIP):
        return body
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, _MOST_UNPACKED)
    except zlib.error:
        return body
    return plain if b"<" in plain[:_MARKUP_BYTES] else body


def decode(body: bytes, content_type: str) -> Decoded:
    """Return the text of a body; letters that cannot be read stand as U+FFFD.

    The order: a mark at the start, UTF-16 by its zeros, UTF-8 if all or most of it is well-formed,
    the label of the header, those of the page, detection, and gb18030.
    """
    body, marked = _without_mark(body)
    if marked and marked != "utf-8":
        return Decoded(_read(body, marked), marked)
    if wide := _wide(body):
        return Decoded(_read(body, wide), wide)
    try:
        text, length = codecs.utf_8_decode(body, "strict", False)  # not final, as `_read`
    except UnicodeDecodeError:
        return _not_quite_utf_8(body, content_type)
    if body.isascii() or _LONG_LETTER.search(body) or not _GREEK_ON.search(text):
        return Decoded(text, "utf-8", body[:length])
    labelled = next(_labels(body, content_type), "utf-8")
    if labelled in _CHINESE and REPLACEMENT not in (other := _read(body, labelled)):
        # A few Chinese letters, each of two bytes that are one letter of another script in UTF-8.
        return Decoded(other, labelled)
    return Decoded(text, "utf-8", body[:length])


def _not_quite_utf_8(body: bytes, content_type: str) -> Decoded:
    text = _read(body, "utf-8")
    if _is_mostly_right(text):
        return Decoded(text, "utf-8")
    doubtful: Decoded | None = None
    for encoding in _candidates(body, content_type):
        text = _read(body, encoding)
        if text.count(REPLACEMENT) > max(1, _MAX_BAD_SHARE * _beyond_ascii(text)):
            continue
        if encoding not in _CHINESE or _is_chinese(text):
            return Decoded(_repaired(text, body, encoding), encoding)
        doubtful = doubtful or Decoded(text, encoding)
    return doubtful or Decoded(_repaired(_read(body, "gb18030"), body, "gb18030"), "gb18030")


def _without_mark(body: bytes) -> tuple[bytes, str | None]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :], encoding
    return body, None


def _wide(body: bytes) -> str | None:
    """Return the UTF-16 of a body without a mark: its markup has a zero in every second byte."""
    head = body[:_WIDE_BYTES]
    enough = len(head) // 2 * _WIDE_SHARE
    if head.count(0) < max(enough, 2):
        return None
    if head[1::2].count(0) >= enough and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) >= enough and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _is_mostly_right(text: str) -> bool:
    bad = text.count(REPLACEMENT)
    return _beyond_ascii(text) - bad >= _MOSTLY * bad


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _is_chinese(text: str) -> bool:
    beyond = _beyond_ascii(text)
    return beyond < _ENOUGH or len(_COMMON.findall(text)) >= _COMMON_SHARE * beyond


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    head = content_type.encode("ascii", "replace")
    for match in (*_CHARSET.finditer(head), *_CHARSET.finditer(body[:_META_BYTES])):
        if encoding := _codec(match.group(1).decode("ascii")):
            yield encoding


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    yield from _labels(body, content_type)
    high = body.translate(None, _ASCII)
    if len(_ALONE.findall(body)) >= _ALONE_SHARE * len(high):
        # Latin-1 is many servers' default label over any body, so the bytes are asked, not it.
        yield "cp1252"
    yield from _CHINESE
    # Only now: detection is the slowest step and the least sure one.
    if len(high) >= _ENOUGH and (encoding := _codec(cchardet.detect(body).get("encoding") or "")):
        yield encoding


def _codec(label: str) -> str | None:
    return _CODECS.get(_NO_LETTERS.sub("", label.lower()))


def _read(body: bytes, encoding: str) -> str:
    """Return the text; not final: a letter that is cut off at the very end is forgiven."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(body)


def _repaired(text: str, body: bytes, encoding: str) -> str:
    """Read again where a few bytes of a Chinese text are broken: each is to cost one letter only.

    A letter has two bytes, so behind one that is lost all would be paired wrongly, and read
    without an error as other letters, up to the next ASCII character.
    """
    if encoding not in _CHINESE or not 0 < text.count(REPLACEMENT) <= _REPAIRED:
        return text
    return codecs.getincrementaldecoder(encoding)(_RESUME).decode(body)


def _resume(error: UnicodeError) -> tuple[str, int]:
    """Go on behind a broken byte, or behind the byte after it, where more common letters follow."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    at = error.start + 1
    if error.object[at : at + 1].isascii():  # the next letter stands, or there is none
        return REPLACEMENT, at
    here, behind = (
        _letters_in(error.object[start : start + _AHEAD].decode(error.encoding, "replace"))
        for start in (at, at + 1)
    )
    return REPLACEMENT, at + 1 if behind > here else at


def _letters_in(text: str) -> int:
    return len(_COMMON.findall(text)) - text.count(REPLACEMENT)


_RESUME = "wenxun.resume"
codecs.register_error(_RESUME, _resume)
