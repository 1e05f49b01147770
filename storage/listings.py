"""Columns and what was seen in them: sightings, pending links, the marks of walks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from storage.article import Counter
from storage.crawl import Lease, ListedItem, ListingRead, PageRefused, WalkMark
from storage.identity import titles_agree
from storage.schema import Column, Content, Document, Event, Sighting
from storage.store import Store, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredColumn:
    """A column as it stands."""

    id: int
    url: str
    url_key: str
    title: str | None
    total: int | None
    pages: int | None
    mark: WalkMark
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLink:
    """What is known of a link of a listing.

    `in_column` says that it was seen in this column before, `from_end` where. `document_id` is
    the document behind it; `retitled` says that the list names it otherwise than before.
    `waiting` says that it is pending or refused, and `due` that it may be tried now. `counter` is
    where the document's views are asked for.
    """

    document_id: int | None = None
    in_column: bool = False
    from_end: int | None = None
    retitled: bool = False
    waiting: bool = False
    due: bool = True
    counter: Counter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLink:
    """An article link that was seen and is not stored yet."""

    url: str
    url_key: str
    column_id: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDocument:
    """A known document that is due for another look."""

    document_id: int
    url: str
    url_key: str
    column_id: int
    first_seen_at: datetime


class Listings:
    """Questions about columns and links."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def columns(
        self, site_id: int, addresses: Sequence[tuple[str, str]], *, now: datetime
    ) -> list[StoredColumn]:
        """Return the columns at these (url, key) addresses, in order; new ones are made."""
        with self._store.write() as connection:
            connection.execute(
                upsert(connection, Column).on_conflict_do_nothing(),
                [
                    {"site_id": site_id, "url": url, "url_key": key, "added_at": now}
                    for url, key in addresses
                ],
            )
            found = connection.execute(
                select(Column).where(
                    Column.site_id == site_id, Column.url_key.in_([key for _, key in addresses])
                )
            )
            columns = {row.url_key: _stored_column(row) for row in found}
        return [columns[key] for _, key in dict(addresses).items()]

    def known(
        self, column: StoredColumn, site_id: int, items: Sequence[ListedItem], *, now: datetime
    ) -> dict[str, KnownLink]:
        """Return what is known of the items of a listing, by their URL key."""
        with self._store.read() as connection:
            sightings = _sightings(connection, site_id, items)
            documents = _documents(connection, site_id, items)
        return {
            item.url_key: _known_link(item, column.id, sightings, documents, now=now)
            for item in items
        }

    def pending(
        self, site_id: int, column_ids: Sequence[int], *, now: datetime
    ) -> list[PendingLink]:
        """Return the article links of these columns that are due to be fetched, oldest first."""
        with self._store.read() as connection:
            found = connection.execute(
                select(Sighting.url, Sighting.url_key, Sighting.column_id, Sighting.tries)
                .where(
                    Sighting.site_id == site_id,
                    Sighting.column_id.in_(column_ids),
                    Sighting.next_try_at <= now,
                )
                .order_by(Sighting.id)
            )
            return [PendingLink(**row._mapping) for row in found]  # noqa: SLF001 (public, despite its name)

    def due(self, site_id: int, *, now: datetime, limit: int) -> list[DueDocument]:
        """Return known documents that are due for another look, most overdue first."""
        with self._store.read() as connection:
            return _due(connection, site_id, Document.next_check_at <= now, limit=limit)

    def stored_documents(self, site_id: int) -> list[DueDocument]:
        """Return every document of a site, for a full crawl."""
        with self._store.read() as connection:
            return _due(connection, site_id, Document.state == "live", limit=None)


def link_twins(connection: Connection, lease: Lease) -> None:
    """Join pending links to documents of their key whose title agrees: twins need no fetch."""
    found = connection.execute(
        select(
            Sighting.id,
            Sighting.title,
            Document.id.label("document_id"),
            Content.title.label("stored_title"),
        )
        .join(
            Document,
            (Document.site_id == Sighting.site_id) & (Document.link_key == Sighting.link_key),
        )
        .join(Content, Content.id == Document.content_id)
        .where(
            Sighting.site_id == lease.site_id,
            Sighting.next_try_at.is_not(None),
            Sighting.document_id.is_(None),
        )
        .order_by(Document.id)
    )
    twins: dict[int, int] = {}
    for row in found:
        if titles_agree(row.title, row.stored_title):
            twins.setdefault(row.id, row.document_id)
    for sighting_id, document_id in twins.items():
        connection.execute(
            update(Sighting)
            .where(Sighting.id == sighting_id)
            .values(document_id=document_id, next_try_at=None, refused_state=None)
        )


