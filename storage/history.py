"""Ask what happened to one article: versions, sightings, view counts, looks, withdrawals.

An article is named by the number of any of its documents. Versions are those of the document that
leads; everything else is of all of its documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Select, func, or_, select

from storage.rows import AnyRow
from storage.schema import (
    Amendment,
    Body,
    Column,
    Content,
    Document,
    Event,
    Response,
    Sighting,
    Version,
    ViewCount,
)
from storage.store import Store

# What a version keeps beside title and text, by the names of `storage.differing.versions.FIELDS`.
_BESIDE = (
    "subtitle", "published_text", "published_at", "published_precision", "source", "section",
    "language", "empty_reason", "html", "dates", "credits", "attachments", "images", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAmendment:
    """What a page said before beside a content that stayed, until `found_at`."""

    reason: str
    found_at: datetime
    last_look_at: datetime | None
    crawl_id: int | None
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """One version. `seen_to` is None for the one that stands.

    It was first found by the crawl at `seen_from`; `last_look_at` is the last look that still
    found it (None: nobody wrote it down). `same_as` is the number of the first version with this
    content, where the page went back to it. `reading` is all that it says, as it said it last.
    """

    document_id: int
    number: int
    reason: str
    seen_from: datetime
    seen_to: datetime | None
    last_look_at: datetime | None
    crawl_id: int | None
    extractor_version: int
    body_hash: str
    content_hash: str
    same_as: int | None
    reading: Mapping[str, Any]
    amendments: tuple[KeptAmendment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSighting:
    """A link to the article as a column lists it."""

    column: str | None
    column_url: str
    url: str
    title: str | None
    listed_text: str | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCount:
    """A view count when it changed, the newest of its day. `decreased`: it fell on that day."""

    day: str
    views: int
    decreased: bool
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLook:
    """A response that was kept as evidence. `size` is in bytes.

    `dropped_at` says that its body was given up to make room.
    """

    id: int
    document_id: int
    fetched_at: datetime
    url: str
    status: int
    outcome: str
    state: str | None
    evidence: str | None
    crawl_id: int | None
    body_sha256: str | None
    size: int | None
    dropped_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The article was withdrawn, or came back."""

    uid: str
    kind: str
    occurred_at: datetime
    crawl_id: int | None
    detail: str | None


class History:
    """Questions about what happened to an article."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def versions(self, article_id: int) -> list[KeptVersion]:
        """Return the versions of the leading document, oldest first; none if there is no such."""
        lead = select(func.coalesce(Document.lead_id, Document.id)).where(Document.id == article_id)
        question = (
            select(Version, Content.title, Content.text, Content.content_hash)
            .join(Content, Content.id == Version.content_id)
            .where(Version.document_id == lead.scalar_subquery())
            .order_by(Version.number)
        )
        with self._store.read() as connection:
            rows = connection.execute(question).all()
            amended = _amendments(connection, [row.id for row in rows])
        first: dict[str, int] = {}
        before = None
        versions = []
        for row in rows:
            same_as = first.setdefault(row.content_hash, row.number)
            went_back = same_as < row.number and row.content_hash != before
            before = row.content_hash
            amendments = amended.get(row.id, ())
            versions.append(_version(row, amendments, same_as if went_back else None))
        return versions

    def sightings(self, article_id: int) -> list[KeptSighting]:
        """Return the columns that list the article, the first to do so first."""
        question = (
            select(
                Column.title.label("column"), Column.url.label("column_url"), Sighting.url,
                Sighting.title, Sighting.listed_text, Sighting.first_seen_at,
                Sighting.last_seen_at,
            )
            .join(Column, Column.id == Sighting.column_id)
            .where(Sighting.document_id.in_(_documents(article_id)))
            .order_by(Sighting.first_seen_at, Sighting.id)
        )  # fmt: skip
        return [KeptSighting(**row) for row in self._mappings(question)]

    def view_counts(self, article_id: int) -> list[KeptCount]:
        """Return the view counts as they changed, oldest first."""
        question = (
            select(
                ViewCount.day, ViewCount.views, ViewCount.decreased, ViewCount.observed_at
            )
            .where(ViewCount.document_id.in_(_documents(article_id)))
            .order_by(ViewCount.observed_at, ViewCount.id)
        )  # fmt: skip
        return [KeptCount(**row) for row in self._mappings(question)]

    def looks(self, article_id: int) -> list[KeptLook]:
        """Return the responses that were kept, in the order in which they came."""
        question = (
            select(
                Response.id, Response.document_id, Response.fetched_at, Response.url,
                Response.status, Response.outcome, Response.state, Response.evidence,
                Response.crawl_id, Response.body_sha256, Body.size, Response.dropped_at,
            )
            .outerjoin(Body, Body.sha256 == Response.body_sha256)
            .where(Response.document_id.in_(_documents(article_id)))
            .order_by(Response.id)
        )  # fmt: skip
        return [KeptLook(**row) for row in self._mappings(question)]

    def turns(self, article_id: int) -> list[Turn]:
        """Return when the article was withdrawn and when it came back."""
        question = (
            select(Event.uid, Event.kind, Event.occurred_at, Event.crawl_id, Event.detail)
            .where(
                Event.document_id.in_(_documents(article_id)),
                Event.kind.in_(["withdrawn", "restored"]),
            )
            .order_by(Event.id)
        )
        return [Turn(**row) for row in self._mappings(question)]

    def _mappings(self, question: Executable) -> Sequence[Mapping[str, Any]]:
        with self._store.read() as connection:
            return [dict(row) for row in connection.execute(question).mappings()]


def _documents(article_id: int) -> Select[int]:
    lead = select(func.coalesce(Document.lead_id, Document.id)).where(Document.id == article_id)
    leader = lead.scalar_subquery()
    return select(Document.id).where(or_(Document.id == leader, Document.lead_id == leader))


def _amendments(
    connection: Connection, version_ids: Sequence[int]
) -> dict[int, tuple[KeptAmendment, ...]]:
    found: dict[int, tuple[KeptAmendment, ...]] = {}
    question = select(Amendment).where(Amendment.version_id.in_(version_ids)).order_by(Amendment.id)
    for row in connection.execute(question):
        one = KeptAmendment(
            reason=row.reason, found_at=row.found_at, last_look_at=row.last_look_at,
            crawl_id=row.crawl_id, before=row.before,
        )  # fmt: skip
        found[row.version_id] = (*found.get(row.version_id, ()), one)
    return found


def _version(
    row: AnyRow, amendments: tuple[KeptAmendment, ...], same_as: int | None
) -> KeptVersion:
    reading = {name: getattr(row, name) for name in ("title", "text", *_BESIDE)}
    return KeptVersion(
        document_id=row.document_id, number=row.number, reason=row.reason,
        seen_from=row.seen_from, seen_to=row.seen_to, last_look_at=row.last_look_at,
        crawl_id=row.crawl_id,
        extractor_version=row.extractor_version, body_hash=row.body_hash,
        content_hash=row.content_hash, same_as=same_as, reading=reading, amendments=amendments,
    )  # fmt: skip
