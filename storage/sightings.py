"""Save what list pages showed: sightings, pending and refused links, the marks of walks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, case, func, or_, select, update

from storage.baseline import lift_backfill
from storage.crawl import Lease, ListedItem, ListingRead, PageRefused
from storage.identity import titles_agree
from storage.rows import AnyRow
from storage.schema import Column, Content, Document, Sighting
from storage.store import upsert_for

_MOST_KEYS = 500  # in one question


def save_listings(connection: Connection, lease: Lease, reads: Sequence[ListingRead]) -> None:
    """Save what list pages showed, with the marks of their walks."""
    for read in reads:
        _shift(connection, lease, read)
        _save_items(connection, lease, read)
        ids = [i.document_id for i in read.items if i.document_id is not None]
        _see_documents(connection, ids, now=read.read_at)
        lift_backfill(connection, lease, ids)
        _save_mark(connection, read)


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
                next_try_at=_next_try(read),
            )
        )
        if read.document_id is None:
            continue
        values: dict[str, Any] = {"next_check_at": read.next_try_at}
        if read.missing:
            values["not_found_since"] = func.coalesce(Document.not_found_since, read.seen_at)
        connection.execute(update(Document).where(Document.id == read.document_id).values(values))


def _next_try(read: PageRefused) -> Any:
    if not read.final or read.next_try_at is None:
        return read.next_try_at
    # What a page is for good it still is at the next look.
    return case((Sighting.refused_state == read.state, None), else_=read.next_try_at)


def link_twins(connection: Connection, lease: Lease) -> None:
    """Join pending links to documents of their key whose title agrees: twins need no fetch."""
    pending = connection.execute(
        select(Sighting.id, Sighting.title, Sighting.url_key, Sighting.link_key).where(
            Sighting.site_id == lease.site_id,
            Sighting.next_try_at.is_not(None),
            Sighting.document_id.is_(None),
            Sighting.link_key.is_not(None),
        )
    ).all()
    documents = _documents(connection, lease, sorted({row.link_key for row in pending}))
    twins: dict[int, int] = {}
    for row in pending:
        for document in documents.get(row.link_key, ()):
            if row.url_key == document.url_key or titles_agree(row.title, document.title):
                twins.setdefault(row.id, document.id)
    if not twins:
        return
    connection.execute(
        update(Sighting)
        .where(Sighting.id == bindparam("sighting"))
        .values(document_id=bindparam("document"), next_try_at=None, refused_state=None),
        [{"sighting": s, "document": d} for s, d in twins.items()],
    )
    lift_backfill(connection, lease, set(twins.values()))


def _documents(
    connection: Connection, lease: Lease, link_keys: Sequence[str]
) -> dict[str, list[AnyRow]]:
    documents: dict[str, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(link_keys), _MOST_KEYS):
        found = connection.execute(
            select(Document.id, Document.link_key, Document.url_key, Content.title)
            .join(Content, Content.id == Document.content_id)
            .where(
                Document.site_id == lease.site_id,
                Document.link_key.in_(link_keys[start : start + _MOST_KEYS]),
            )
            .order_by(Document.id)
        )
        for row in found:
            documents[row.link_key].append(row)
    return documents


def _shift(connection: Connection, lease: Lease, read: ListingRead) -> None:
    for at, by in read.shifts:
        connection.execute(
            update(Sighting)
            .where(
                Sighting.site_id == lease.site_id,
                Sighting.column_id == read.column_id,
                Sighting.from_end >= at,
            )
            .values(from_end=Sighting.from_end + by)
        )


def _save_items(connection: Connection, lease: Lease, read: ListingRead) -> None:
    if read.items:
        rows = [_sighting_row(lease, read, item) for item in read.items]
        connection.execute(_upsert_items(connection.dialect.name), rows)


@cache  # every list page runs it, and making it costs as much as running it
def _upsert_items(dialect: str) -> Executable:
    statement = upsert_for(dialect, Sighting)
    new = statement.excluded
    has_document = or_(Sighting.document_id.is_not(None), new.document_id.is_not(None))
    return statement.on_conflict_do_update(
        index_elements=["site_id", "column_id", "url_key"],
        set_={
            "last_seen_at": new.last_seen_at,
            "kind": new.kind,
            "link_key": new.link_key,
            "title": func.coalesce(new.title, Sighting.title),
            "listed_text": func.coalesce(new.listed_text, Sighting.listed_text),
            "listed_at": func.coalesce(new.listed_at, Sighting.listed_at),
            "from_end": new.from_end,
            "document_id": func.coalesce(Sighting.document_id, new.document_id),
            "next_try_at": case(
                (has_document, None),
                # Read otherwise than before, by a newer extractor: it is tried as if new.
                (Sighting.kind != new.kind, new.next_try_at),
                else_=Sighting.next_try_at,
            ),
        },
    )


def _sighting_row(lease: Lease, read: ListingRead, item: ListedItem) -> dict[str, Any]:
    is_pending = item.kind == "article" and item.document_id is None
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
        "next_try_at": read.read_at if is_pending else None,
    }


def _see_documents(connection: Connection, ids: Iterable[int], *, now: datetime) -> None:
    ids = set(ids)
    if not ids:
        return
    connection.execute(update(Document).where(Document.id.in_(ids)).values(last_seen_at=now))
    # What was withdrawn and is listed again may be back: nobody would look otherwise.
    connection.execute(
        update(Document)
        .where(
            Document.id.in_(ids),
            Document.state == "withdrawn",
            Document.next_check_at.is_(None),
        )
        .values(next_check_at=now)
    )


def _save_mark(connection: Connection, read: ListingRead) -> None:
    mark = read.mark
    connection.execute(
        _mark(),
        {
            "of_column": read.column_id,
            "read_at": read.read_at,
            "walk_page": mark.page,
            "walk_url": mark.url,
            "walk_left_out": mark.left_out,
            "deep_page": mark.deep_page,
            "deep_url": mark.deep_url,
            "new_title": read.title,
            "new_total": read.total,
            "new_pages": read.pages,
            "new_etag": read.etag,
            "new_last_modified": read.last_modified,
            "completed_at": read.read_at if mark.completed else None,
        },
    )


@cache
def _mark() -> Executable:
    straight = ("read_at", "walk_page", "walk_url", "walk_left_out", "deep_page", "deep_url")
    kept = ("title", "total", "pages", "etag", "last_modified")  # where the page does not say
    values: dict[str, Any] = {name: bindparam(name) for name in straight}
    for name in kept:
        column = Column.__table__.c[name]
        values[name] = func.coalesce(bindparam(f"new_{name}", type_=column.type), column)
    walked = Column.__table__.c.walk_completed_at
    values["walk_completed_at"] = func.coalesce(
        walked, bindparam("completed_at", type_=walked.type)
    )
    return update(Column).where(Column.id == bindparam("of_column")).values(values)
