"""Save what pages say: contents, documents, versions, events. In one transaction, in batches.

Two pages of one batch that may be the same document or the same content are saved one after the
other, so that the second meets the first as stored.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.adding import Fresh, add_documents
from storage.archive.keeping import Kept, keep
from storage.baseline import lift_backfill
from storage.crawl import ArticleRead, Lease, Saved
from storage.identity import Known, is_rival, same_document
from storage.indexing import Said, index
from storage.prepared import Added, Prepared, prepare
from storage.rereading import reread
from storage.revising import revise, see_again
from storage.rows import AnyRow
from storage.schema import Column, Content, Document, Sighting, StoryMember, Version
from storage.store import upsert
from storage.views import record_views


def save_articles(
    connection: Connection, lease: Lease, reads: Sequence[ArticleRead], *, now: datetime
) -> list[Saved]:
    """Save these pages; return what each came to, in order."""
    waiting = list(enumerate(prepare(read, timezone=lease.timezone) for read in reads))
    saved: dict[int, Saved] = {}
    while waiting:
        this_round, waiting = side_by_side(waiting)
        outcomes = _save_round(connection, lease, [p for _, p in this_round], now=now)
        saved.update(zip((i for i, _ in this_round), outcomes, strict=True))
    return [saved[i] for i in range(len(reads))]


Numbered = list[tuple[int, Prepared]]


def side_by_side(waiting: Numbered) -> tuple[Numbered, Numbered]:
    """Split off what can be saved side by side: no two with one key, address or content."""
    taken: set[str] = set()
    now: Numbered = []
    later: Numbered = []
    for entry in waiting:
        keys = {entry[1].link_key, entry[1].content_hash, *entry[1].url_keys}
        (now if taken.isdisjoint(keys) else later).append(entry)
        taken |= keys
    return now, later


def _save_round(
    connection: Connection, lease: Lease, round_: Sequence[Prepared], *, now: datetime
) -> list[Saved]:
    contents, new = content_ids(connection, round_, now=now)
    stored = _stored_documents(connection, lease, round_)
    sighted = _sighted(connection, lease, round_)
    added: list[Added] = []
    fresh: list[Fresh] = []
    for prepared in round_:
        rows = stored.get(prepared.link_key, [])
        seen = [s for key in prepared.url_keys for s in sighted.get(key, ())]
        row, conflict = _meet(prepared, rows, seen)
        content_id = contents[prepared.content_hash]
        if prepared.read.reread_of is not None:
            added += reread(connection, lease, rows, prepared, content_id=content_id, now=now)
            continue
        if row is not None:
            step = see_again if row.content_hash == prepared.content_hash else revise
            added.append(step(connection, lease, row, prepared, content_id=content_id, now=now))
            continue
        when = [(s.first_seen_at, s.walk_completed_at) for s in seen]
        fresh.append(
            Fresh(
                prepared=prepared,
                content_id=content_id,
                is_new_content=content_id in new,
                conflict=conflict,
                seen=when,
            )
        )
    added += add_documents(connection, lease, fresh, now=now)
    _complete(connection, lease, added, now=now)
    index(connection, [said(lease, p, contents[p.content_hash]) for p in round_])
    outcomes = {id(a.prepared): a.saved for a in added}
    # What was read again of a version that stands no more came to nothing.
    return [outcomes.get(id(p), Saved.SEEN) for p in round_]


def content_ids(
    connection: Connection, round_: Sequence[Prepared], *, now: datetime
) -> tuple[dict[str, int], frozenset[int]]:
    """Return the contents' numbers by hash, and which of them are new."""
    rows = [
        {
            "content_hash": p.content_hash,
            "title": p.read.article.title,
            "text": p.read.article.text,
            "created_at": now,
        }
        # In one order for all writers: two that insert the same contents never block each other.
        for p in sorted(round_, key=lambda p: p.content_hash)
    ]
    hashes = [row["content_hash"] for row in rows]
    wanted = select(Content.content_hash, Content.id).where(Content.content_hash.in_(hashes))
    known = {row.content_hash: row.id for row in connection.execute(wanted)}
    unknown = [row for row in rows if row["content_hash"] not in known]
    if not unknown:
        return known, frozenset()
    statement = upsert(connection, Content).on_conflict_do_nothing(index_elements=["content_hash"])
    made = connection.execute(statement.returning(Content.content_hash, Content.id), unknown)
    new = {row.content_hash: row.id for row in made}
    if new:
        connection.execute(insert(StoryMember), [{"content_id": one} for one in new.values()])
    if len(new) < len(unknown):
        # Another writer was faster with some of them.
        known = {row.content_hash: row.id for row in connection.execute(wanted)}
    return known | new, frozenset(new.values())


