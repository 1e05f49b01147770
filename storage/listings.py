"""Ask for columns and what was seen in them: known links, pending links, documents that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, true

from storage.crawl import ListedItem, WalkMark
from storage.known_link import KnownLink, known_link
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Column, Content, Crawl, Document, Sighting, Version
from storage.store import Store, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredColumn:
    """A column as it stands.

    `items` is how many its first page had when it was well, None where that is not known;
    `trouble_looks` for how many looks it was not.
    """

    id: int
    url: str
    url_key: str
    title: str | None
    total: int | None
    pages: int | None
    mark: WalkMark
    etag: str | None
    last_modified: str | None
    next_look_at: datetime | None = None
    items: int | None = None
    trouble_looks: int = 0
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLink:
    """An article link that was seen and is not stored yet."""

    url: str
    url_key: str
    column_id: int
    tries: int
    listed_text: str | None
    listed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDocument:
    """A known document that is due for another look. `changed_at`: None, it never did."""

    document_id: int
    url: str
    url_key: str
    column_id: int
    first_seen_at: datetime
    changed_at: datetime | None
    listed_text: str | None
    listed_at: datetime | None


# Every list page asks these two, and making a question costs as much as asking it.
_SIGHTINGS = select(Sighting.__table__).where(
    Sighting.site_id == bindparam("of_site"),
    Sighting.url_key.in_(bindparam("keys", expanding=True)),
)
_DOCUMENTS = (
    select(
        Document.id,
        Document.link_key,
        Document.url_key,
        Document.counter_owner,
        Document.counter_id,
        Document.counter_kind,
        Document.views_at,
        Document.first_seen_at,
        Content.title,
    )
    .join(Content, Content.id == Document.content_id)
    .where(
        Document.site_id == bindparam("of_site"),
        Document.link_key.in_(bindparam("keys", expanding=True)),
    )
    .order_by(Document.id)
)


class Listings:
    """Questions about columns and links."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def columns(
        self, site_id: int, addresses: Sequence[tuple[str, str]], *, now: datetime
    ) -> list[StoredColumn]:
        """Return the columns at these (url, key) addresses, in order; new ones are made."""
        # One address may be written in two ways: the first counts.
        urls = {key: url for url, key in reversed(addresses)}
        if not urls:
            return []
        with self._store.write() as connection:
            connection.execute(
                upsert(connection, Column).on_conflict_do_nothing(),
                [
                    {"site_id": site_id, "url": url, "url_key": key, "added_at": now}
                    for key, url in urls.items()
                ],
            )
            found = connection.execute(
                select(Column).where(Column.site_id == site_id, Column.url_key.in_(urls))
            )
            columns = {row.url_key: _stored_column(row) for row in found}
        return [columns[key] for key in dict.fromkeys(key for _, key in addresses)]

    @retried
    def known(
        self, column: StoredColumn, site_id: int, items: Sequence[ListedItem], *, now: datetime
    ) -> dict[str, KnownLink]:
        """Return what is known of the items of a listing, by their URL key."""
        with self._store.read() as connection:
            sightings = _sightings(connection, site_id, items)
            documents = _documents(connection, site_id, items)
        return {
            item.url_key: known_link(item, column.id, sightings, documents, now=now)
            for item in items
        }

    @retried
    def pending(
        self, site_id: int, column_ids: Sequence[int], *, now: datetime
    ) -> list[PendingLink]:
        """Return the article links of these columns that are due to be fetched, oldest first."""
        with self._store.read() as connection:
            found = connection.execute(
                select(
                    Sighting.url,
                    Sighting.url_key,
                    Sighting.column_id,
                    Sighting.tries,
                    Sighting.listed_text,
                    Sighting.listed_at,
                )
                .where(
                    Sighting.site_id == site_id,
                    Sighting.column_id.in_(column_ids),
                    Sighting.next_try_at <= now,
                )
                .order_by(Sighting.id)
            )
            return [PendingLink(**row._mapping) for row in found]  # noqa: SLF001 (public, despite its name)

    @retried
    def looked_again(self, site_id: int, *, now: datetime) -> int:
        """Return how many known documents were looked at again by crawls of the last 24 hours."""
        made = select(func.coalesce(func.sum(Crawl.rechecked), 0)).where(
            Crawl.site_id == site_id, Crawl.started_at > now - timedelta(days=1)
        )
        with self._store.read() as connection:
            return int(connection.scalar(made) or 0)

    @retried
    def due(self, site_id: int, *, now: datetime, limit: int) -> list[DueDocument]:
        """Return known documents that are due for another look, most overdue first."""
        with self._store.read() as connection:
            return due_documents(connection, site_id, Document.next_check_at <= now, limit=limit)

    @retried
    def stored_documents(self, site_id: int) -> list[DueDocument]:
        """Return every document of a site, for a full crawl; withdrawn ones may be back."""
        with self._store.read() as connection:
            return due_documents(connection, site_id, true(), limit=None)


