"""View counts over time: one row when the number changed, at most one a local day.

A decrease is kept and flagged. Unknown is no row, never 0.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.crawl import Lease, ViewsRead
from storage.identity import local_day
from storage.schema import Document, ViewCount
from storage.store import upsert


def save_views(connection: Connection, lease: Lease, reads: Sequence[ViewsRead]) -> int:
    """Save the counts of documents that carry these counters; return how many documents."""
    if not reads:
        return 0
    newest = {(r.counter.owner, r.counter.article_id, r.counter.kind): r for r in reads}
    found = connection.execute(
        select(
            Document.id, Document.counter_owner, Document.counter_id, Document.counter_kind
        ).where(
            Document.site_id == lease.site_id,
            Document.counter_id.in_({key[1] for key in newest}),
        )
    )
    counts = []
    for row in found:
        read = newest.get((row.counter_owner, row.counter_id, row.counter_kind))
        if read is not None:
            counts.append((row.id, read.views, read.observed_at))
    return record_views(connection, counts, timezone=lease.timezone)


def record_views(
    connection: Connection, counts: Sequence[tuple[int, int, datetime]], *, timezone: str
) -> int:
    """Record (document, views, when) where the number changed; return how many were looked at."""
    if not counts:
        return 0
    before = {
        row.id: row.views
        for row in connection.execute(
            select(Document.id, Document.views).where(Document.id.in_({c[0] for c in counts}))
        )
    }
    changed: list[dict[str, Any]] = [
        {
            "document_id": document_id,
            "day": local_day(observed_at, timezone),
            "views": views,
            "decreased": before[document_id] is not None and views < before[document_id],
            "observed_at": observed_at,
        }
        for document_id, views, observed_at in counts
        if before[document_id] != views
    ]
    if changed:
        _upsert(connection, changed)
    connection.execute(
        update(Document)
        .where(Document.id == bindparam("document_id"))
        .values(views=bindparam("count"), views_at=bindparam("at")),
        [{"document_id": one, "count": views, "at": at} for one, views, at in counts],
    )
    return len(counts)


def _upsert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    statement = upsert(connection, ViewCount)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["document_id", "day"],
            set_={
                "views": new.views,
                "observed_at": new.observed_at,
                "decreased": or_(ViewCount.decreased, new.decreased),
            },
        ),
        rows,
    )
