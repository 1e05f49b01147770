"""How much there is: articles by site and by month, and what they take on disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, case, cast, func, select, text

from storage.schema import Document, Response, Segment, Sighting, Site, Version
from storage.store import Store

_MONTH = 7  # letters of a day that name its month
_FTS_BYTES = text("SELECT sum(length(block)) FROM search_words_data")
_PG_INDEX_BYTES = text("SELECT pg_total_relation_size('search_entries')")
_PG_BYTES = text("SELECT pg_database_size(current_database())")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCounts:
    """How much one site has. Days are the site's own; None: no article has one."""

    site: str
    articles: int
    withdrawn: int
    documents: int
    versions: int
    sightings: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCounts:
    """How many articles are dated in a month (YYYY-MM), and how many were found in it (UTC)."""

    month: str
    published: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Bytes on disk. `index` is within `database`; `archive` beside it, in so many files."""

    database: int
    index: int
    archive: int
    archive_files: int
    responses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All of it. `months` are in order, the undated left out."""

    sites: tuple[SiteCounts, ...]
    months: tuple[MonthCounts, ...]
    sizes: Sizes


def statistics(store: Store, *, site: str | None = None) -> Statistics:
    """Count everything, or what one site has; sizes are always those of the whole."""
    with store.read() as connection:
        here = Document.site_id == Site.id
        if site is not None:
            here &= Site.name == site
        return Statistics(
            sites=_sites(connection, here),
            months=_months(connection, here),
            sizes=_sizes(connection, store.file),
        )


def _sites(connection: Connection, here: ColumnElement[bool]) -> tuple[SiteCounts, ...]:
    leads = Document.lead_id.is_(None)
    documents = connection.execute(
        select(
            Site.id, Site.name,
            func.count(Document.id).label("documents"),
            func.sum(case((leads, 1), else_=0)).label("articles"),
            func.sum(case((leads & (Document.state != "live"), 1), else_=0)).label("withdrawn"),
            func.min(Document.published_day).label("first_day"),
            func.max(Document.published_day).label("last_day"),
        )
        .join(Document, here)
        .group_by(Site.id, Site.name)
        .order_by(Site.name)
    ).all()  # fmt: skip
    versions = _by_site(
        connection,
        select(Document.site_id, func.count(Version.document_id))
        .join(Version, Version.document_id == Document.id)
        .group_by(Document.site_id),
    )
    sightings = _by_site(
        connection,
        select(Sighting.site_id, func.count(Sighting.site_id)).group_by(Sighting.site_id),
    )
    return tuple(
        SiteCounts(
            site=row.name, articles=int(row.articles), withdrawn=int(row.withdrawn),
            documents=row.documents, versions=versions.get(row.id, 0),
            sightings=sightings.get(row.id, 0), first_day=row.first_day, last_day=row.last_day,
        )
        for row in documents
    )  # fmt: skip


def _by_site(connection: Connection, question: Any) -> Mapping[int, int]:
    return {row[0]: row[1] for row in connection.execute(question)}


def _months(connection: Connection, here: ColumnElement[bool]) -> tuple[MonthCounts, ...]:
    seen_at: ColumnElement[Any] = Document.first_seen_at.expression
    if connection.dialect.name == "postgresql":
        seen_at = func.timezone("UTC", seen_at)
    published = _by_month(connection, Document.published_day.expression, here)
    found = _by_month(connection, cast(seen_at, Text), here)
    return tuple(
        MonthCounts(month=month, published=published.get(month, 0), found=found.get(month, 0))
        for month in sorted(published.keys() | found.keys())
    )


def _by_month(
    connection: Connection, day: ColumnElement[Any], here: ColumnElement[bool]
) -> Mapping[str, int]:
    month = func.substr(day, 1, _MONTH)
    question = (
        select(month, func.count())
        .select_from(Document)
        .join(Site, here)
        .where(Document.lead_id.is_(None), day.is_not(None))
        .group_by(month)
    )
    return {row[0]: row[1] for row in connection.execute(question)}


def _sizes(connection: Connection, file: Path | None) -> Sizes:
    is_sqlite = connection.dialect.name == "sqlite"
    files = select(func.count(), func.coalesce(func.sum(Segment.size), 0)).where(
        Segment.state != "gone"
    )
    count, archive = connection.execute(files).one()
    return Sizes(
        database=_sqlite_bytes(connection, file) if is_sqlite else _scalar(connection, _PG_BYTES),
        index=_scalar(connection, _FTS_BYTES if is_sqlite else _PG_INDEX_BYTES),
        archive=int(archive),
        archive_files=count,
        responses=_scalar(connection, select(func.count(Response.id))),
    )


def _sqlite_bytes(connection: Connection, file: Path | None) -> int:
    pages = _scalar(connection, text("PRAGMA page_count"))
    size = pages * _scalar(connection, text("PRAGMA page_size"))
    log = file.with_name(f"{file.name}-wal") if file is not None else None
    return size + (log.stat().st_size if log is not None and log.exists() else 0)


def _scalar(connection: Connection, question: Any) -> int:
    return int(connection.scalar(question) or 0)
