"""What is news, and what was there before anybody looked: the backfill mark of events.

An article is news if one of its links was first seen in a column whose walk was completed before.
Source: docs/architecture.md, *Baseline*.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from storage.article import Article
from storage.crawl import CrawlOutcome, Lease
from storage.identity import is_late_find
from storage.schema import Column, Crawl, Document, Event, Sighting

_BASELINE, _LATE = "baseline", "late"
_FINISHED = (CrawlOutcome.OK, CrawlOutcome.PARTIAL)


def backfill_reason(
    article: Article,
    *,
    seen: Collection[tuple[datetime, datetime | None]],
    lease: Lease,
    now: datetime,
) -> str | None:
    """Return why an article is no news (`baseline`, `late`), or None where it is.

    `seen` holds, for each column that links it, when the link was first seen there and when the
    column's first walk was completed (None: not yet).
    """
    if is_late_find(article, now=now, max_age=lease.alert_max_age):
        return _LATE
    is_news = any(completed is not None and first > completed for first, completed in seen)
    return None if is_news else _BASELINE


def lift_backfill(connection: Connection, lease: Lease, document_ids: Collection[int]) -> None:
    """Make news of what was taken for a column's baseline and is new in a complete column too.

    This reaches back to the last crawl that finished: before it, the complete column was read
    after the article had been stored, so what appears there now is a cross-post, not news.
    """
    if not document_ids:
        return
    connection.execute(
        update(Event)
        .where(
            Event.document_id.in_(_articles_that_are_news(document_ids)),
            Event.kind.in_(["new", "reposted"]),
            Event.detail == _BASELINE,
            Event.backfill,
            Event.crawl_id > _last_finished(lease),
        )
        .values(backfill=False, matched_at=None, detail=None)
    )


def _articles_that_are_news(document_ids: Collection[int]) -> Select[Any]:
    return (
        select(func.coalesce(Document.lead_id, Document.id))
        .join(Sighting, Sighting.document_id == Document.id)
        .join(Column, Column.id == Sighting.column_id)
        .where(
            Document.id.in_(document_ids),
            Sighting.first_seen_at > Column.walk_completed_at,
        )
    )


def _last_finished(lease: Lease) -> Any:
    return (
        select(func.coalesce(func.max(Crawl.id), 0))
        .where(Crawl.site_id == lease.site_id, Crawl.outcome.in_(_FINISHED))
        .scalar_subquery()
    )
