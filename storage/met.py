"""What is stored of pages that were read: the documents they show, and where they were seen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from storage.crawl import Lease
from storage.identity import Known, is_rival, same_document
from storage.prepared import Prepared
from storage.rows import AnyRow
from storage.schema import Column, Content, Document, Sighting, Version

# Every batch asks these, and making a statement costs as much as running it.
_DOCUMENTS = (
    select(
        Document,
        Content.content_hash,
        Content.title,
        Content.text,
        Version.id.label("version_id"),
        Version.number,
        Version.body_hash,
        Version.extractor_version,
        Version.last_look_at,
    )
    .join(Content, Content.id == Document.content_id)
    .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
    .where(
        Document.site_id == bindparam("of_site"),
        Document.link_key.in_(bindparam("keys", expanding=True)),
    )
    .order_by(Document.id)
)
_SIGHTINGS = (
    select(
        Sighting.url_key,
        Sighting.document_id,
        Sighting.first_seen_at,
        Column.walk_completed_at,
    )
    .join(Column, Column.id == Sighting.column_id)
    .where(
        Sighting.site_id == bindparam("of_site"),
        Sighting.url_key.in_(bindparam("keys", expanding=True)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A page with what is stored of it: the document it shows, and all of its key and address."""

    prepared: Prepared
    rows: Sequence[AnyRow]
    seen: Sequence[AnyRow]
    row: AnyRow | None
    conflict: bool


def meet(connection: Connection, lease: Lease, round_: Sequence[Prepared]) -> list[Met]:
    """Return these pages, each with what is stored of it."""
    stored = _stored_documents(connection, lease, round_)
    sighted = _sighted(connection, lease, round_)
    return [_met(prepared, stored, sighted) for prepared in round_]


def _stored_documents(
    connection: Connection, lease: Lease, round_: Sequence[Prepared]
) -> Mapping[str, list[AnyRow]]:
    keys = [p.link_key for p in round_]
    found = connection.execute(_DOCUMENTS, {"of_site": lease.site_id, "keys": keys})
    documents: dict[str, list[AnyRow]] = defaultdict(list)
    for row in found:
        documents[row.link_key].append(row)
    return documents


def _sighted(
    connection: Connection, lease: Lease, round_: Sequence[Prepared]
) -> Mapping[str, list[AnyRow]]:
    keys = {key for p in round_ for key in p.url_keys}
    found = connection.execute(_SIGHTINGS, {"of_site": lease.site_id, "keys": list(keys)})
    sighted: dict[str, list[AnyRow]] = defaultdict(list)
    for row in found:
        sighted[row.url_key].append(row)
    return sighted


def _met(
    prepared: Prepared,
    stored: Mapping[str, list[AnyRow]],
    sighted: Mapping[str, list[AnyRow]],
) -> Met:
    rows = stored.get(prepared.link_key, [])
    seen = [s for key in prepared.url_keys for s in sighted.get(key, ())]
    row, conflict = _meet(prepared, rows, seen)
    return Met(prepared=prepared, rows=rows, seen=seen, row=row, conflict=conflict)


def _meet(
    prepared: Prepared, rows: Sequence[AnyRow], seen: Sequence[AnyRow]
) -> tuple[AnyRow | None, bool]:
    """Return the stored document that the page shows (or None), and whether its key is taken."""
    known = tuple(
        Known(
            document_id=row.id,
            owner=row.owner,
            url_key=row.url_key,
            title=row.title,
            content_hash=row.content_hash,
        )
        for row in rows
    )
    article = prepared.read.article
    addresses = frozenset(s.document_id for s in seen if s.document_id is not None)
    same = same_document(article, url_key=prepared.url_key, known=known, addresses=addresses)
    if same is not None:
        return next(row for row in rows if row.id == same.document_id), False
    return None, any(is_rival(article, one) for one in known)
