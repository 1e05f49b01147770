"""Tell that a site published what another one has: the `reposted` events of near-duplicates.

An article is a repost if its story has an earlier one, by our seeing, on another site. One that
says it to the letter was told when it was saved; the event's key makes both one.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from storage.events import event_row
from storage.rows import AnyRow
from storage.schema import Document, Event, Site, StoryMember, Version
from storage.store import upsert

_LATE = timedelta(days=7)
_TOLD = aliased(Event)


class _Finder(NamedTuple):
    site_id: int
    crawl_id: int | None


def tell_reposts(connection: Connection, cores: Collection[int], *, now: datetime) -> None:
    """Write the events of these stories that are not written yet."""
    stories: dict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_tellings(cores)):
        stories[row.core_id].append(row)
    events = [
        _event(row, first, now=now)
        for tellings in stories.values()
        for row in tellings[1:]
        if row.told is None and row.state == "live"
        for first in [next((t for t in tellings if t.site_id != row.site_id), None)]
        if first is not None and first.id < row.id
    ]
    if events:
        statement = upsert(connection, Event).on_conflict_do_nothing(index_elements=["key"])
        connection.execute(statement, events)


def _tellings(cores: Collection[int]) -> Any:
    return (
        select(
            StoryMember.core_id, Document.id, Document.site_id, Document.url, Document.state,
            Document.first_seen_at, Document.first_crawl_id, Site.name.label("site"),
            Version.id.label("version_id"), Version.reason, Event.backfill, Event.detail,
            Event.crawl_id, _TOLD.id.label("told"),
        )
        .join(Document, Document.content_id == StoryMember.content_id)
        .join(Site, Site.id == Document.site_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .outerjoin(Event, (Event.document_id == Document.id) & (Event.kind == "new"))
        .outerjoin(_TOLD, (_TOLD.document_id == Document.id) & (_TOLD.kind == "reposted"))
        .where(StoryMember.core_id.in_(cores), Document.lead_id.is_(None))
        .order_by(Document.id)
    )  # fmt: skip


def _event(row: AnyRow, first: AnyRow, *, now: datetime) -> dict[str, object]:
    """Return the event of a repost, which is news as far as the article itself was.

    Of a story that is found out late, everybody who wanted to know has moved on; and of one that
    only another reading of the same pages found, nobody is told.
    """
    is_reread = "reparsed" in {row.reason, first.reason}
    is_news = row.backfill is False and row.first_seen_at >= now - _LATE and not is_reread
    return event_row(
        _Finder(row.site_id, row.crawl_id or row.first_crawl_id),
        kind="reposted", key=f"reposted:{row.id}", now=now, document_id=row.id,
        version_id=row.version_id, backfill=not is_news,
        detail=f"first on {first.site}: {first.url}" if is_news else row.detail or "late",
    )  # fmt: skip
