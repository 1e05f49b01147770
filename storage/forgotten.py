"""What is not to be kept again: pages and names that were forgotten, known by salted hashes alone.

A crawl holds what it reads against them before anything is saved. Pure.

A name is looked for as people write it: blanks between its letters do not hide it. To tell where it
may begin, eight bits of a hash of its first letter are kept beside the hash of the whole; so only
one place in 256 is looked at closer.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import unquote

from storage.article import Article
from storage.asset import AssetMissed, AssetRead
from storage.crawl import ArticleRead, ListedItem, ListingRead, PageRefused

MARK = "■■"
STATE = "forgotten"
_T = TypeVar("_T")
_DIGEST_BYTES = 16
_LATIN_HINT = 256  # pages are full of Latin letters, and few names begin with one
_MOST_BLANKS = 4  # between two letters of a name
_BLANK = re.compile("[^\\S\\r\\n]|[\u00ad\u200b-\u200f\u2060\ufeff]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_HIDDEN = re.compile(r"<[^<>]*>|&(?:nbsp|ensp|emsp);")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenName:
    """A name: how many letters it has, a hint of the first one, the hash of all."""

    letters: int
    hint: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What one site's crawl must not save."""

    salt: str
    pages: frozenset[str] = frozenset()
    names: tuple[ForgottenName, ...] = ()
    _hints: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    _by_length: dict[int, set[str]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the names by their lengths, the longest first."""
        for name in sorted(self.names, key=lambda name: -name.letters):
            self._by_length.setdefault(name.letters, set()).add(name.digest)

    def is_page(self, *keys: str | None) -> bool:
        """Say whether one of these keys of a page was forgotten."""
        return bool(self.pages) and any(
            page_digest(key, salt=self.salt) in self.pages for key in keys if key
        )

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where forgotten names stand in a text, in order, none within another."""
        if not self.names or not text:
            return []
        first = "".join(letter for letter in set(text) if self._may_begin(letter))
        if not first:
            return []
        found: list[tuple[int, int]] = []
        for match in re.finditer(f"[{re.escape(first)}]", text):
            start = match.start()
            if found and start < found[-1][1]:
                continue
            if end := self._end_of_name(text, start):
                found.append((start, end))
        return found

    def redacted(self, text: str) -> str:
        """Return a text with the mark in place of each forgotten name."""
        pieces, at = [], 0
        for start, end in self.spans(text):
            pieces += [text[at:start], MARK]
            at = end
        return "".join([*pieces, text[at:]]) if at else text

    def tells(self, body: bytes) -> bool:
        """Say whether the bytes of a response hold a forgotten name, tags and entities aside."""
        return bool(self.names) and any(self.spans(text) for text in readings(body))

    def in_address(self, url: str) -> bool:
        """Say whether an address holds a forgotten name, encoded as addresses encode."""
        if "%" not in url:
            return bool(self.spans(url))
        return any(self.spans(unquote(url, encoding)) for encoding in ("utf-8", "gb18030"))

    def applied(self, records: Sequence[_T]) -> list[_T]:
        """Return what may be saved of these records, in their order."""
        return [self._applied(record) for record in records]

    def item(self, item: ListedItem) -> ListedItem:
        """Return a link of a list as it may be saved: of a forgotten page the address alone."""
        if self.is_page(item.link_key, item.url_key):
            return replace(
                item, kind=STATE, link_key=None, title=None, listed_text=None, listed_at=None
            )
        return replace(item, title=None if item.title is None else self.redacted(item.title))

    def _applied(self, record: Any) -> Any:
        if isinstance(record, ListingRead):
            return replace(record, items=tuple(self.item(item) for item in record.items))
        if isinstance(record, ArticleRead):
            return self._article(record)
        if isinstance(record, AssetRead):
            return self._file(record)
        if isinstance(record, PageRefused):
            is_told = record.response is not None and self.tells(record.response.body)
            return replace(
                record,
                evidence=self.redacted(record.evidence),
                response=None if is_told else record.response,
            )
        return record

    def _file(self, read: AssetRead) -> AssetRead | AssetMissed:
        if read.text is None or not self.spans(read.text.text):
            return replace(read, name=None if read.name is None else self.redacted(read.name))
        return AssetMissed(
            asset_id=read.asset_id, state=STATE, evidence="a forgotten name stands in it",
            seen_at=read.response.fetched_at, response=None, next_try_at=None, final=True,
        )  # fmt: skip

    def _article(self, read: ArticleRead) -> ArticleRead | PageRefused:
        key = read.article.page_key
        if self.is_page(key, read.response.url_key, read.link_url_key):
            return PageRefused(
                url=read.response.url, link_url_key=read.link_url_key, column_id=read.column_id,
                state=STATE, evidence="it was forgotten on purpose", response=None,
                seen_at=read.response.fetched_at, next_try_at=None, final=True,
            )  # fmt: skip
        if not self.names:
            return read
        return replace(
            read,
            article=redacted_article(read.article, self),
            assets=tuple(
                redacted_value(one, self) for one in read.assets if not self.in_address(one.url)
            ),
            is_evidence=not any(self.tells(r.body) for r in (read.response, *read.parts)),
        )

    def _may_begin(self, letter: str) -> bool:
        known = self._hints.get(letter)
        if known is None:
            hint = hint_of(letter, salt=self.salt)
            known = self._hints[letter] = any(name.hint == hint for name in self.names)
        return known

    def _end_of_name(self, text: str, start: int) -> int | None:
        for letters, digests in self._by_length.items():
            word, end = _letters_from(text, start, letters)
            if len(word) < letters or _is_within_word(text, start, end):
                continue
            if name_digest(word, salt=self.salt) in digests:
                return end
        return None


def name_of(name: str, *, salt: str) -> ForgottenName:
    """Return a name as it is known by from now on."""
    bare = bare_name(name)
    return ForgottenName(
        letters=len(bare),
        hint=hint_of(bare[0], salt=salt),
        digest=name_digest(bare, salt=salt),
    )


def bare_name(name: str) -> str:
    """Return a name without blanks, its letters composed."""
    return _BLANK.sub("", unicodedata.normalize("NFC", name))


def page_digest(key: str, *, salt: str) -> str:
    """Return what a forgotten page's key is known by."""
    return _digest("page", key, salt)


def name_digest(word: str, *, salt: str) -> str:
    """Return what a forgotten name is known by."""
    return _digest("name", word, salt)


def hint_of(letter: str, *, salt: str) -> int:
    """Return eight bits of a letter, and one that says whether it is a Latin one."""
    return int(_digest("hint", letter, salt)[:2], 16) + (_LATIN_HINT if _is_latin(letter) else 0)


def readings(body: bytes) -> Iterator[str]:
    """Yield a body as text in every way in which a name may stand in it.

    As it is and without tags, in its encoding; where that is not known, in each that may be.
    """
    for text in _decoded(body):
        plain = html.unescape(_ESCAPED.sub(_unescaped, text) if "\\u" in text else text)
        yield plain
        without_tags = html.unescape(_HIDDEN.sub("", text))
        if without_tags != plain:
            yield without_tags


def redacted_article(article: Article, forgotten: Forgotten) -> Article:
    """Return an article with the mark in place of names, without files whose addresses hold one.

    Its own addresses and keys stay: by them it is known again.
    """
    markup = article.html and forgotten.redacted(article.html)
    if markup and any(forgotten.spans(text) for text in readings(markup.encode())):
        markup = None  # tags part the letters of a name
    changed = redacted_value(
        replace(
            article,
            html=None,
            attachments=tuple(a for a in article.attachments if not forgotten.in_address(a.url)),
            images=tuple(i for i in article.images if not forgotten.in_address(i.url)),
        ),
        forgotten,
    )
    return replace(
        changed, html=markup, url=article.url, page_key=article.page_key, counter=article.counter
    )


def redacted_value(value: _T, forgotten: Forgotten) -> _T:
    """Return any value of ours with the mark for names in all its texts, however deep."""
    return _mapped(value, forgotten)  # type: ignore[no-any-return]


def _mapped(value: Any, forgotten: Forgotten) -> Any:
    if type(value) is str:
        return forgotten.redacted(value)
    if isinstance(value, Mapping):
        return {key: _mapped(one, forgotten) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_mapped(one, forgotten) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _mapped(getattr(value, f.name), forgotten) for f in fields(value)}
        return replace(value, **changed)
    return value


def _letters_from(text: str, start: int, letters: int) -> tuple[str, int]:
    """Return the next letters from a place, blanks between them left out, and where they end."""
    word: list[str] = []
    blanks, at = 0, start
    while at < len(text) and len(word) < letters and blanks <= _MOST_BLANKS:
        if _BLANK.match(text[at]):
            blanks += 1
        else:
            word.append(text[at])
            blanks = 0
        at += 1
    return "".join(word), at


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _is_within_word(text: str, start: int, end: int) -> bool:
    """Say whether a name of Latin letters is only a part of a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (_is_latin(text[start]) and _is_latin(before)) or (
        _is_latin(text[end - 1]) and _is_latin(after)
    )


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"


def _decoded(body: bytes) -> Iterator[str]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield body.decode("utf-16", "replace")
        return
    try:
        yield body.decode("utf-8")
    except UnicodeDecodeError:
        for encoding in ("gb18030", "big5hkscs", "utf-8", "utf-16-le", "utf-16-be"):
            yield body.decode(encoding, "ignore")


def _digest(kind: str, text: str, salt: str) -> str:
    made = hashlib.blake2b(
        f"{kind}\0{text}".encode("utf-8", "surrogatepass"),
        key=bytes.fromhex(salt),
        digest_size=_DIGEST_BYTES,
    )
    return made.hexdigest()