def save_listings(connection: Connection, lease: Lease, reads: Sequence[ListingRead]) -> None:
    """Save what list pages showed, with the marks of their walks."""
    for read in reads:
        _save_items(connection, lease, read)
        _lift_backfill(connection, lease, read)
        _save_mark(connection, read)
    seen = {i.document_id for r in reads for i in r.items if i.document_id is not None}
    if seen:
        now = max(r.read_at for r in reads)
        connection.execute(update(Document).where(Document.id.in_(seen)).values(last_seen_at=now))


def save_refusals(connection: Connection, lease: Lease, reads: Sequence[PageRefused]) -> None:
    """Note on the links (and known documents) that their pages gave no article."""
    for read in reads:
        connection.execute(
            update(Sighting)
            .where(
                Sighting.site_id == lease.site_id,
                Sighting.url_key == read.link_url_key,
                Sighting.document_id.is_(None),
            )
            .values(
                tries=Sighting.tries + 1,
                refused_state=read.state,
                next_try_at=None if read.final else read.next_try_at,
            )
        )
        if read.document_id is None:
            continue
        values: dict[str, Any] = {"next_check_at": read.next_try_at}
        if read.missing:
            since = select(Document.not_found_since).where(Document.id == read.document_id)
            values["not_found_since"] = connection.scalar(since) or read.seen_at
        connection.execute(update(Document).where(Document.id == read.document_id).values(values))


def _stored_column(row: Any) -> StoredColumn:
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
    )


def _sightings(
    connection: Connection, site_id: int, items: Sequence[ListedItem]
) -> dict[str, list[Any]]:
    found = connection.execute(
        select(Sighting).where(
            Sighting.site_id == site_id, Sighting.url_key.in_([i.url_key for i in items])
        )
    )
    sightings: dict[str, list[Any]] = {}
    for row in found:
        sightings.setdefault(row.url_key, []).append(row)
    return sightings


def _documents(
    connection: Connection, site_id: int, items: Sequence[ListedItem]
) -> dict[str, list[Any]]:
    keys = {i.link_key for i in items if i.link_key is not None}
    found = connection.execute(
        select(
            Document.id,
            Document.link_key,
            Document.url_key,
            Document.counter_owner,
            Document.counter_id,
            Document.counter_kind,
            Content.title,
        )
        .join(Content, Content.id == Document.content_id)
        .where(Document.site_id == site_id, Document.link_key.in_(keys))
        .order_by(Document.id)
    )
    documents: dict[str, list[Any]] = {}
    for row in found:
        documents.setdefault(row.link_key, []).append(row)
    return documents


def _known_link(
    item: ListedItem,
    column_id: int,
    sightings: dict[str, list[Any]],
    documents: dict[str, list[Any]],
    *,
    now: datetime,
) -> KnownLink:
    rows = sightings.get(item.url_key, [])
    here = next((row for row in rows if row.column_id == column_id), None)
    stored = next((row for row in rows if row.document_id is not None), None)
    document_id = stored.document_id if stored else _twin(item, documents)
    same_key = documents.get(item.link_key or "", [])
    document = next((row for row in same_key if row.id == document_id), None)
    waiting = stored is None and next((row for row in rows if row.kind == "article"), None)
    return KnownLink(
        document_id=document_id,
        in_column=here is not None,
        from_end=here.from_end if here else None,
        retitled=bool(
            here and document_id and item.title and here.title and item.title != here.title
        ),
        waiting=bool(waiting),
        due=not waiting or (waiting.next_try_at is not None and waiting.next_try_at <= now),
        counter=_counter(document),
    )


def _counter(row: Any) -> Counter | None:
    if row is None or row.counter_id is None:
        return None
    return Counter(owner=row.counter_owner, article_id=row.counter_id, kind=row.counter_kind)


