"""Events on their way to watches: which are unmatched, and what came of holding them against all.

An event is marked as matched and its alerts and deliveries are written in one transaction, so a
process that dies in between leaves the event unmatched, and of two processes one wins.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, update
from sqlalchemy.orm import aliased

from storage.alert import (
    EventKind,
    History,
    MatchedEvent,
    Subject,
)
from storage.article import Credit
from storage.folding import Folding
from storage.new_alerts import add_alerts
from storage.retrying import retried
from storage.schema import (
    Column,
    Content,
    Document,
    Event,
    Sighting,
    Site,
    Version,
    Watch,
)
from storage.store import Store
from storage.story_groups import group_events

_MAY_BE_MATCHED = "open"
_PREVIOUS = aliased(Version)
_BEFORE = aliased(Content)
# The columns of a `Subject`, by its names.
_SUBJECT: tuple[Any, ...] = (
    Event.id.label("event_id"),
    Event.uid,
    Event.kind,
    Event.change,
    Event.backfill,
    Event.occurred_at,
    Event.detail,
    Site.name.label("site"),
    Site.title.label("site_title"),
    Site.timezone,
    Document.id.label("article_id"),
    Document.url,
    Content.title,
    Content.text,
    Content.content_hash,
    _BEFORE.title.label("previous_title"),
    Version.subtitle,
    Version.published_text,
    Version.published_at,
    Version.published_precision,
    Version.source,
    Version.section,
    Version.credits,
)


class Alerts:
    """Questions and changes about events and alerts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def unmatched(self, limit: int) -> tuple[Subject, ...]:
        """Return the oldest events that no watch was held against; held ones never."""
        unmatched = (Event.state == _MAY_BE_MATCHED, Event.matched_at.is_(None))
        with self._store.read() as connection:
            return _subjects(connection, _query(*unmatched).order_by(Event.id).limit(limit))

    def since(self, then: datetime, *, limit: int) -> tuple[Subject, ...]:
        """Return the newest events of articles printed (or, undated, found) since then.

        Whether matched or not, newest first.
        """
        instant = func.coalesce(Version.published_at, Event.occurred_at)
        query = _query(Event.state == _MAY_BE_MATCHED, instant >= then)
        with self._store.read() as connection:
            return _subjects(connection, query.order_by(Event.id.desc()).limit(limit))

    def history(self, limit: int) -> History | None:
        """Return older events for a watch that wants them, newest first; None: nothing is left."""
        waiting = select(Watch.id, Watch.history_event_id).where(
            Watch.history_event_id.is_not(None), Watch.removed_at.is_(None)
        )
        with self._store.read() as connection:
            row = connection.execute(waiting.order_by(Watch.id).limit(1)).one_or_none()
            if row is None:
                return None
            older = _query(Event.state == _MAY_BE_MATCHED, Event.id <= row.history_event_id)
            subjects = _subjects(connection, older.order_by(Event.id.desc()).limit(limit))
        return History(watch_id=row.id, up_to=row.history_event_id, subjects=subjects)

    @retried
    def record_history(
        self, history: History, batch: Sequence[MatchedEvent], *, now: datetime
    ) -> tuple[MatchedEvent, ...]:
        """Write what came of it and how far it got, all or nothing.

        Returns what this call recorded: nothing where another process was faster.
        """
        left = history.subjects[-1].event_id - 1 if history.subjects else None
        with self._store.write() as connection:
            is_ours = connection.execute(
                update(Watch)
                .where(Watch.id == history.watch_id, Watch.history_event_id == history.up_to)
                .values(history_event_id=left)
            ).rowcount
            if not is_ours:
                return ()
            for event in batch:
                add_alerts(connection, event, now=now, folding=None)
            return tuple(batch)

    def subject(self, article_id: int) -> Subject | None:
        """Return the newest event of an article, named by any of its documents; None: no such."""
        lead = select(func.coalesce(Document.lead_id, Document.id)).where(Document.id == article_id)
        query = _query(Event.document_id == lead.scalar_subquery())
        with self._store.read() as connection:
            found = _subjects(connection, query.order_by(Event.id.desc()).limit(1))
        return found[0] if found else None

    @retried
    def group(self, event_ids: Collection[int], *, now: datetime) -> None:
        """Find out the stories of the articles of these events that are not known yet."""
        group_events(self._store, event_ids, now=now)

    @retried
    def record_matches(
        self, batch: Sequence[MatchedEvent], *, now: datetime, folding: Folding | None = None
    ) -> tuple[MatchedEvent, ...]:
        """Mark events as matched and write their alerts and deliveries, all or nothing.

        With `folding`, what tells of a story again is folded into the message that told of it.
        Returns what this call recorded: an event that another process was faster with is left out.
        """
        with self._store.write() as connection:
            return tuple(event for event in batch if _record(connection, event, now, folding))


def _record(
    connection: Connection, event: MatchedEvent, now: datetime, folding: Folding | None
) -> bool:
    is_ours = connection.execute(
        update(Event)
        .where(
            Event.id == event.event_id,
            Event.matched_at.is_(None),
            Event.state == _MAY_BE_MATCHED,
        )
        .values(matched_at=now)
    ).rowcount
    if not is_ours:
        return False
    add_alerts(connection, event, now=now, folding=folding)
    return True


def _query(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    standing = (
        select(func.max(Version.id))
        .where(Version.document_id == Event.document_id, Version.seen_to.is_(None))
        .correlate(Event)
        .scalar_subquery()
    )
    return (
        select(*_SUBJECT)
        .select_from(Event)
        .join(Site, Site.id == Event.site_id)
        .outerjoin(Document, Document.id == Event.document_id)
        .outerjoin(Version, Version.id == func.coalesce(Event.version_id, standing))
        .outerjoin(Content, Content.id == func.coalesce(Version.content_id, Document.content_id))
        .outerjoin(_PREVIOUS, _PREVIOUS.id == Event.previous_version_id)
        .outerjoin(_BEFORE, _BEFORE.id == _PREVIOUS.content_id)
        .where(*conditions)
    )


def _subjects(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Subject, ...]:
    rows = connection.execute(query).mappings().all()
    columns = _columns(connection, [row["article_id"] for row in rows if row["article_id"]])
    return tuple(
        Subject(
            **{
                **row,
                "kind": EventKind(row["kind"]),
                "credits": tuple(Credit(**credit) for credit in row["credits"] or ()),
                "columns": columns.get(row["article_id"], ()),
            }
        )
        for row in rows
    )


def _columns(connection: Connection, documents: list[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the titles of the columns in which each of these documents is listed."""
    query = (
        select(Sighting.document_id, Column.title)
        .join(Column, Column.id == Sighting.column_id)
        .where(Sighting.document_id.in_(documents))
        .order_by(Column.id)
    )
    titles: dict[int, list[str]] = defaultdict(list)
    for document_id, title in connection.execute(query):
        if document_id is not None and title is not None:
            titles[document_id].append(title)
    return {document_id: tuple(dict.fromkeys(found)) for document_id, found in titles.items()}
