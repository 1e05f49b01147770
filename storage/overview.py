"""How things stand: each site with its clock, its last crawl and its articles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, RowMapping, case, false, func, or_, select

from storage.alert import DeliveryState
from storage.crawl import CrawlOutcome
from storage.deliveries import Deliveries
from storage.errors import NoSuchSiteError
from storage.holder import is_dead
from storage.schema import Crawl, Document, Event, Site
from storage.services import Kind, Services
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """A site as it stands. None: never crawled, not scheduled, or (the outcome) still running.

    `health` is its verdict, see `storage/health.py`.
    """

    site: str
    title: str | None
    timezone: str
    health: str | None = None
    health_evidence: str | None = None
    health_since: datetime | None = None
    articles: int = 0
    articles_today: int = 0
    last_started_at: datetime | None = None
    last_finished_at: datetime | None = None
    last_outcome: str | None = None
    last_new: int | None = None
    last_failures: Mapping[str, int] | None = None
    last_notes: tuple[str, ...] = ()
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything in numbers. `oldest_due_s` is 0 where no message is due."""

    sites: tuple[SiteStatus, ...]
    deliveries: Mapping[DeliveryState, int]
    oldest_due_s: float
    unmatched_events: int
    services: int
    workers: int


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
        query = select(
            Site.name.label("site"),
            Site.title,
            Site.timezone,
            case((Crawl.id.is_not(None), Site.health)).label("health"),
            Site.health_evidence,
            Site.health_since,
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
        ).outerjoin(Crawl, Crawl.id == last)
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
            today = _found_today(connection, {row["timezone"] for row in rows}, now)
        # Ordered here: some databases order letters by a language, each its own way.
        rows = sorted(rows, key=lambda row: row["site"])
        return tuple(
            replace(_status(row, now), articles_today=today.get(row["site"], 0)) for row in rows
        )

    def standing(self) -> Standing:
        """Return everything in numbers, now by the clock that all services share."""
        deliveries, services = Deliveries(self._store), Services(self._store)
        now = services.time()
        due = deliveries.next_due_at()
        live = services.live(now=now)
        return Standing(
            sites=self.sites(now=now),
            deliveries=deliveries.counts(),
            oldest_due_s=max(0.0, (now - due).total_seconds()) if due else 0.0,
            unmatched_events=self.unmatched_events(),
            services=sum(one.kind is Kind.SERVICE for one in live),
            workers=sum(one.kind is Kind.WORKER for one in live),
        )

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


def _found_today(connection: Connection, zones: Collection[str], now: datetime) -> dict[str, int]:
    """Return how many articles sites found since midnight of their zones; none: not named."""
    today = [
        (Site.timezone == zone) & (Document.first_seen_at >= _midnight(zone, now)) for zone in zones
    ]
    found = connection.execute(
        select(Site.name, func.count(Document.id).label("found"))
        .join(Site, Site.id == Document.site_id)
        .where(Document.lead_id.is_(None), or_(false(), *today))
        .group_by(Site.name)
    )
    return {row.name: row.found for row in found}


def _midnight(zone: str, now: datetime) -> datetime:
    try:
        local = now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _status(row: RowMapping, now: datetime) -> SiteStatus:
    values = {key: row[key] for key in row if not key.startswith("lease_")}
    values["last_notes"] = tuple(row["last_notes"] or ())
    holder, expires_at = row["lease_holder"], row["lease_expires_at"]
    runs = holder is not None and expires_at > now and not is_dead(holder)
    if row["last_started_at"] is not None and not runs:
        values["last_outcome"] = row["last_outcome"] or CrawlOutcome.INTERRUPTED.value
    return SiteStatus(**values)
