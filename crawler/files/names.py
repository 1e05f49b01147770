"""What a server calls a file: `Content-Disposition`, as servers really write it. Pure.

Beside the form of the standard there are raw bytes of UTF-8 or GBK, percent-encoding without a
label, and the words of mail headers.
Source: RFC 6266, RFC 8187 (`filename*`), RFC 2047.
"""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

_EXTENDED = re.compile(r"filename\*\s*=\s*([\w-]*)'[\w-]*'([^;\s]+)", re.IGNORECASE)
_QUOTED = re.compile(r"filename\s*=\s*\"((?:\\.|[^\"\\])*)\"", re.IGNORECASE)
_BARE = re.compile(r"filename\s*=\s*([^;\"]+)", re.IGNORECASE)
_WORD = re.compile(r"=\?[\w-]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 200  # characters


def sent_name(disposition: str | None) -> str | None:
    """Return the file name of a `Content-Disposition`, or None where it says none.

    The header's bytes come as Latin-1. Folders before the name go.
    """
    if not disposition:
        return None
    if (match := _EXTENDED.search(disposition)) and (name := _extended(match[1], match[2])):
        return _plain(name)
    if match := _QUOTED.search(disposition):
        return _plain(_read(re.sub(r"\\(.)", r"\1", match[1])))
    match = _BARE.search(disposition)
    return _plain(_read(match[1].strip())) if match else None


def _extended(charset: str, value: str) -> str | None:
    try:
        return unquote_to_bytes(value).decode(_wider(charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return _text(unquote_to_bytes(value))


def _read(value: str) -> str:
    if _WORD.fullmatch(value):
        try:
            [(word, charset)] = decode_header(value)
        except (HeaderParseError, ValueError):
            return value
        return word if isinstance(word, str) else word.decode(_wider(charset or "utf-8"), "replace")
    raw = value.encode("latin-1", "replace")
    return _text(unquote_to_bytes(raw) if re.search(r"%[0-9a-fA-F]{2}", value) else raw)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _wider(charset: str) -> str:
    """Return the larger table that pages under a Chinese label really use."""
    return "gb18030" if charset.lower() in {"gb2312", "gbk"} else charset


def _plain(name: str) -> str | None:
    last = _NOT_IN_NAMES.sub("", name).replace("\\", "/").rpartition("/")[2].strip()
    return last[-_LONGEST:] or None
