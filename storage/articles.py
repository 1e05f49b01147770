"""Ask for articles: a site's distinct contents, with what is known of them."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Exists, Row, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from storage.article import unreadable_letters
from storage.errors import NotFoundError
from storage.query import Days, Field, Not, Tree, Word, all_of, parse
from storage.record import local_date
from storage.schema import Content, Document, Sighting, Site, Version
from storage.search import Search
from storage.store import Store

_PAGE = 500
_FOLLOWER = aliased(Document)
Question = Select[*tuple[Any, ...]]


# The fields of an article's record, in their order.
RECORD_FIELDS = (
    "id", "site", "url", "content_hash", "title", "subtitle", "published_text", "published_at",
    "published_precision", "published_day", "timezone", "dates", "views", "views_at", "text",
    "html", "empty_reason", "source", "section", "language", "credits", "attachments", "images",
    "flags", "unreadable_letters", "first_seen_at", "last_seen_at", "withdrawn_at", "version",
    "sightings",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles. Days are local to the site, inclusive; an undated article has no day.

    `words` is a query (`storage/query.py`).
    """

    site: str | None = None
    since: str | None = None
    until: str | None = None
    words: str | None = None


_ALL = Filter()


def tree_of(wanted: Filter) -> Tree:
    """Return the query that asks for all of this.

    Raises:
        QueryError: the words are no query.
    """
    return all_of(
        parse(wanted.words) if wanted.words is not None else None,
        Word(text=wanted.site, field=Field.SITE, at=0) if wanted.site is not None else None,
        Days(since=wanted.since, until=wanted.until) if wanted.since or wanted.until else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as it stands, with its history's ends. `views` is None for unknown."""

    id: int
    site: str
    timezone: str
    url: str
    content_hash: str
    title: str
    subtitle: str | None
    text: str
    html: str | None
    empty_reason: str | None
    published_text: str | None
    published_at: datetime | None
    published_precision: str | None
    published_day: str | None
    dates: tuple[Mapping[str, Any], ...]
    views: int | None
    views_at: datetime | None
    source: str | None
    section: str | None
    language: str | None
    credits: tuple[Mapping[str, Any], ...]
    attachments: tuple[Mapping[str, Any], ...]
    images: tuple[Mapping[str, Any], ...]
    flags: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    withdrawn_at: datetime | None
    version: int
    sightings: int
    # An article that was found earlier, on another site, has the same content and day.
    is_repeat: bool = False

    @property
    def unreadable_letters(self) -> int:
        """How many letters of title and text could not be read: they stand as U+FFFD."""
        return unreadable_letters(self.title, self.text)

    def record(self) -> dict[str, object]:
        """Return the article as programs are given it; times carry the site's offset."""
        zone = ZoneInfo(self.timezone)
        given = {name: _given(getattr(self, name), zone) for name in RECORD_FIELDS}
        return given | {"dates": [local_date(one, self.timezone) for one in self.dates]}


class Articles:
    """Questions about articles."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, wanted: Filter) -> int:
        """Return how many articles there are."""
        if wanted.words is not None:
            return len(Search(self._store).ids(tree_of(wanted)))
        question = filtered(select(func.count(Document.id)), wanted)
        with self._store.read() as connection:
            return connection.scalar(question) or 0

    def undated(self, wanted: Filter) -> int:
        """Return how many articles have no day, and so are in no range of days."""
        everywhere = Filter(site=wanted.site, words=wanted.words)
        if wanted.words is not None:
            dated = Days(since=None, until=None)
            return len(Search(self._store).ids(all_of(tree_of(everywhere), Not(part=dated))))
        question = filtered(select(func.count(Document.id)), everywhere)
        with self._store.read() as connection:
            return connection.scalar(question.where(Document.published_day.is_(None))) or 0

    def all(self, wanted: Filter, *, after: int = 0) -> Iterator[StoredArticle]:
        """Yield articles in the order in which they were found, a page of rows at a time.

        Those with numbers up to `after` are left out.
        """
        if wanted.words is not None:
            found = Search(self._store).ids(tree_of(wanted))
            yield from self.some(found[bisect_right(found, after) :], wanted)
            return
        last = after
        is_repeat = _is_repeat(wanted).label("is_repeat")
        while True:
            question = filtered(_articles(), wanted).where(Document.id > last)
            question = question.add_columns(is_repeat)
            with self._store.read() as connection:
                rows = connection.execute(question.order_by(Document.id).limit(_PAGE)).all()
            yield from (_stored(row) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id

    def some(self, ids: Sequence[int], wanted: Filter = _ALL) -> Iterator[StoredArticle]:
        """Yield the articles with these numbers, in their order; what is none is left out.

        `wanted` is what they were found by.
        """
        is_repeat = _is_repeat(wanted).label("is_repeat")
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            question = filtered(_articles(), _ALL).where(Document.id.in_(page))
            with self._store.read() as connection:
                found = connection.execute(question.add_columns(is_repeat))
                rows = {row.id: row for row in found}
            yield from (_stored(rows[one]) for one in page if one in rows)

    def newest(self, *, limit: int, site: str | None = None) -> list[StoredArticle]:
        """Return the newest articles, by the day they are dated."""
        question = filtered(_articles(), Filter(site=site))
        order = (Version.published_at.desc().nulls_last(), Document.id.desc())
        with self._store.read() as connection:
            return [_stored(r) for r in connection.execute(question.order_by(*order).limit(limit))]

    def get(self, article_id: int) -> StoredArticle:
        """Return an article by the number of any of its documents.

        Raises:
            NotFoundError: there is none.
        """
        with self._store.read() as connection:
            lead = connection.scalar(
                select(func.coalesce(Document.lead_id, Document.id)).where(
                    Document.id == article_id
                )
            )
            row = connection.execute(_articles().where(Document.id == lead)).one_or_none()
        if row is None:
            raise NotFoundError("article", str(article_id))
        return _stored(row)


def _given(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, tuple):
        return [dict(part) if isinstance(part, Mapping) else part for part in value]
    return value


def _articles() -> Question:
    sightings = (
        select(func.count(Sighting.id))
        .join(_FOLLOWER, _FOLLOWER.id == Sighting.document_id)
        .where(or_(_FOLLOWER.id == Document.id, _FOLLOWER.lead_id == Document.id))
        .correlate(Document)
        .scalar_subquery()
    )
    question: Question = (
        select(
            Document.id, Document.url, Document.published_day, Document.views, Document.views_at,
            Document.first_seen_at, Document.last_seen_at, Document.withdrawn_at,
            Site.name.label("site"), Site.timezone, Content.content_hash, Content.title,
            Content.text, Version.subtitle, Version.html, Version.empty_reason,
            Version.published_text, Version.published_at, Version.published_precision,
            Version.dates,
            Version.source, Version.section, Version.language, Version.credits,
            Version.attachments, Version.images, Version.flags, Version.number.label("version"),
            sightings.label("sightings"),
        )
        .join(Site, Site.id == Document.site_id)
        .join(Content, Content.id == Document.content_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
    )  # fmt: skip
    return question


def _is_repeat(wanted: Filter) -> Exists:
    """Ask whether the content was found earlier with the same day, among what is wanted.

    On one site two articles of one content always have different days.
    """
    before = aliased(Document)
    same = exists().where(
        before.content_id == Document.content_id,
        before.id < Document.id,
        before.lead_id.is_(None),
        before.published_day.is_not_distinct_from(Document.published_day),
    )
    return same if wanted.site is None else same.where(before.site_id == Document.site_id)


def filtered(question: Question, wanted: Filter) -> Question:
    """Narrow a question about documents to those that lead articles that are wanted."""
    question = question.where(Document.lead_id.is_(None))
    if wanted.site is not None:
        site_id = select(Site.id).where(Site.name == wanted.site).scalar_subquery()
        question = question.where(Document.site_id == site_id)
    if wanted.since is not None:
        question = question.where(Document.published_day >= wanted.since)
    if wanted.until is not None:
        question = question.where(Document.published_day <= wanted.until)
    return question


def _stored(row: Row[Any]) -> StoredArticle:
    values = dict(row._mapping)  # noqa: SLF001 (public, despite its name)
    for name in ("credits", "attachments", "images", "flags", "dates"):
        values[name] = tuple(values[name])
    return StoredArticle(**values)
