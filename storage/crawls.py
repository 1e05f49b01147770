"""Crawls: how one begins, what one batch saves, and how it ends. Each save holds the lease."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage import slots
from storage.archive.keeping import Kept, keep
from storage.crawl import (
    LEASE,
    ArticleRead,
    CrawlEnd,
    CrawlSummary,
    Doubted,
    Lease,
    ListingRead,
    PageRefused,
    Record,
    Saved,
    Trigger,
    ViewsRead,
)
from storage.errors import SlotLostError
from storage.kept_out import kept_out
from storage.leases import hold, take
from storage.retrying import retried
from storage.rows import AnyRow
from storage.saving import save_articles
from storage.schema import Crawl, Document, Event, Sighting, Site
from storage.sightings import link_twins, save_listings, save_refusals
from storage.store import Store, upsert
from storage.verdict import settle
from storage.views import save_views

if TYPE_CHECKING:  # most crawls fetch no files
    from storage.asset import AnyRecord

# Every batch ends with it, and making a statement costs as much as running it.
_COUNT = (
    update(Crawl)
    .where(Crawl.id == bindparam("of_crawl"))
    .values(requests=bindparam("so_far"), rechecked=Crawl.rechecked + bindparam("more"))
)


class Crawls:
    """Begin, save, end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def begin(
        self,
        site: str,
        *,
        title: str | None,
        timezone: str,
        holder: str,
        trigger: Trigger,
        full: bool,
        alert_max_age: timedelta,
        now: datetime,
        lasts: timedelta = LEASE,
        slot: int | None = None,
    ) -> Lease:
        """Take the site's lease and open a crawl. A holder that is dead on this machine yields.

        `slot` is the planned crawl that this is, where it was planned.

        Raises:
            SiteBusyError: another crawl of this site is running.
            SlotLostError: the slot was taken over.
        """
        with self._store.write() as connection:
            row = site_row(connection, site, title=title, timezone=timezone, now=now)
            token = take(
                connection, row, holder=holder, now=now, lasts=lasts,
                title=title or row.title, timezone=timezone,
            )  # fmt: skip
            forgotten = kept_out(connection, row.id)
            _close_unfinished(connection, row.id, now=now)
            crawl_id = _open(connection, row.id, token, trigger=trigger, full=full, now=now)
            if slot is not None and not slots.begin(connection, slot, crawl_id=crawl_id):
                raise SlotLostError(site)
        return Lease(
            site_id=row.id, site=site, timezone=timezone, crawl_id=crawl_id, token=token,
            alert_max_age=alert_max_age, lasts=lasts, forgotten=forgotten,
        )  # fmt: skip

    @retried
    def counter_form(self, site_id: int) -> str | None:
        """Return which counter end point answered last on this site."""
        with self._store.read() as connection:
            form: str | None = connection.scalar(
                select(Site.counter_form).where(Site.id == site_id)
            )
            return form

    @retried
    def renew(self, lease: Lease, *, now: datetime) -> None:
        """Keep the lease while there is nothing to save.

        Raises:
            LeaseLostError: another crawl took over.
        """
        with self._store.write() as connection:
            hold(connection, lease, now=now)

    @retried
    def link_twins(self, lease: Lease, *, now: datetime) -> None:
        """Join pending links to the documents that they are twins of.

        Raises:
            LeaseLostError: another crawl took over.
        """
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            link_twins(connection, lease)

    @retried
    def save(
        self,
        lease: Lease,
        records: Sequence["AnyRecord"],
        *,
        requests: int,
        now: datetime,
        doubted: list[Doubted] | None = None,
    ) -> list[Saved]:
        """Save a batch in one transaction; return what its articles came to, in order.

        `requests` counts those of the crawl so far. Where `doubted` is given, known articles that
        read otherwise now are put there in place of being saved.

        Raises:
            LeaseLostError: another crawl took over; nothing of the batch is saved.
        """
        records = lease.forgotten.applied(records) if lease.forgotten is not None else records
        articles = [r for r in records if isinstance(r, ArticleRead)]
        refusals = [r for r in records if isinstance(r, PageRefused)]
        doubts: list[Doubted] | None = None if doubted is None else []
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            save_listings(connection, lease, [r for r in records if isinstance(r, ListingRead)])
            saved = save_articles(
                connection, lease, articles, now=now, doubted=None if doubted is None else doubts
            )
            save_refusals(connection, lease, refusals)
            _keep_refused(connection, lease, refusals)
            save_views(connection, lease, [r for r in records if isinstance(r, ViewsRead)])
            if files := [r for r in records if not isinstance(r, Record)]:
                from storage.asset_saving import save_assets  # noqa: PLC0415 (most crawls fetch none)

                save_assets(connection, lease, files, now=now)
            more = _rechecked(articles, saved, refusals)
            counts = {"of_crawl": lease.crawl_id, "so_far": requests, "more": more}
            connection.execute(_COUNT, counts)
        if doubted is not None:
            doubted += doubts or ()
        return saved

    @retried
    def finish(self, lease: Lease, end: CrawlEnd, *, now: datetime) -> CrawlSummary:
        """Judge what changed and vanished, close the crawl, give the lease back.

        Raises:
            LeaseLostError: another crawl took over.
        """
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            notes = (*end.notes, *settle(connection, lease, end, now=now))
            started_at = connection.scalar(
                select(Crawl.started_at).where(Crawl.id == lease.crawl_id)
            )
            counts = _counts(connection, lease, started_at=started_at)
            connection.execute(
                update(Crawl)
                .where(Crawl.id == lease.crawl_id)
                .values(
                    finished_at=now, outcome=end.outcome, requests=end.requests,
                    failures=dict(end.failures), notes=list(notes),
                    columns_read=end.columns_read, **counts,
                )
            )  # fmt: skip
            values: dict[str, Any] = {"lease_holder": None, "lease_expires_at": None}
            if end.counter_form is not None:
                values["counter_form"] = end.counter_form
            connection.execute(update(Site).where(Site.id == lease.site_id).values(values))
        return CrawlSummary(
            site=lease.site,
            outcome=end.outcome,
            requests=end.requests,
            failures=dict(end.failures),
            elapsed_s=(now - started_at).total_seconds() if started_at else 0.0,
            notes=notes,
            **counts,
        )


