"""Save what pages say: contents, documents, versions, events. In one transaction, in batches.

Two pages of one batch that may be the same document or the same content are saved one after the
other, so that the second meets the first as stored.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, insert, select, update

from storage.adding import Fresh, add_documents
from storage.archive.keeping import Kept, keep
from storage.baseline import lift_backfill
from storage.crawl import ArticleRead, Doubted, Lease, Saved
from storage.indexing import Said, index
from storage.met import Met, meet
from storage.prepared import Added, Prepared, prepare
from storage.rereading import reread
from storage.revising import doubt, revise, see_again
from storage.schema import Content, Sighting, StoryMember
from storage.store import upsert_for
from storage.views import record_views

# Every batch asks these, and making a statement costs as much as running it.
_CONTENTS = select(Content.content_hash, Content.id).where(
    Content.content_hash.in_(bindparam("hashes", expanding=True))
)
_ADD_MEMBERS = insert(StoryMember)
_LINK = (
    update(Sighting)
    .where(Sighting.site_id == bindparam("of_site"), Sighting.url_key == bindparam("key"))
    .values(document_id=bindparam("document"), refused_state=None, next_try_at=None)
)


def save_articles(
    connection: Connection,
    lease: Lease,
    reads: Sequence[ArticleRead],
    *,
    now: datetime,
    doubted: list[Doubted] | None = None,
) -> list[Saved]:
    """Save these pages; return what each came to, in order.

    Where `doubted` is given, known articles that read otherwise now are put there in place of
    being saved.
    """
    waiting = list(enumerate(prepare(read, timezone=lease.timezone) for read in reads))
    saved: dict[int, Saved] = {}
    while waiting:
        this_round, waiting = side_by_side(waiting)
        outcomes = _save_round(
            connection, lease, [p for _, p in this_round], now=now, doubted=doubted
        )
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
    connection: Connection,
    lease: Lease,
    round_: Sequence[Prepared],
    *,
    now: datetime,
    doubted: list[Doubted] | None,
) -> list[Saved]:
    met = meet(connection, lease, round_)
    doubts = [None if doubted is None else doubt(one.row, one.prepared) for one in met]
    met = [one for one, why in zip(met, doubts, strict=True) if why is None]
    outcomes = _save_met(connection, lease, met, now=now)
    if doubted is not None:
        doubted += [why for why in doubts if why is not None]
    # What was read again of a version that stands no more came to nothing.
    return [
        Saved.DOUBTED if why else outcomes.get(id(prepared), Saved.SEEN)
        for prepared, why in zip(round_, doubts, strict=True)
    ]


def _save_met(
    connection: Connection, lease: Lease, met: Sequence[Met], *, now: datetime
) -> dict[int, Saved]:
    round_ = [one.prepared for one in met]
    contents, new = content_ids(connection, round_, now=now)
    added: list[Added] = []
    fresh: list[Fresh] = []
    for one in met:
        prepared, row, rows, seen = one.prepared, one.row, one.rows, one.seen
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
                conflict=one.conflict,
                seen=when,
            )
        )
    added += add_documents(connection, lease, fresh, now=now)
    _complete(connection, lease, added, now=now)
    index(connection, [said(lease, p, contents[p.content_hash]) for p in round_])
    return {id(a.prepared): a.saved for a in added}


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
    hashes = {"hashes": [row["content_hash"] for row in rows]}
    known = {row.content_hash: row.id for row in connection.execute(_CONTENTS, hashes)}
    unknown = [row for row in rows if row["content_hash"] not in known]
    if not unknown:
        return known, frozenset()
    made = connection.execute(_add_contents(connection.dialect.name), unknown)
    new = {row.content_hash: row.id for row in made}
    if new:
        connection.execute(_ADD_MEMBERS, [{"content_id": one} for one in new.values()])
    if len(new) < len(unknown):
        # Another writer was faster with some of them.
        known = {row.content_hash: row.id for row in connection.execute(_CONTENTS, hashes)}
    return known | new, frozenset(new.values())


@cache
def _add_contents(dialect: str) -> Executable:
    statement = upsert_for(dialect, Content)
    return statement.on_conflict_do_nothing(index_elements=["content_hash"]).returning(
        Content.content_hash, Content.id
    )


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
        _LINK,
        [
            {"of_site": lease.site_id, "key": key, "document": a.document_id}
            for a in added
            for key in a.prepared.url_keys
        ],
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
