"""What a rehearsal asks and writes: which documents have kept pages, and what is stored of them.

It writes under the site's lease as a crawl does, so the two exclude each other; each batch is one
transaction, and what is rehearsed again after a stop finds the rest.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from storage.archive.reading import GIVING
from storage.crawl import ArticleRead, Lease, Saved
from storage.differing.versions import FIELDS
from storage.errors import NotFoundError
from storage.leases import give_back, hold, take
from storage.rehearsal import KeptSite, RefusedPage, Standing
from storage.retrying import retried
from storage.saving import save_articles
from storage.schema import Content, Document, Response, Sighting, Site, Version
from storage.store import Store

_SAID = tuple(getattr(Version, name) for name in FIELDS if name != "title")


class Rehearsals:
    """Questions and changes of a rehearsal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def site(self, name: str) -> KeptSite:
        """Return a site.

        Raises:
            NotFoundError: it was never crawled.
        """
        for site in self.sites():
            if site.name == name:
                return site
        raise NotFoundError("site", name)

    def sites(self) -> list[KeptSite]:
        """Return all sites, by name."""
        question = select(Site.id, Site.name, Site.timezone).order_by(Site.name)
        with self._store.read() as connection:
            return [KeptSite(**row) for row in connection.execute(question).mappings()]

    def documents(
        self, site_id: int, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[int]:
        """Return the documents of a site whose newest article is kept, in order.

        `since` and `until` (not included) say when its page was fetched.
        """
        newest = func.max(Response.fetched_at)
        question = (
            select(Response.document_id)
            .join(Document, Document.id == Response.document_id)
            .where(Document.site_id == site_id, Response.outcome.in_(GIVING))
            .group_by(Response.document_id)
            .order_by(Response.document_id)
        )
        if since is not None:
            question = question.having(newest >= since)
        if until is not None:
            question = question.having(newest < until)
        with self._store.read() as connection:
            return [int(one) for one in connection.scalars(question) if one is not None]

    def standing(self, documents: Sequence[int]) -> dict[int, Standing]:
        """Return these documents as they stand."""
        question = (
            select(
                Document.id.label("document_id"),
                func.coalesce(Document.lead_id, Document.id).label("article_id"),
                Document.url, Document.link_key, Document.first_seen_at,
                Version.id.label("version_id"), Version.extractor_version, Content.content_hash,
                Content.title, Content.text, *_SAID,
            )
            .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
            .join(Content, Content.id == Version.content_id)
            .where(Document.id.in_(documents))
        )  # fmt: skip
        with self._store.read() as connection:
            rows = connection.execute(question).all()
        return {
            row.document_id: Standing(
                document_id=row.document_id, article_id=row.article_id, url=row.url,
                link_key=row.link_key, first_seen_at=row.first_seen_at, version_id=row.version_id,
                extractor_version=row.extractor_version, content_hash=row.content_hash,
                reading={name: getattr(row, name) for name in (*FIELDS, "text")},
            )
            for row in rows
        }  # fmt: skip

    def refused(
        self, site_id: int, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[RefusedPage]:
        """Return the pages that gave no article, the newest of each link or document."""
        failed = Response.outcome.in_(["refused", "missing"])
        pending = (
            select(func.max(Response.id))
            .join(
                Sighting,
                (Sighting.site_id == Response.site_id) & (Sighting.url_key == Response.url_key),
            )
            .where(
                Response.site_id == site_id, failed, Response.document_id.is_(None),
                Sighting.kind == "article", Sighting.document_id.is_(None),
            )
            .group_by(Response.url_key)
        )  # fmt: skip
        known = (
            select(func.max(Response.id))
            .join(Document, Document.id == Response.document_id)
            .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
            # A look at another address tells of that address.
            .where(Response.site_id == site_id, failed, Response.url_key == Document.url_key)
            .where(or_(Version.last_look_at.is_(None), Response.fetched_at > Version.last_look_at))
            .group_by(Response.document_id)
        )
        question = (
            select(Response.id.label("response_id"), Response.url_key, Response.document_id)
            .where(or_(Response.id.in_(pending), Response.id.in_(known)))
            .order_by(Response.id)
        )
        if since is not None:
            question = question.where(Response.fetched_at >= since)
        if until is not None:
            question = question.where(Response.fetched_at < until)
        with self._store.read() as connection:
            return [RefusedPage(**row) for row in connection.execute(question).mappings()]

    @retried
    def begin(self, site: KeptSite, *, holder: str, now: datetime) -> Lease:
        """Take the site's lease, without a crawl.

        Raises:
            SiteBusyError: it is being crawled.
        """
        with self._store.write() as connection:
            row = connection.execute(select(Site).where(Site.id == site.id).with_for_update()).one()
            token = take(connection, row, holder=holder, now=now)
        return Lease(
            site_id=site.id, site=site.name, timezone=site.timezone, crawl_id=None, token=token,
            alert_max_age=timedelta(0),
        )  # fmt: skip

    @retried
    def apply(self, lease: Lease, reads: Sequence[ArticleRead], *, now: datetime) -> list[Saved]:
        """Save these as versions, all or nothing; SEEN is one whose version stands no more.

        Raises:
            LeaseLostError: a crawl took over; nothing of the batch is saved.
        """
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            return save_articles(connection, lease, reads, now=now)

    @retried
    def mark_read(
        self, lease: Lease, versions: Sequence[int], *, extractor_version: int, now: datetime
    ) -> None:
        """Note that these versions are what today's code reads too.

        The next change of such a page is a change, and not a matter of how it is read.

        Raises:
            LeaseLostError: a crawl took over.
        """
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            if versions:
                connection.execute(
                    update(Version)
                    .where(Version.id.in_(versions), Version.seen_to.is_(None))
                    .values(extractor_version=extractor_version)
                )

    @retried
    def try_again(self, lease: Lease, pages: Sequence[RefusedPage], *, now: datetime) -> None:
        """Let the next crawl fetch these pages again.

        Raises:
            LeaseLostError: a crawl took over.
        """
        links = [page.url_key for page in pages if page.document_id is None]
        documents = [page.document_id for page in pages if page.document_id is not None]
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            connection.execute(
                update(Sighting)
                .where(
                    Sighting.site_id == lease.site_id, Sighting.url_key.in_(links),
                    Sighting.kind == "article", Sighting.document_id.is_(None),
                )
                .values(next_try_at=now)
            )  # fmt: skip
            connection.execute(
                update(Document).where(Document.id.in_(documents)).values(next_check_at=now)
            )

    @retried
    def end(self, lease: Lease) -> None:
        """Give the lease back."""
        with self._store.write() as connection:
            give_back(connection, lease)
