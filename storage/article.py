"""What an article is, when two are the same, and its text form.

Pure: no input or output, no clock. Bytes never come in here: text is already `str`.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

HASH_VERSION = "1"
UNKNOWN = "未知"
_SHORT_TEXT_CHARACTERS = 50  # below it a picture notice is told apart by what hangs on it

_UNREADABLE = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Blanks that readers cannot see or that only lay text out: zero-width characters, BOM, soft hyphen.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
# `\s+`, spelled out: letters of a set are found several times faster than those of a class, and
# what begins with one letter of a set many times faster than what begins with a run of them.
_BLANK = "[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_BLANKS = re.compile(f"{_BLANK}{_BLANK}*")
_NARROW = re.compile(r"[\x21-\x7e\u00a1-\u024f]")


class Precision(StrEnum):
    """How exactly a printed date was given."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class DateSource(StrEnum):
    """What says when an article was published, and two that say something near it.

    UPDATED is when the page was changed last, DOCUMENT when the document it shows was drawn up.
    """

    PRINTED = "printed"
    SCRIPT = "script"
    META = "meta"
    JSON_LD = "json_ld"
    LIST = "list"
    URL = "url"
    UPDATED = "updated"
    DOCUMENT = "document"


class DateFlag(StrEnum):
    """What has to be known of an article's date before it is trusted."""

    FROM_LIST = "date_from_list"
    FROM_URL = "date_from_url"
    OF_UPDATE = "date_of_update"
    CONFLICT = "date_conflict"


class AttachmentKind(StrEnum):
    """What hangs on an article beside its text."""

    FILE = "file"
    INLINE_PDF = "inline_pdf"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One person or office named with a role, `printed` as the page has it."""

    role: str
    name: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """A date that one source gives, `text` as given (with its label).

    `at` is aware UTC, for a day without a time its midnight in the site's zone; it and `precision`
    are None where the text is refused, and `doubt` says why.
    """

    source: DateSource
    text: str
    at: datetime | None
    precision: Precision | None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file, video or inline PDF of an article. `url` is absolute."""

    kind: AttachmentKind
    name: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture in the body. `url` is absolute, of the original size where the page names it."""

    url: str
    alt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where the view count of an article can be asked for: the CMS's own arguments."""

    owner: str
    article_id: str
    kind: str = "wbnews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page's article. `None` means that the page does not say.

    `text` holds one paragraph a line; it is empty only where the body really has no text, and
    then `empty_reason` says why (`images`, `video`, `pdf`, `attachments`, or `nothing` where a
    title with its date is all that was published). `published_at` is aware UTC; `published_text` is
    the date as printed, with its label, and None where the date comes from elsewhere, which `flags`
    then say. `dates` are all that was said of the date, the best first. `page_key` tells the
    document apart within its host (`storage` never parses it); `owner` is the CMS's own site
    number.

    Source of the names: https://schema.org/NewsArticle (headline, alternativeHeadline,
    datePublished, interactionStatistic, articleBody), see docs/architecture.md.
    """

    url: str
    page_key: str
    title: str
    text: str
    subtitle: str | None = None
    published_text: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    dates: tuple[DateClaim, ...] = ()
    views: int | None = None
    html: str | None = None
    empty_reason: str | None = None
    credits: tuple[Credit, ...] = ()
    source: str | None = None
    section: str | None = None
    attachments: tuple[Attachment, ...] = ()
    images: tuple[Image, ...] = ()
    language: str | None = None
    family: str | None = None
    owner: str | None = None
    counter: Counter | None = None
    flags: tuple[str, ...] = ()

    @property
    def unreadable_letters(self) -> int:
        """How many letters of title and text could not be read: they stand as U+FFFD."""
        return unreadable_letters(self.title, self.text)

    @property
    def content_hash(self) -> str:
        """The hash of what the article says; see `content_hash`."""
        return content_hash(self)


def content_hash(article: Article) -> str:
    """Return `1:` and 64 hex digits over the normalised title and text.

    Whitespace alone never changes it. A text of fewer than 50 characters is joined by the keys of
    the attachments and images, or by the page key where there are none, so that two picture
    notices with one title stay two.
    """
    text = comparable(article.text)
    parts = [comparable(article.title), text]
    if len(text) < _SHORT_TEXT_CHARACTERS:
        parts += _asset_keys(article) or [article.page_key]
    # Of what is stored, so that it can be computed again from there.
    digest = hashlib.sha256(storable("\n".join(parts)).encode())
    return f"{HASH_VERSION}:{digest.hexdigest()}"


def storable(text: str) -> str:
    """Return the text as every database keeps it: U+0000 and lone surrogates become U+FFFD.

    SQLite would take the first and PostgreSQL neither; no UTF-8 file holds the second.
    """
    if text.isascii():
        return text.replace("\0", _UNREADABLE) if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _UNSTORABLE.sub(_UNREADABLE, text)
    return text.replace("\0", _UNREADABLE) if "\0" in text else text


def comparable(text: str) -> str:
    """Return the text as it is compared: NFC, no invisible characters, no layout blanks.

    A run of blanks becomes one blank between two narrow letters and nothing elsewhere, so
    `董 洋` equals `董洋` but `no one` is not `noone`.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()
    text = _BLANKS.sub(_blank_between, text)
    # An accent may now stand beside its letter.
    return text if unicodedata.is_normalized("NFC", text) else comparable(text)


def unreadable_letters(title: str, text: str) -> int:
    """Return how many letters could not be read when the page's bytes became text."""
    return title.count(_UNREADABLE) + text.count(_UNREADABLE)


def document(article: Article) -> str:
    """Return the document form: title, printed date, views, text; no newline at the end."""
    return document_of(
        title=article.title,
        published_text=article.published_text,
        views=article.views,
        text=article.text,
    )


def document_of(*, title: str, published_text: str | None, views: int | None, text: str) -> str:
    """Return the document form of these four values; `None` prints as 未知."""
    form = (
        f"标题: {title}\n"
        f"发布日期: {UNKNOWN if published_text is None else published_text}\n"
        f"浏览次数: {UNKNOWN if views is None else views}\n"
        f"正文内容:\n{text}"
    )
    return form.removesuffix("\n")  # a body without text


def document_name(*, published_day: str | None, content_hash: str) -> str:
    """Return the file name of an exported document: `2023-11-17_<16 hex>.txt`."""
    return f"{published_day or 'undated'}_{content_hash.partition(':')[2][:16]}.txt"


def _blank_between(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    narrow = _NARROW.match(text[start - 1]) and _NARROW.match(text[end])
    return " " if narrow else ""


def _asset_keys(article: Article) -> list[str]:
    urls = [a.url for a in article.attachments] + [i.url for i in article.images]
    return sorted({_asset_key(url) for url in urls})


def _asset_key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