def _twin(item: ListedItem, documents: dict[str, list[Any]]) -> int | None:
    """Return the document with this link's key, if the list's title agrees with its own."""
    for row in documents.get(item.link_key or "", []):
        if row.url_key == item.url_key or titles_agree(item.title, row.title):
            return int(row.id)
    return None


def _due(
    connection: Connection, site_id: int, condition: Any, *, limit: int | None
) -> list[DueDocument]:
    column_id = (
        select(Sighting.column_id)
        .where(Sighting.document_id == Document.id)
        .order_by(Sighting.id)
        .limit(1)
        .scalar_subquery()
    )
    found = connection.execute(
        select(
            Document.id.label("document_id"),
            Document.url,
            Document.url_key,
            column_id.label("column_id"),
            Document.first_seen_at,
        )
        .where(Document.site_id == site_id, condition)
        .order_by(Document.next_check_at, Document.id)
        .limit(limit)
    )
    return [DueDocument(**row._mapping) for row in found]  # noqa: SLF001 (public, despite its name)


def _save_items(connection: Connection, lease: Lease, read: ListingRead) -> None:
    for at, by in read.shifts:
        connection.execute(
            update(Sighting)
            .where(Sighting.column_id == read.column_id, Sighting.from_end >= at)
            .values(from_end=Sighting.from_end + by)
        )
    if not read.items:
        return
    statement = upsert(connection, Sighting)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["site_id", "column_id", "url_key"],
            set_={
                "last_seen_at": new.last_seen_at,
                "title": new.title,
                "listed_text": new.listed_text,
                "listed_at": new.listed_at,
                "from_end": new.from_end,
                "document_id": func.coalesce(Sighting.document_id, new.document_id),
                "next_try_at": case((new.document_id.is_(None), Sighting.next_try_at)),
            },
        ),
        [_sighting_row(lease, read, item) for item in read.items],
    )


def _sighting_row(lease: Lease, read: ListingRead, item: ListedItem) -> dict[str, Any]:
    pending = item.kind == "article" and item.document_id is None
    return {
        "site_id": lease.site_id,
        "column_id": read.column_id,
        "document_id": item.document_id,
        "kind": item.kind,
        "url": item.url,
        "url_key": item.url_key,
        "link_key": item.link_key,
        "title": item.title,
        "listed_text": item.listed_text,
        "listed_at": item.listed_at,
        "from_end": item.from_end,
        "first_seen_at": read.read_at,
        "last_seen_at": read.read_at,
        "first_crawl_id": lease.crawl_id,
        "tries": 0,
        "next_try_at": read.read_at if pending else None,
    }


def _lift_backfill(connection: Connection, lease: Lease, read: ListingRead) -> None:
    """Make news of what this crawl took for the baseline of another column."""
    ids = [i.document_id for i in read.items if i.document_id is not None]
    if not ids:
        return
    news = (
        select(Sighting.document_id)
        .join(Column, Column.id == Sighting.column_id)
        .where(
            Sighting.column_id == read.column_id,
            Sighting.document_id.in_(ids),
            Sighting.first_seen_at > Column.walk_completed_at,
        )
    )
    connection.execute(
        update(Event)
        .where(
            Event.crawl_id == lease.crawl_id,
            Event.detail == "baseline",
            Event.backfill,
            Event.document_id.in_(news),
        )
        .values(backfill=False, matched_at=None, detail=None)
    )


def _save_mark(connection: Connection, read: ListingRead) -> None:
    mark = read.mark
    values: dict[str, Any] = {
        "read_at": read.read_at,
        "walk_page": mark.page,
        "walk_url": mark.url,
        "walk_left_out": mark.left_out,
        "deep_page": mark.deep_page,
        "deep_url": mark.deep_url,
    }
    for name in ("title", "total", "pages", "etag", "last_modified"):
        if getattr(read, name) is not None:
            values[name] = getattr(read, name)
    connection.execute(update(Column).where(Column.id == read.column_id).values(values))
    if mark.completed:
        connection.execute(
            update(Column)
            .where(Column.id == read.column_id, Column.walk_completed_at.is_(None))
            .values(walk_completed_at=read.read_at)
        )
