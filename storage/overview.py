"""How things stand: each site with its clock, its last crawl and its articles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, case, func, select

from storage.crawl import CrawlOutcome
from storage.errors import NoSuchSiteError
from storage.holder import is_dead
from storage.schema import Crawl, Document, Event, Site
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """A site as it stands. None: never crawled, not scheduled, or (the outcome) still running."""

    site: str
    title: str | None
    timezone: str
    health: str | None = None
    health_evidence: str | None = None
    articles: int = 0
    last_started_at: datetime | None = None
    last_finished_at: datetime | None = None
    last_outcome: str | None = None
    last_new: int | None = None
    last_failures: Mapping[str, int] | None = None
    last_notes: tuple[str, ...] = ()
    next_due_at: datetime | None = None


class Overview:
    """Questions about the whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sites(self, *, now: datetime) -> tuple[SiteStatus, ...]:
        """Return all sites, by name. A crawl that was killed is interrupted."""
        last = (
            select(func.max(Crawl.id)).where(Crawl.site_id == Site.id).correlate(Site)
        ).scalar_subquery()
        articles = (
            select(func.count(Document.id))
            .where(Document.site_id == Site.id, Document.lead_id.is_(None))
            .correlate(Site)
        ).scalar_subquery()
        query = (
            select(
                Site.name.label("site"),
                Site.title,
                Site.timezone,
                case((Crawl.id.is_not(None), Site.health)).label("health"),
                Site.health_evidence,
                articles.label("articles"),
                Crawl.started_at.label("last_started_at"),
                Crawl.finished_at.label("last_finished_at"),
                Crawl.outcome.label("last_outcome"),
                Crawl.articles_new.label("last_new"),
                Crawl.failures.label("last_failures"),
                Crawl.notes.label("last_notes"),
                Site.next_due_at,
                Site.lease_holder,
                Site.lease_expires_at,
            )
            .outerjoin(Crawl, Crawl.id == last)
            .order_by(Site.name)
        )
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(_status(row, now) for row in rows)

    def require_site(self, name: str) -> None:
        """Make sure that there is a site of this name.

        Raises:
            NoSuchSiteError: there is none; it names those that there are.
        """
        with self._store.read() as connection:
            names = connection.scalars(select(Site.name).order_by(Site.name)).all()
        if name not in names:
            raise NoSuchSiteError(name, tuple(names))

    def unmatched_events(self) -> int:
        """Return how many events wait to be held against the watches."""
        query = select(func.count()).where(Event.state == "open", Event.matched_at.is_(None))
        with self._store.read() as connection:
            return connection.scalar(query) or 0


def _status(row: RowMapping, now: datetime) -> SiteStatus:
    values = {key: row[key] for key in row if not key.startswith("lease_")}
    values["last_notes"] = tuple(row["last_notes"] or ())
    holder, expires_at = row["lease_holder"], row["lease_expires_at"]
    runs = holder is not None and expires_at > now and not is_dead(holder)
    if row["last_started_at"] is not None and not runs:
        values["last_outcome"] = row["last_outcome"] or CrawlOutcome.INTERRUPTED.value
    return SiteStatus(**values)
