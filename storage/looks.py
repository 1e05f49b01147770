"""The columns' clock: what is known of how each publishes, and when it is looked at next.

A site is due when the first of its columns is; a crawl of the service reads those that are due.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Column, Crawl, Document, Sighting, Site, Version
from storage.store import Store

_MOST_ARTICLES = 400  # a column: enough to know its rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """When an article of a column was found, and when it says that it was published.

    `baseline`: it was there before the column was known, so that finding it says nothing.
    """

    first_seen_at: datetime
    published_at: datetime | None
    precision: str | None
    baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPast:
    """A column with what it published, oldest first. `read_at`: None, it was never read."""

    id: int
    added_at: datetime
    read_at: datetime | None
    walked: bool
    articles: tuple[FoundArticle, ...]


class Looks:
    """Questions and changes about the looks at a site's columns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def past(
        self, site: str, url_keys: Collection[str], *, since: datetime
    ) -> tuple[ColumnPast, ...]:
        """Return these columns, where they were ever read, with what they published since then."""
        with self._store.read() as connection:
            columns = connection.execute(
                select(Column.id, Column.added_at, Column.read_at, Column.walk_completed_at)
                .join(Site, Site.id == Column.site_id)
                .where(Site.name == site, Column.url_key.in_(url_keys), Column.read_at.is_not(None))
                .order_by(Column.id)
            ).all()
            found = {row.id: _articles(connection, row, since) for row in columns}
        return tuple(
            ColumnPast(
                id=row.id,
                added_at=row.added_at,
                read_at=row.read_at,
                walked=row.walk_completed_at is not None,
                articles=found[row.id],
            )
            for row in columns
        )

    def made(self, site: str, *, since: datetime) -> int:
        """Return how many looks at columns of a site were made since then."""
        query = (
            select(func.coalesce(func.sum(Crawl.columns_read), 0))
            .join(Site, Site.id == Crawl.site_id)
            .where(Site.name == site, Crawl.started_at >= since)
        )
        with self._store.read() as connection:
            return int(connection.scalar(query) or 0)

    @retried
    def forget(self, site: str) -> None:
        """Let all columns of a site be read by every crawl."""
        site_id = select(Site.id).where(Site.name == site).scalar_subquery()
        planned = (Column.site_id == site_id, Column.next_look_at.is_not(None))
        with self._store.write() as connection:
            connection.execute(update(Column).where(*planned).values(next_look_at=None))

    @retried
    def plan(self, site: str, looks: Mapping[int, datetime]) -> datetime | None:
        """Write down when these columns are looked at next; return when the site is due then."""
        with self._store.write() as connection:
            for column_id, at in looks.items():
                connection.execute(
                    update(Column).where(Column.id == column_id).values(next_look_at=at)
                )
            due = min(looks.values(), default=None)
            if due is not None:
                connection.execute(update(Site).where(Site.name == site).values(next_due_at=due))
        return due


def _articles(connection: Connection, column: AnyRow, since: datetime) -> tuple[FoundArticle, ...]:
    when = func.coalesce(Version.published_at, Sighting.first_seen_at)
    rows = connection.execute(
        select(Sighting.first_seen_at, Version.published_at, Version.published_precision)
        .join(Document, Document.id == Sighting.document_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .where(Sighting.column_id == column.id, when >= since)
        .order_by(when.desc())
        .limit(_MOST_ARTICLES)
    ).all()
    walked_at = column.walk_completed_at
    return tuple(
        FoundArticle(
            first_seen_at=row.first_seen_at,
            published_at=row.published_at,
            precision=row.published_precision,
            baseline=walked_at is None or row.first_seen_at <= walked_at,
        )
        for row in reversed(rows)
    )