def _stored_column(row: AnyRow) -> StoredColumn:
    return StoredColumn(
        id=row.id,
        url=row.url,
        url_key=row.url_key,
        title=row.title,
        total=row.total,
        pages=row.pages,
        mark=WalkMark(
            page=row.walk_page,
            url=row.walk_url,
            completed=row.walk_completed_at is not None,
            left_out=row.walk_left_out,
            deep_page=row.deep_page,
            deep_url=row.deep_url,
        ),
        etag=row.etag,
        last_modified=row.last_modified,
        next_look_at=row.next_look_at,
        items=row.items,
        trouble_looks=row.trouble_looks,
        read_at=row.read_at,
    )


def _sightings(
    connection: Connection, site_id: int, items: Sequence[ListedItem]
) -> dict[str, list[AnyRow]]:
    found = connection.execute(
        _SIGHTINGS, {"of_site": site_id, "keys": [item.url_key for item in items]}
    )
    sightings: dict[str, list[AnyRow]] = {}
    for row in found:
        sightings.setdefault(row.url_key, []).append(row)
    return sightings


def _documents(
    connection: Connection, site_id: int, items: Sequence[ListedItem]
) -> dict[str, list[AnyRow]]:
    keys = {i.link_key for i in items if i.link_key is not None}
    found = connection.execute(_DOCUMENTS, {"of_site": site_id, "keys": list(keys)})
    documents: dict[str, list[AnyRow]] = {}
    for row in found:
        documents.setdefault(row.link_key, []).append(row)
    return documents


def due_documents(
    connection: Connection,
    site_id: int,
    condition: ColumnElement[bool],
    *,
    limit: int | None,
    order: ColumnElement[Any] | None = None,
) -> list[DueDocument]:
    """Return the documents of a site that may be looked at, the most overdue first."""
    # Of several columns the first that prints a date.
    first = (
        select(Sighting.id)
        .where(Sighting.document_id == Document.id)
        .order_by(Sighting.listed_at.is_(None), Sighting.id)
        .limit(1)
        .correlate(Document)
        .scalar_subquery()
    )
    found = connection.execute(
        select(
            Document.id.label("document_id"),
            Document.url,
            Document.url_key,
            Sighting.column_id,
            Document.first_seen_at,
            case((Version.reason == "changed", Version.seen_from)).label("changed_at"),
            Sighting.listed_text,
            Sighting.listed_at,
        )
        .join_from(Document, Sighting, Sighting.id == first, isouter=True)
        .outerjoin(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        # What was imported without an address cannot be fetched.
        .where(Document.site_id == site_id, condition, Document.url.startswith("http"))
        .order_by(Document.next_check_at.nulls_first() if order is None else order, Document.id)
        .limit(limit)
    )
    return [DueDocument(**row._mapping) for row in found]  # noqa: SLF001 (public, despite its name)
