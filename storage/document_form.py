"""Documents read back: what `storage.article.document_of` writes. Pure.

Source: docs/architecture.md, *The document form*.
"""

import re
from dataclasses import dataclass

from storage.article import UNKNOWN

_HEAD = re.compile(
    "标题: (?P<title>[^\n]*)\n发布日期: (?P<published>[^\n]*)\n浏览次数: (?P<views>[^\n]*)\n"
    "正文内容:(?:\n|$)"
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_MOST_VIEWS = 2**53


class NoDocumentError(ValueError):
    """These bytes are not in the document form; the message says where they leave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """What a document says. None: 未知."""

    title: str
    published_text: str | None
    views: int | None
    text: str


def read_document(data: bytes) -> ReadDocument:
    """Return what a document says; a byte order mark and line ends of Windows make no difference.

    Raises:
        NoDocumentError: it is no document.
    """
    try:
        form = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NoDocumentError(f"is not UTF-8 at byte {error.start}") from error
    if "\0" in form:
        raise NoDocumentError("holds a NUL character, which no text has")
    head = _HEAD.match(form)
    if head is None:
        raise NoDocumentError("does not begin with the lines 标题, 发布日期, 浏览次数 and 正文内容")
    if not head["title"].strip():
        raise NoDocumentError("has no title")
    return ReadDocument(
        title=head["title"],
        published_text=None if head["published"] in {UNKNOWN, ""} else head["published"],
        views=_views(head["views"]),
        text=form[head.end() :].strip("\n"),
    )


def _views(printed: str) -> int | None:
    if printed == UNKNOWN:
        return None
    if not _NUMBER.fullmatch(printed) or int(printed) > _MOST_VIEWS:
        raise NoDocumentError(f"浏览次数 is no number and not {UNKNOWN}: {printed[:20]!r}")
    return int(printed)