def site_row(
    connection: Connection, name: str, *, title: str | None, timezone: str, now: datetime
) -> AnyRow:
    """Return a site, locked; it is added if it is not there."""
    connection.execute(
        upsert(connection, Site)
        .values(name=name, title=title, timezone=timezone, added_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return connection.execute(select(Site).where(Site.name == name).with_for_update()).one()


def _open(
    connection: Connection, site_id: int, token: int, *, trigger: Trigger, full: bool, now: datetime
) -> int:
    return connection.execute(
        insert(Crawl)
        .values(
            site_id=site_id,
            token=token,
            trigger=trigger,
            full=full,
            started_at=now,
            failures={},
            notes=[],
        )
        .returning(Crawl.id)
    ).scalar_one()


def _close_unfinished(connection: Connection, site_id: int, *, now: datetime) -> None:
    connection.execute(
        update(Crawl)
        .where(Crawl.site_id == site_id, Crawl.outcome.is_(None))
        .values(outcome="interrupted", finished_at=now)
    )


def _rechecked(
    articles: Sequence[ArticleRead], saved: Sequence[Saved], refusals: Sequence[PageRefused]
) -> int:
    """Return how many known articles were looked at; what is doubted is counted once it is sure."""
    sure = [r for r, one in zip(articles, saved, strict=True) if one is not Saved.DOUBTED]
    return sum(r.rechecked for r in sure) + sum(r.document_id is not None for r in refusals)


def _keep_refused(connection: Connection, lease: Lease, refusals: Sequence[PageRefused]) -> None:
    kept = [
        Kept(
            response=r.response,
            outcome="missing" if r.missing else "refused",
            document_id=r.document_id,
            state=r.state,
            evidence=r.evidence,
        )
        for r in refusals
        if r.response is not None
    ]
    keep(connection, kept, site_id=lease.site_id, crawl_id=lease.crawl_id)


def _counts(connection: Connection, lease: Lease, *, started_at: datetime | None) -> dict[str, int]:
    def count(*conditions: Any) -> int:
        return connection.scalar(select(func.count()).where(*conditions)) or 0

    def events(kind: str) -> int:
        return count(Event.crawl_id == lease.crawl_id, Event.kind == kind)

    changed = events("changed")
    seen_again = connection.scalar(
        select(func.count(func.distinct(func.coalesce(Document.lead_id, Document.id)))).where(
            Document.site_id == lease.site_id,
            Document.last_seen_at >= started_at,
            Document.first_crawl_id.is_distinct_from(lease.crawl_id),
        )
    )
    return {
        "articles_new": events("new"),
        "articles_changed": changed,
        "articles_withdrawn": events("withdrawn"),
        "articles_seen": max(0, (seen_again or 0) - changed),
        "sightings": count(
            Sighting.site_id == lease.site_id,
            Sighting.last_seen_at >= started_at,
            Sighting.document_id.is_not(None),
        ),
    }
