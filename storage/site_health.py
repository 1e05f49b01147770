"""The verdicts of sites, and what is known of a site before a crawl."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from storage.crawl import Lease, ListedItem
from storage.errors import NoSuchSiteError
from storage.health import (
    Finding,
    Health,
    Past,
)
from storage.listings import DueDocument, due_documents
from storage.retrying import retried
from storage.schema import (
    Column,
    Content,
    Crawl,
    Document,
    Sighting,
    Site,
    Verdict,
    Version,
)
from storage.store import Store

_NEWEST = 100  # articles that say what those of the site are like


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """A verdict over an interval; `until` is None while it stands."""

    health: Health
    evidence: str | None
    since: datetime
    until: datetime | None
    response_id: int | None


class SiteHealth:
    """Questions about the health of sites."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def past(self, site_id: int) -> Past:
        """Return what is known of a site before a crawl."""
        with self._store.read() as connection:
            site = connection.execute(select(Site).where(Site.id == site_id)).one()
            articles = connection.execute(_newest(site_id)).one()
            links = connection.execute(_links(site_id)).one()
        standing = Finding(health=Health(site.health), evidence=site.health_evidence)
        return Past(
            standing=standing,
            looked_at=articles.looked_at,
            articles=articles.articles,
            dated=int(articles.dated or 0),
            texted=int(articles.texted or 0),
            refused=int(links.refused or 0) / max(1, links.links),
        )

    @retried
    def known_documents(
        self, lease: Lease, *, columns: Collection[int], but: Collection[int], limit: int
    ) -> list[DueDocument]:
        """Return live documents to be held against a doubt, the newest first.

        Of these columns, where any is given; those of `but`, and what the crawl found, are left
        out.
        """
        site_id = lease.site_id
        condition = and_(
            Document.state == "live",
            Document.id.not_in(but),
            Document.first_crawl_id.is_distinct_from(lease.crawl_id),
        )
        if columns:
            listed = select(Sighting.document_id).where(
                Sighting.site_id == site_id, Sighting.column_id.in_(columns)
            )
            condition = and_(condition, Document.id.in_(listed))
        with self._store.read() as connection:
            return due_documents(
                connection, site_id, condition, limit=limit, order=Document.id.desc()
            )

    @retried
    def published(self, site_id: int, *, since: date) -> dict[date, int]:
        """Return how many articles a site published on each day since then, and on the last before.

        Of days of the site's own zone; articles without a day are left out.
        """
        day = Document.published_day
        question = (
            select(day, func.count())
            .where(Document.site_id == site_id, Document.lead_id.is_(None), day >= str(since))
            .group_by(day)
        )
        newest = select(func.max(day)).where(Document.site_id == site_id, day < str(since))
        with self._store.read() as connection:
            found = {str(row[0]): int(row[1]) for row in connection.execute(question)}
            before = connection.scalar(newest)
        if before is not None:
            found[before] = 1
        return {date.fromisoformat(one): count for one, count in found.items()}

    def history(self, site: str, *, limit: int) -> tuple[PastVerdict, ...]:
        """Return the verdicts of a site, the newest first.

        Raises:
            NoSuchSiteError: there is none of this name.
        """
        with self._store.read() as connection:
            site_id = connection.scalar(select(Site.id).where(Site.name == site))
            if site_id is None:
                names = connection.scalars(select(Site.name).order_by(Site.name)).all()
                raise NoSuchSiteError(site, tuple(names))
            found = connection.execute(
                select(Verdict)
                .where(Verdict.site_id == site_id)
                .order_by(Verdict.id.desc())
                .limit(limit)
            ).all()
        return tuple(
            PastVerdict(
                health=Health(row.health), evidence=row.evidence, since=row.since, until=row.until,
                response_id=row.response_id,
            )
            for row in found
        )  # fmt: skip

    def listed_before(self, verdict: PastVerdict, url_key: str) -> tuple[ListedItem, ...]:
        """Return what the first page of a column listed before a verdict, the newest first.

        The column is the one at this address, else one that is in trouble.
        """
        with self._store.read() as connection:
            began = connection.execute(
                select(Crawl.started_at, Crawl.site_id)
                .join(Verdict, Verdict.crawl_id == Crawl.id)
                .where(Verdict.response_id == verdict.response_id)
            ).first()
            if began is None:
                return ()
            column = connection.execute(
                select(Column)
                .where(
                    Column.site_id == began.site_id,
                    or_(Column.url_key == url_key, Column.trouble.is_not(None)),
                )
                .order_by(case((Column.url_key == url_key, 0), else_=1), Column.id)
            ).first()
            if column is None:
                return ()
            found = connection.execute(
                select(Sighting)
                .where(Sighting.column_id == column.id, Sighting.first_seen_at < began.started_at)
                .order_by(Sighting.last_seen_at.desc(), Sighting.id)
                .limit(column.items)
            ).all()
        names = ("url", "url_key", "kind", "link_key", "title", "listed_text", "listed_at")
        return tuple(ListedItem(**{name: getattr(row, name) for name in names}) for row in found)


def _newest(site_id: int) -> Select[*tuple[Any, ...]]:
    """Ask what the newest articles are like: those of the newest contents, as an index has them.

    In the order of their own numbers, SQLite would read every text of the site to find the last.
    """
    newest = (
        select(Document.printed_day, Document.content_id, Version.last_look_at)
        .join(Version, and_(Version.document_id == Document.id, Version.seen_to.is_(None)))
        .where(Document.site_id == site_id, Document.state == "live", Version.reason != "imported")
        .order_by(Document.content_id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    return select(
        func.count().label("articles"),
        func.count(newest.c.printed_day).label("dated"),
        func.max(newest.c.last_look_at).label("looked_at"),
        func.sum(case((Content.text != "", 1), else_=0)).label("texted"),
    ).join_from(newest, Content, Content.id == newest.c.content_id)


def _links(site_id: int) -> Select[*tuple[Any, ...]]:
    refused = and_(Sighting.document_id.is_(None), Sighting.refused_state.is_not(None))
    return select(
        func.count().label("links"), func.sum(case((refused, 1), else_=0)).label("refused")
    ).where(Sighting.site_id == site_id, Sighting.kind == "article")
