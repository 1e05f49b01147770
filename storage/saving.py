"""Save what pages say: documents, contents, versions, events. In one transaction, in batches.

Two pages of one batch that may be the same document or the same content are saved one after the
other, so that the second meets the first as stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage.archive import Kept, body_sha256, keep
from storage.crawl import ArticleRead, Lease, Saved
from storage.events import event_row
from storage.identity import Known, is_late_find, page_key, published_day, same_document
from storage.revising import revise, see_again, version_row
from storage.schema import Column, Content, Document, Event, Sighting, Version
from storage.store import upsert
from storage.views import record_views


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A read article with all that is derived from it, before the database is asked."""

    read: ArticleRead
    content_hash: str
    url_key: str
    body_hash: str
    day: str | None


def prepare(read: ArticleRead, *, timezone: str) -> Prepared:
    """Derive what the database will be asked for."""
    return Prepared(
        read=read,
        content_hash=read.article.content_hash,
        url_key=read.response.url_key,
        body_hash=body_sha256(read.response.body),
        day=published_day(read.article, timezone),
    )


def save_articles(
    connection: Connection, lease: Lease, reads: Sequence[ArticleRead], *, now: datetime
) -> list[Saved]:
    """Save these pages; return what each came to, in order."""
    prepared = [prepare(read, timezone=lease.timezone) for read in reads]
    saved: dict[int, Saved] = {}
    waiting = list(enumerate(prepared))
    while waiting:
        this_round, waiting = _round(waiting)
        outcomes = _save_round(connection, lease, [p for _, p in this_round], now=now)
        saved.update(zip((i for i, _ in this_round), outcomes, strict=True))
    return [saved[i] for i in range(len(prepared))]


def _round(
    waiting: list[tuple[int, Prepared]],
) -> tuple[list[tuple[int, Prepared]], list[tuple[int, Prepared]]]:
    links: set[str] = set()
    hashes: set[str] = set()
    now, later = [], []
    for entry in waiting:
        link, content_hash = entry[1].read.article.page_key, entry[1].content_hash
        if link in links or content_hash in hashes:
            later.append(entry)
        else:
            now.append(entry)
        links.add(link)
        hashes.add(content_hash)
    return now, later


def _save_round(
    connection: Connection, lease: Lease, round_: list[Prepared], *, now: datetime
) -> list[Saved]:
    contents = _content_ids(connection, round_, now=now)
    stored = _stored_documents(connection, lease, round_)
    sighted = _sighted(connection, lease, round_)
    outcomes: dict[int, Saved] = {}
    kept: list[Kept] = []
    fresh: list[tuple[Prepared, bool]] = []
    documents: list[tuple[int, Prepared]] = []
    for prepared in round_:
        article = prepared.read.article
        rows = stored.get(article.page_key, [])
        known = tuple(_known(row) for row in rows)
        addresses = frozenset(
            s.document_id for s in sighted if s.url_key in _keys(prepared) and s.document_id
        )
        same = same_document(article, url_key=prepared.url_key, known=known, addresses=addresses)
        if same is None:
            fresh.append((prepared, bool(known)))
            continue
        row = next(r for r in rows if r.id == same.document_id)
        step = see_again if row.content_hash == prepared.content_hash else revise
        outcome, evidence = step(
            connection, lease, row, prepared.read,
            content_id=contents[prepared.content_hash], body_hash=prepared.body_hash,
            day=prepared.day, now=now,
        )  # fmt: skip
        outcomes[id(prepared)] = outcome
        documents.append((row.id, prepared))
        if evidence is not None:
            kept.append(Kept(response=prepared.read.response, outcome=evidence, document_id=row.id))
    for prepared, document_id, outcome in _insert(
        connection, lease, fresh, contents=contents, sighted=sighted, now=now
    ):
        outcomes[id(prepared)] = outcome
        documents.append((document_id, prepared))
        kept.append(Kept(response=prepared.read.response, outcome=outcome, document_id=document_id))
    _link_sightings(connection, lease, documents)
    _printed_views(connection, lease, documents)
    keep(connection, kept, site_id=lease.site_id, crawl_id=lease.crawl_id)
    return [outcomes[id(p)] for p in round_]


def _keys(prepared: Prepared) -> tuple[str, str]:
    return prepared.url_key, prepared.read.link_url_key


def _content_ids(
    connection: Connection, round_: list[Prepared], *, now: datetime
) -> dict[str, int]:
    connection.execute(
        upsert(connection, Content).on_conflict_do_nothing(index_elements=["content_hash"]),
        [
            {
                "content_hash": p.content_hash,
                "title": p.read.article.title,
                "text": p.read.article.text,
                "created_at": now,
            }
            for p in round_
        ],
    )
    found = connection.execute(
        select(Content.content_hash, Content.id).where(
            Content.content_hash.in_([p.content_hash for p in round_])
        )
    )
    return {row.content_hash: row.id for row in found}


