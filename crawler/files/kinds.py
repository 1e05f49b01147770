"""What a file is: by its name, and by its first bytes. A kind is written as names end. Pure.

Source: the formats' own signatures (ISO 32000, ECMA-376, [MS-CFB], GB/T 33190 for OFD).
"""

import re

_ENDING = re.compile(r"\.([0-9a-z]{1,5})$", re.IGNORECASE)
_SAME = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif", "htm": "html", "docm": "docx", "xlsm": "xlsx"}
_KNOWN = re.compile(
    "pdf|docx?|xlsx?|pptx?|ppsx?|wps|et|dps|ofd|rtf|txt|csv|html|zip|rar|7z|gz|tar"
    "|jpg|png|gif|bmp|webp|svg|tif|mp[34]|m4[av]|wav|wm[av]|avi|flv|mov|ogg|swf|apk|exe"
)
_FILM = re.compile("mp[34]|m4[av]|wav|wm[av]|avi|flv|mov|ogg|swf")
_SIGNS = (
    (b"%PDF-", "pdf"), (b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"),
    (b"BM", "bmp"), (b"II*\0", "tif"), (b"MM\0*", "tif"), (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gz"), (b"{\\rtf", "rtf"), (b"ID3", "mp3"),
    (b"OggS", "ogg"), (b"FLV", "flv"), (b"MZ", "exe"),
)  # fmt: skip
_CONTAINER, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of parts that tell what a ZIP is; they stand in its directory, at the end, too.
_PARTS = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"), (b"OFD.xml", "ofd"))
_OLE_KINDS = frozenset(["doc", "xls", "ppt", "pps", "wps", "et", "dps"])
_WITHOUT_SIGN = frozenset(["txt", "csv", "html", "tar", "swf", "wma", "wmv"])
_RIFF_KINDS = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
_WITHIN = 1024  # bytes
_DIRECTORY = 65_536
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script|!--)", re.IGNORECASE
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)


def kind_named(name: str | None) -> str | None:
    """Return the kind that a file name or an address ends with, or None where it names none."""
    match = _ENDING.search((name or "").strip())
    ending = match.group(1).lower() if match else ""
    ending = _SAME.get(ending, ending)
    return ending if is_known_kind(ending) else None


def is_known_kind(kind: str) -> bool:
    """Say whether this is a kind, written as we do."""
    return _KNOWN.fullmatch(kind) is not None


def is_film_or_sound(kind: str | None) -> bool:
    """Say whether a kind is a film or sound: large, and without words."""
    return kind is not None and _FILM.fullmatch(kind) is not None


def kind_of_bytes(body: bytes, *, named: str | None) -> str | None:
    """Return what the bytes are, or None where they do not tell; `named` is what names say."""
    if body.startswith(_CONTAINER):
        return _kind_of_container(body)
    if body.startswith(_OLE):
        return named if named in _OLE_KINDS else "doc"
    sign = next((kind for sign, kind in _SIGNS if body.startswith(sign)), None)
    return sign or _kind_inside(body) or (named if named in _WITHOUT_SIGN else None)


def _kind_inside(body: bytes) -> str | None:
    """Return what marks behind the first bytes say."""
    if body.startswith(b"RIFF"):
        return _RIFF_KINDS.get(body[8:12])
    if body[4:8] == b"ftyp":
        return "mp4"
    start = body[:_WITHIN]
    if b"%PDF-" in start:  # readers accept junk before the mark
        return "pdf"
    if _SVG.search(start):
        return "svg"
    return "html" if is_markup(body) else None


def is_markup(body: bytes) -> bool:
    """Say whether the bytes are a page rather than a file."""
    return _MARKUP.match(body[:_WITHIN]) is not None and _SVG.search(body[:_WITHIN]) is None


def _kind_of_container(body: bytes) -> str:
    seen = body[:_DIRECTORY] + body[-_DIRECTORY:]
    return next((kind for part, kind in _PARTS if part in seen), "zip")