def _stored_documents(
    connection: Connection, lease: Lease, round_: Sequence[Prepared]
) -> Mapping[str, list[AnyRow]]:
    found = connection.execute(
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
            Document.site_id == lease.site_id,
            Document.link_key.in_([p.link_key for p in round_]),
        )
        .order_by(Document.id)
    )
    documents: dict[str, list[AnyRow]] = defaultdict(list)
    for row in found:
        documents[row.link_key].append(row)
    return documents


def _sighted(
    connection: Connection, lease: Lease, round_: Sequence[Prepared]
) -> Mapping[str, list[AnyRow]]:
    found = connection.execute(
        select(
            Sighting.url_key,
            Sighting.document_id,
            Sighting.first_seen_at,
            Column.walk_completed_at,
        )
        .join(Column, Column.id == Sighting.column_id)
        .where(
            Sighting.site_id == lease.site_id,
            Sighting.url_key.in_({key for p in round_ for key in p.url_keys}),
        )
    )
    sighted: dict[str, list[AnyRow]] = defaultdict(list)
    for row in found:
        sighted[row.url_key].append(row)
    return sighted


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


def _complete(
    connection: Connection, lease: Lease, added: Sequence[Added], *, now: datetime
) -> None:
    """Save what goes with the documents that were fetched: links, counts, evidence, files."""
    rereads = [a for a in added if a.prepared.read.reread_of is not None]
    if rereads:
        from storage.asset_saving import carry_over  # noqa: PLC0415 (a crawl reads nothing again)

        carry_over(connection, rereads)
    added = [a for a in added if a.prepared.read.reread_of is None]
    if not added:
        return
    connection.execute(
        update(Sighting)
        .where(Sighting.site_id == lease.site_id, Sighting.url_key == bindparam("key"))
        .values(document_id=bindparam("document"), refused_state=None, next_try_at=None),
        [{"key": key, "document": a.document_id} for a in added for key in a.prepared.url_keys],
    )
    told_already = [a.document_id for a in added if a.saved not in {Saved.NEW, Saved.RESTORED}]
    lift_backfill(connection, lease, told_already)
    printed = [
        (a.document_id, views, a.prepared.read.response.fetched_at)
        for a in added
        if (views := a.prepared.read.article.views) is not None
    ]
    record_views(connection, printed, timezone=lease.timezone)
    kept = [
        one
        for a in added
        if a.evidence is not None and a.prepared.read.is_evidence
        for one in _evidence(a, a.evidence)
    ]
    keep(connection, kept, site_id=lease.site_id, crawl_id=lease.crawl_id)
    if naming := [a for a in added if a.prepared.read.assets]:
        from storage.asset_saving import name_assets  # noqa: PLC0415 (most crawls fetch no files)

        name_assets(connection, lease, naming, now=now)


def said(lease: Lease, prepared: Prepared, content_id: int) -> Said:
    """Return what the search index is told of a page."""
    article = prepared.read.article
    return Said(
        site_id=lease.site_id,
        content_id=content_id,
        published_at=article.published_at,
        title=article.title,
        text=article.text,
    )


def _evidence(added: Added, outcome: str) -> Iterator[Kept]:
    """Yield the responses that gave an article, all its parts."""
    read, document_id = added.prepared.read, added.document_id
    yield Kept(
        response=read.response,
        body_hash=added.prepared.body_hash,
        outcome=outcome,
        document_id=document_id,
    )
    for part in read.parts:
        yield Kept(response=part, outcome=outcome, document_id=document_id)