def _stored_documents(
    connection: Connection, lease: Lease, round_: list[Prepared]
) -> dict[str, list[Row[Any]]]:
    found: Iterable[Row[Any]] = connection.execute(
        select(
            Document,
            Content.content_hash,
            Content.title,
            Content.text,
            Version.id.label("version_id"),
            Version.number,
            Version.body_hash,
            Version.extractor_version,
        )
        .join(Content, Content.id == Document.content_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .where(
            Document.site_id == lease.site_id,
            Document.link_key.in_([p.read.article.page_key for p in round_]),
        )
        .order_by(Document.id)
    )
    documents: dict[str, list[Row[Any]]] = {}
    for row in found:
        documents.setdefault(row.link_key, []).append(row)
    return documents


def _sighted(connection: Connection, lease: Lease, round_: list[Prepared]) -> list[Row[Any]]:
    keys = {key for p in round_ for key in _keys(p)}
    return list(
        connection.execute(
            select(
                Sighting.url_key,
                Sighting.document_id,
                Sighting.first_seen_at,
                Column.walk_completed_at,
            )
            .join(Column, Column.id == Sighting.column_id)
            .where(Sighting.site_id == lease.site_id, Sighting.url_key.in_(keys))
        )
    )


def _known(row: Row[Any]) -> Known:
    return Known(
        document_id=row.id,
        owner=row.owner,
        url_key=row.url_key,
        title=row.title,
        content_hash=row.content_hash,
    )


def _insert(
    connection: Connection,
    lease: Lease,
    fresh: list[tuple[Prepared, bool]],
    *,
    contents: dict[str, int],
    sighted: list[Row[Any]],
    now: datetime,
) -> list[tuple[Prepared, int, Saved]]:
    if not fresh:
        return []
    content_ids = [contents[p.content_hash] for p, _ in fresh]
    leads = _leads(connection, lease, content_ids)
    elsewhere = _elsewhere(connection, lease, content_ids)
    rows = [
        _document_row(lease, p, contents[p.content_hash], conflict=c, leads=leads, now=now)
        for p, c in fresh
    ]
    ids = connection.scalars(
        insert(Document).returning(Document.id, sort_by_parameter_order=True), rows
    ).all()
    versions = connection.scalars(
        insert(Version).returning(Version.id, sort_by_parameter_order=True),
        [
            version_row(
                lease, p.read, document_id=i, content_id=contents[p.content_hash],
                body_hash=p.body_hash, number=1, reason="first", now=now,
            )
            for (p, _), i in zip(fresh, ids, strict=True)
        ],
    ).all()  # fmt: skip
    saved, events = [], []
    for (prepared, _), row, document_id, version_id in zip(fresh, rows, ids, versions, strict=True):
        if row["lead_id"] is not None:
            saved.append((prepared, document_id, Saved.JOINED))
            continue
        saved.append((prepared, document_id, Saved.NEW))
        why = _backfill(prepared, sighted, lease=lease, now=now)
        kinds = ["new", "reposted"] if row["content_id"] in elsewhere else ["new"]
        events += [
            event_row(
                lease, kind=kind, key=f"{kind}:{document_id}", now=now, document_id=document_id,
                version_id=version_id, backfill=why is not None, detail=why,
            )
            for kind in kinds
        ]  # fmt: skip
    if events:
        connection.execute(insert(Event), events)
    return saved


def _document_row(
    lease: Lease,
    prepared: Prepared,
    content_id: int,
    *,
    conflict: bool,
    leads: list[Row[Any]],
    now: datetime,
) -> dict[str, Any]:
    article = prepared.read.article
    key = page_key(article)
    counter = article.counter
    return {
        "site_id": lease.site_id,
        "page_key": f"{key}#{prepared.url_key}" if conflict else key,
        "link_key": article.page_key,
        "url": article.url,
        "url_key": prepared.url_key,
        "family": article.family,
        "owner": article.owner,
        "counter_owner": counter.owner if counter else None,
        "counter_id": counter.article_id if counter else None,
        "counter_kind": counter.kind if counter else None,
        "lead_id": leader(leads, content_id, prepared.day),
        "content_id": content_id,
        "published_day": prepared.day,
        "conflict": conflict,
        "first_seen_at": prepared.read.response.fetched_at,
        "last_seen_at": now,
        "next_check_at": prepared.read.next_check_at,
        "first_crawl_id": lease.crawl_id,
    }


def leader(leads: Sequence[Row[Any]], content_id: int, day: str | None) -> int | None:
    """Return the earliest document that leads this content with a day that agrees, or None."""
    for row in leads:
        if row.content_id == content_id and (
            day is None or row.published_day is None or day == row.published_day
        ):
            return int(row.id)
    return None


def _leads(connection: Connection, lease: Lease, content_ids: list[int]) -> list[Row[Any]]:
    return list(
        connection.execute(
            select(Document.id, Document.content_id, Document.published_day)
            .where(
                Document.site_id == lease.site_id,
                Document.content_id.in_(content_ids),
                Document.lead_id.is_(None),
                Document.state == "live",
            )
            .order_by(Document.id)
        )
    )


def _elsewhere(connection: Connection, lease: Lease, content_ids: list[int]) -> set[int]:
    return set(
        connection.scalars(
            select(Document.content_id).where(
                Document.content_id.in_(content_ids), Document.site_id != lease.site_id
            )
        )
    )


def _backfill(
    prepared: Prepared, sighted: list[Row[Any]], *, lease: Lease, now: datetime
) -> str | None:
    """Return why this article is no news (`baseline`, `late`), or None where it is."""
    article = prepared.read.article
    if is_late_find(article, now=now, max_age=lease.alert_max_age):
        return "late"
    news = any(
        s.walk_completed_at is not None and s.first_seen_at > s.walk_completed_at
        for s in sighted
        if s.url_key in _keys(prepared)
    )
    return None if news else "baseline"


def _link_sightings(
    connection: Connection, lease: Lease, documents: list[tuple[int, Prepared]]
) -> None:
    connection.execute(
        update(Sighting)
        .where(Sighting.site_id == lease.site_id, Sighting.url_key == bindparam("key"))
        .values(document_id=bindparam("document"), refused_state=None, next_try_at=None),
        [{"key": key, "document": i} for i, p in documents for key in set(_keys(p))],
    )


def _printed_views(
    connection: Connection, lease: Lease, documents: list[tuple[int, Prepared]]
) -> None:
    printed = [
        (i, p.read.article.views, p.read.response.fetched_at)
        for i, p in documents
        if p.read.article.views is not None
    ]
    record_views(connection, printed, timezone=lease.timezone)
