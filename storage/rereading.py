"""A kept page was read again and says something else to us: a version, and nobody is told.

Nothing was fetched, so nothing is known of the page today: links, looks, counters and whether the
article is withdrawn stay as they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from storage.crawl import Lease, Saved
from storage.grouping import regroup
from storage.prepared import Added, Prepared
from storage.revising import version_row
from storage.rows import AnyRow
from storage.schema import Document, Version


def reread(
    connection: Connection,
    lease: Lease,
    rows: Sequence[AnyRow],
    prepared: Prepared,
    *,
    content_id: int,
    now: datetime,
) -> list[Added]:
    """Keep another reading as a version; nothing where the version that was read stands no more.

    `rows` are the stored documents with the page's key, each with the version that stands.
    """
    row = next((row for row in rows if row.version_id == prepared.read.reread_of), None)
    if row is None:
        return []
    connection.execute(update(Version).where(Version.id == row.version_id).values(seen_to=now))
    version = version_row(
        lease, prepared.read, document_id=row.id, content_id=content_id,
        body_hash=prepared.pages_hash, number=row.number + 1, reason=Saved.REPARSED, now=now,
    )  # fmt: skip
    connection.execute(insert(Version).values({**version, "last_look_at": row.last_look_at}))
    values = {**_values(row, prepared), "content_id": content_id}
    is_elsewhere = content_id != row.content_id or prepared.printed_day != row.printed_day
    if row.state == "live" and is_elsewhere:
        # What is withdrawn leads nothing, and stays out of the articles that stand.
        values["lead_id"], _ = regroup(
            connection, lease, row, content_id=content_id, day=prepared.printed_day
        )
    connection.execute(update(Document).where(Document.id == row.id).values(values))
    return [Added(prepared=prepared, document_id=row.id, saved=Saved.REPARSED)]


def _values(row: AnyRow, prepared: Prepared) -> dict[str, Any]:
    article, counter = prepared.read.article, prepared.read.article.counter
    values: dict[str, Any] = {
        "published_day": prepared.day,
        "printed_day": prepared.printed_day,
        "owner": article.owner or row.owner,
    }
    if counter is not None:
        values |= {
            "counter_owner": counter.owner,
            "counter_id": counter.article_id,
            "counter_kind": counter.kind,
        }
    return values
