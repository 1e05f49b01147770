"""Add documents that were not known: with their first version, their article and its events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from storage.baseline import backfill_reason
from storage.crawl import Lease, Saved
from storage.events import event_row
from storage.grouping import follow, leader, leaders
from storage.identity import page_key
from storage.prepared import Added, Prepared
from storage.revising import version_row
from storage.rows import AnyRow
from storage.schema import Document, Event, Version

_IMPORTED = "imported"
# Every batch asks these, and making a statement costs as much as running it.
_ADD_DOCUMENTS, _ADD_VERSIONS, _ADD_EVENTS = insert(Document), insert(Version), insert(Event)
_DOCUMENTS = select(Document.page_key, Document.id).where(
    Document.site_id == bindparam("of_site"),
    Document.page_key.in_(bindparam("keys", expanding=True)),
)
_VERSIONS = select(Version.document_id, Version.id).where(
    Version.document_id.in_(bindparam("documents", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A page whose document is not stored.

    `conflict` says that its key is taken by another page. `seen` is when its links were first
    seen, as `backfill_reason` asks for it.
    """

    prepared: Prepared
    content_id: int
    is_new_content: bool
    conflict: bool
    seen: Sequence[tuple[datetime, datetime | None]]


def add_documents(
    connection: Connection, lease: Lease, fresh: Sequence[Fresh], *, now: datetime
) -> list[Added]:
    """Add these documents, of which no two have the same content; return them in order."""
    if not fresh:
        return []
    # Nothing says already what is stored only now.
    known = [f.content_id for f in fresh if not f.is_new_content]
    led = leaders(connection, lease, known) if known else ()
    found = [leader(led, f.content_id, f.prepared.printed_day) for f in fresh]
    ids = _insert_documents(connection, lease, fresh, found, now=now)
    versions = _insert_versions(connection, lease, fresh, ids, now=now)
    elsewhere = _elsewhere(connection, lease, known) if known else set()
    added, events = [], []
    for one, lead, document_id, version_id in zip(fresh, found, ids, versions, strict=True):
        saved = _saved_as(one, lead)
        added.append(
            Added(prepared=one.prepared, document_id=document_id, saved=saved, evidence=saved)
        )
        if lead is not None and saved is Saved.RESTORED:
            follow(connection, old=lead.id, new=document_id)
        for kind in _kinds(saved, is_elsewhere=one.content_id in elsewhere):
            why = None if saved is Saved.RESTORED else _backfill(one, lease, now=now)
            event = event_row(
                lease, kind=kind, key=f"{kind}:{document_id}", now=now, document_id=document_id,
                version_id=version_id, backfill=why is not None, detail=why,
            )  # fmt: skip
            events.append(event)
    if events:
        connection.execute(_ADD_EVENTS, events)
    return added


def _saved_as(one: Fresh, lead: AnyRow | None) -> Saved:
    if lead is None:
        return Saved.NEW
    if one.prepared.read.imported:
        return Saved.JOINED  # that somebody has a copy says nothing of the site
    # A withdrawn article that is published again, under another number, is back.
    return Saved.JOINED if lead.state == "live" else Saved.RESTORED


def _kinds(saved: Saved, *, is_elsewhere: bool) -> list[str]:
    if saved is Saved.NEW:
        return ["new", "reposted"] if is_elsewhere else ["new"]
    return ["restored"] if saved is Saved.RESTORED else []


def _backfill(one: Fresh, lease: Lease, *, now: datetime) -> str | None:
    if one.prepared.read.imported:
        return _IMPORTED
    return backfill_reason(one.prepared.read.article, seen=one.seen, lease=lease, now=now)


def _insert_documents(
    connection: Connection,
    lease: Lease,
    fresh: Sequence[Fresh],
    found: Sequence[AnyRow | None],
    *,
    now: datetime,
) -> Sequence[int]:
    rows = [
        {
            **_document_row(lease, f.prepared, conflict=f.conflict, now=now),
            "content_id": f.content_id,
            "lead_id": lead.id if lead is not None and _saved_as(f, lead) is Saved.JOINED else None,
        }
        for f, lead in zip(fresh, found, strict=True)
    ]
    # Asked for by key: to have ids returned in order, rows would be inserted one by one.
    connection.execute(_ADD_DOCUMENTS, rows)
    keys = [row["page_key"] for row in rows]
    stored = connection.execute(_DOCUMENTS, {"of_site": lease.site_id, "keys": keys})
    by_key = {row.page_key: row.id for row in stored}
    return [by_key[key] for key in keys]


def _insert_versions(
    connection: Connection,
    lease: Lease,
    fresh: Sequence[Fresh],
    ids: Sequence[int],
    *,
    now: datetime,
) -> Sequence[int]:
    rows = [
        version_row(
            lease, f.prepared.read, document_id=document_id, content_id=f.content_id,
            body_hash=f.prepared.pages_hash, number=1, now=now,
            reason=_IMPORTED if f.prepared.read.imported else "first",
        )
        for f, document_id in zip(fresh, ids, strict=True)
    ]  # fmt: skip
    connection.execute(_ADD_VERSIONS, rows)
    stored = connection.execute(_VERSIONS, {"documents": ids})
    by_document = {row.document_id: row.id for row in stored}
    return [by_document[document_id] for document_id in ids]


def _document_row(
    lease: Lease, prepared: Prepared, *, conflict: bool, now: datetime
) -> Mapping[str, Any]:
    article = prepared.read.article
    counter = article.counter
    key = page_key(article)
    return {
        "site_id": lease.site_id,
        "page_key": f"{key}#{prepared.url_key}" if conflict else key,
        "link_key": prepared.link_key,
        "url": article.url,
        "url_key": prepared.url_key,
        "family": article.family,
        "owner": article.owner,
        "counter_owner": counter.owner if counter else None,
        "counter_id": counter.article_id if counter else None,
        "counter_kind": counter.kind if counter else None,
        "published_day": prepared.day,
        "printed_day": prepared.printed_day,
        "conflict": conflict,
        "first_seen_at": prepared.read.response.fetched_at,
        "last_seen_at": now,
        "next_check_at": prepared.read.next_check_at,
        "first_crawl_id": lease.crawl_id,
    }


def _elsewhere(connection: Connection, lease: Lease, content_ids: list[int]) -> set[int]:
    return set(
        connection.scalars(
            select(Document.content_id).where(
                Document.content_id.in_(content_ids), Document.site_id != lease.site_id
            )
        )
    )
