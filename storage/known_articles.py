"""Ask for what is known of a site from before its layout changed: articles and items of lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from storage.rows import AnyRow
from storage.schema import Column, Content, Crawl, Document, Sighting, Site, Version
from storage.site_trouble import bad_since_good
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """An article as it stood at a time. `published_text` is None where no page printed a date."""

    url: str
    title: str
    text: str
    published_text: str | None
    published_at: datetime | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """An item as a list showed it."""

    url: str
    url_key: str
    title: str
    listed_at: datetime | None


class KnownArticles:
    """Questions about what was read of a site while it was read well."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def well_until(self, site: str) -> datetime | None:
        """Return when the crawl began that found the site unwell first; None while it is well.

        What that crawl and later ones read of articles may be what has to be repaired, whatever
        else was the matter meanwhile.
        """
        with self._store.read() as connection:
            site_id = connection.scalar(select(Site.id).where(Site.name == site))
            trouble = bad_since_good(connection, site_id) if site_id is not None else ()
            if not trouble:
                return None
            began: datetime | None = connection.scalar(
                select(Crawl.started_at).where(Crawl.id == trouble[0].crawl_id)
            )
        return began or trouble[0].since

    def newest(
        self, site: str, *, limit: int, least_letters: int, before: datetime | None
    ) -> list[KnownArticle]:
        """Return the newest live articles with as much text, as they stood before an instant."""
        question = (
            select(
                Document.url, Content.title, Content.text, Version.published_text,
                Version.published_at, Version.source,
            )
            .join(Site, Site.id == Document.site_id)
            .join(Version, Version.document_id == Document.id)
            .join(Content, Content.id == Version.content_id)
            .where(
                Site.name == site,
                Document.lead_id.is_(None),
                Document.state == "live",
                func.length(Content.text) >= least_letters,
                _stood(before),
            )
            .order_by(Version.published_at.desc().nulls_last(), Document.id.desc())
            .limit(limit)
        )  # fmt: skip
        with self._store.read() as connection:
            return [KnownArticle(**_values(row)) for row in connection.execute(question)]

    def listed(
        self, site: str, column_key: str, *, limit: int, before: datetime | None
    ) -> list[KnownItem]:
        """Return the newest items that a column showed, as its lists named them."""
        question = (
            select(Sighting.url, Sighting.url_key, Sighting.title, Sighting.listed_at)
            .join(Column, Column.id == Sighting.column_id)
            .join(Site, Site.id == Sighting.site_id)
            .where(
                Site.name == site,
                Column.url_key == column_key,
                Sighting.kind == "article",
                Sighting.title.is_not(None),
            )
            .order_by(Sighting.listed_at.desc().nulls_last(), Sighting.id.desc())
            .limit(limit)
        )
        if before is not None:
            question = question.where(Sighting.first_seen_at < before)
        with self._store.read() as connection:
            return [KnownItem(**_values(row)) for row in connection.execute(question)]

    def pages(self, site: str, column_key: str) -> int:
        """Return how many list pages a column had; 1 where it did not say."""
        question = (
            select(Column.pages)
            .join(Site, Site.id == Column.site_id)
            .where(Site.name == site, Column.url_key == column_key)
        )
        with self._store.read() as connection:
            found: int | None = connection.scalar(question)
        return found or 1


def _stood(before: datetime | None) -> ColumnElement[bool]:
    if before is None:
        return Version.seen_to.is_(None)
    ended = or_(Version.seen_to.is_(None), Version.seen_to >= before)
    stood: ColumnElement[bool] = (Version.seen_from < before) & ended
    return stood


def _values(row: AnyRow) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 (public, despite its name)
