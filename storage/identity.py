"""Is it the same? Decisions about documents and versions, as functions of values. Pure.

Source: docs/architecture.md, *Identity*.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.article import Article, DateFlag, Precision, comparable, storable

_ELLIPSIS = re.compile(r"(\.{2,}|…+|⋯+)$")
_TELLING_PREFIX = 6  # so many letters of a title tell it apart from its neighbours


class Change(StrEnum):
    """What of an article changed."""

    TITLE = "title"
    TEXT = "text"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored document, as far as it is compared."""

    document_id: int
    owner: str | None
    url_key: str
    title: str
    content_hash: str


def page_key(article: Article) -> str:
    """Return the key of the document on its site: the link's key and, where known, the owner."""
    key = article.page_key if article.owner is None else f"{article.page_key}@{article.owner}"
    return storable(key)


def same_document(
    article: Article, *, url_key: str, known: tuple[Known, ...], addresses: frozenset[int]
) -> Known | None:
    """Return the stored document that this page shows, or None.

    `known` are the documents with this link key, `addresses` those that were seen at exactly this
    address. An owner that differs is another document. An address of its own is the same document
    only if title or content agrees.
    """
    mine = [k for k in known if is_rival(article, k)]
    if not mine:
        return None
    for candidate in mine:
        if candidate.url_key == url_key or candidate.document_id in addresses:
            return candidate
    title, content_hash = comparable(article.title), article.content_hash
    return next(
        (k for k in mine if content_hash == k.content_hash or comparable(k.title) == title), None
    )


def is_rival(article: Article, known: Known) -> bool:
    """Say whether a document with this link key may be what the page shows: no other owner's."""
    return article.owner is None or known.owner in {None, article.owner}


def titles_agree(listed: str | None, stored: str) -> bool:
    """Say whether a list's title can be that of the article: equal, cut off, or unknown."""
    if listed is None:
        return True
    shown = _ELLIPSIS.sub("", comparable(listed))
    full = comparable(stored)
    return shown == full or (len(shown) >= _TELLING_PREFIX and full.startswith(shown))


def change_between(*, old_title: str, old_text: str, title: str, text: str) -> Change:
    """Return what changed between two contents that are not the same."""
    title_changed = comparable(old_title) != comparable(title)
    text_changed = comparable(old_text) != comparable(text)
    if title_changed and text_changed:
        return Change.BOTH
    return Change.TITLE if title_changed else Change.TEXT


def published_day(article: Article, timezone: str) -> str | None:
    """Return the local day on which the article was published (YYYY-MM-DD)."""
    if article.published_at is None:
        return None
    return local_day(article.published_at, timezone)


def printed_day(article: Article, timezone: str) -> str | None:
    """Return the local day that the page itself prints (YYYY-MM-DD)."""
    is_lent = {DateFlag.FROM_LIST, DateFlag.FROM_URL}.intersection(article.flags)
    return None if is_lent else published_day(article, timezone)


def local_day(instant: datetime, timezone: str) -> str:
    """Return the day of an instant in this zone (YYYY-MM-DD)."""
    return instant.astimezone(ZoneInfo(timezone)).date().isoformat()


def is_late_find(article: Article, *, now: datetime, max_age: timedelta) -> bool:
    """Say whether the article is older than what people still want to be told.

    A date without a time is taken as the end of its day; without a date nothing is late. The date
    of an address is that of a draft, perhaps: nobody misses an alert for it.
    """
    if article.published_at is None or DateFlag.FROM_URL in article.flags:
        return False
    day = timedelta(days=1 if article.published_precision is Precision.DAY else 0)
    return article.published_at + day < now - max_age
