"""The tables. Nothing outside `storage` imports this file.

Datetimes are aware UTC on the way in and out, whatever the database keeps. The database keeps the
promises (unique, not null, foreign keys): two processes that race cannot both win.

Words: docs/architecture.md. A change here needs a migration beside it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, naive UTC where the database knows no zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables, with names for every constraint so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime(),
        int: BigInteger().with_variant(Integer, "sqlite"),
        str: Text(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class Site(Base):
    """One news site: its clock, its lease and its health."""

    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    added_at: Mapped[datetime]
    # The clock: None = not scheduled.
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    # The lease: a crawl owns the site while it holds the newest token.
    fencing_token: Mapped[int] = mapped_column(default=0)
    lease_holder: Mapped[str | None]
    lease_expires_at: Mapped[datetime | None]
    # Health: `ok`, or `broken` with the evidence.
    health: Mapped[str] = mapped_column(String(16), default="ok")
    health_since: Mapped[datetime | None]
    health_evidence: Mapped[str | None]
    # Which counter end point answered last (`batch`, `single`, `old_json`, `none`).
    counter_form: Mapped[str | None] = mapped_column(String(16))


class Column(Base):
    """A list page and its pages (栏目), with the marker of its walk.

    `walk_page` is the next page to read, counted from the newest end; None before the first walk.
    `walk_completed_at` ends the baseline: what is found later is news.
    """

    __tablename__ = "columns"
    __table_args__ = (UniqueConstraint("site_id", "url_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    url: Mapped[str]
    url_key: Mapped[str]
    title: Mapped[str | None]
    added_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    total: Mapped[int | None]
    pages: Mapped[int | None]
    walk_page: Mapped[int | None]
    walk_url: Mapped[str | None]
    walk_completed_at: Mapped[datetime | None]
    walk_left_out: Mapped[str | None]
    deep_page: Mapped[int | None]
    deep_url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]


class Content(Base):
    """A title and a text, immutable, once for all sites."""

    __tablename__ = "contents"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


class Document(Base):
    """What one site publishes under one page key.

    `lead_id` is None for the document that leads an article, and names the leader in the others
    that say the same. `link_key` is the page key as a link shows it, without the CMS's owner.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("site_id", "page_key"),
        Index("ix_documents_site_id_link_key", "site_id", "link_key"),
        Index("ix_documents_site_id_content_id", "site_id", "content_id"),
        Index("ix_documents_site_id_counter_id", "site_id", "counter_id"),
        Index("ix_documents_site_id_next_check_at", "site_id", "next_check_at"),
        Index("ix_documents_content_id", "content_id"),
        Index("ix_documents_lead_id", "lead_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    page_key: Mapped[str]
    link_key: Mapped[str]
    url: Mapped[str]
    url_key: Mapped[str]
    family: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None]
    counter_owner: Mapped[str | None]
    counter_id: Mapped[str | None]
    counter_kind: Mapped[str | None] = mapped_column(String(32))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"))
    published_day: Mapped[str | None] = mapped_column(String(10))
    conflict: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(16), default="live")  # live | withdrawn
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    next_check_at: Mapped[datetime | None]
    not_found_since: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    views: Mapped[int | None]
    views_at: Mapped[datetime | None]
    first_crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))


class Version(Base):
    """A document's content over an interval; `seen_to` is None for the one that stands.

    `reason`: first | changed | reparsed. Beside the content it keeps what the page said with it.
    """

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("document_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    seen_from: Mapped[datetime]
    seen_to: Mapped[datetime | None]
    extractor_version: Mapped[int]
    body_hash: Mapped[str] = mapped_column(String(64))
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    subtitle: Mapped[str | None]
    published_text: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_precision: Mapped[str | None] = mapped_column(String(8))
    published_zone: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None]
    section: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(16))
    html: Mapped[str | None]
    empty_reason: Mapped[str | None] = mapped_column(String(16))
    credits: Mapped[list[Any]]
    attachments: Mapped[list[Any]]
    images: Mapped[list[Any]]
    flags: Mapped[list[Any]]


class Sighting(Base):
    """A link seen in a column (or a page fetched by hand: no column), with first and last time.

    `document_id` is None until the page behind it was stored: such an article link is pending and
    is fetched by the next crawl. `kind`: article | external | file | script. `from_end` is the
    number of items below it in its column when last seen, which new items on top do not move.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("site_id", "column_id", "url_key"),
        Index("ix_sightings_site_id_url_key", "site_id", "url_key"),
        Index("ix_sightings_site_id_link_key", "site_id", "link_key"),
        Index("ix_sightings_site_id_next_try_at", "site_id", "next_try_at"),
        Index("ix_sightings_document_id", "document_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    column_id: Mapped[int] = mapped_column(ForeignKey("columns.id", ondelete="CASCADE"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str]
    url_key: Mapped[str]
    link_key: Mapped[str | None]
    title: Mapped[str | None]
    listed_text: Mapped[str | None]
    listed_at: Mapped[datetime | None]
    from_end: Mapped[int | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    first_crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    # A pending or refused link: what came back, how often, and when to try again (None: never).
    tries: Mapped[int] = mapped_column(default=0)
    refused_state: Mapped[str | None] = mapped_column(String(32))
    next_try_at: Mapped[datetime | None]


class ViewCount(Base):
    """A document's view count when it changed; at most one row a local day, the newest wins."""

    __tablename__ = "view_counts"
    __table_args__ = (UniqueConstraint("document_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    day: Mapped[str] = mapped_column(String(10))
    views: Mapped[int]
    decreased: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    observed_at: Mapped[datetime]


class Body(Base):
    """The bytes of a response, once, compressed (`codec`: zstd); `sha256` is of the plain bytes."""

    __tablename__ = "bodies"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    codec: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Response(Base):
    """One fetched response that gave or changed something, or failed to: evidence.

    `outcome`: new | joined | changed | reparsed | restored | updated | refused | missing.
    """

    __tablename__ = "responses"
    __table_args__ = (Index("ix_responses_url_key_fetched_at", "url_key", "fetched_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("documents.id", ondelete="SET NULL"), index=True
    )
    url: Mapped[str]
    url_key: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body_sha256: Mapped[str | None] = mapped_column(ForeignKey("bodies.sha256"))
    fetched_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    state: Mapped[str | None] = mapped_column(String(32))
    evidence: Mapped[str | None]


class Crawl(Base):
    """One run over one site; `outcome` is None while it runs."""

    __tablename__ = "crawls"
    __table_args__ = (Index("ix_crawls_site_id_started_at", "site_id", "started_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    token: Mapped[int]
    trigger: Mapped[str] = mapped_column(String(16))  # hand | service
    full: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))  # ok|partial|failed|blocked|interrupted
    requests: Mapped[int] = mapped_column(default=0)
    articles_new: Mapped[int] = mapped_column(default=0)
    articles_changed: Mapped[int] = mapped_column(default=0)
    articles_withdrawn: Mapped[int] = mapped_column(default=0)
    articles_seen: Mapped[int] = mapped_column(default=0)
    sightings: Mapped[int] = mapped_column(default=0)
    rechecked: Mapped[int] = mapped_column(default=0)
    failures: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]


class Slot(Base):
    """A planned crawl of a site: one row, one run or one recorded miss."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("site_id", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))  # claimed | ran | missed
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    detail: Mapped[str | None]


class Event(Base):
    """Something happened to an article or a site. `uid` is the key that receivers see.

    `key` makes it unique, so that no two processes tell the same thing twice. `state`: open (may
    be matched), provisional (waits for the end of its crawl), held (the mass guard), cancelled.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_state_matched_at", "state", "matched_at"),
        Index("ix_events_document_id", "document_id"),
        Index("ix_events_site_id_occurred_at", "site_id", "occurred_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(40), unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    change: Mapped[str | None] = mapped_column(String(8))  # title | text | both
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    previous_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE")
    )
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    occurred_at: Mapped[datetime]
    backfill: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    matched_at: Mapped[datetime | None]
    detail: Mapped[str | None]


class Watch(Base):
    """What someone waits for. `origin`: file | command; `definition` is the watch as written."""

    __tablename__ = "watches"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    origin: Mapped[str] = mapped_column(String(16))
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Channel(Base):
    """A way to tell somebody; secrets are named in `options`, never stored."""

    __tablename__ = "channels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(16))
    options: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Alert(Base):
    """A watch met an event."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("watch_id", "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    matched: Mapped[list[Any]]  # which words or patterns met
    created_at: Mapped[datetime]


class Delivery(Base):
    """An alert on its way through one channel: the outbox. `message` is frozen when it is made.

    `state`: pending | sending | sent | dead. A `sending` row whose lease ran out is sent again
    under the same idempotency key.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel_id"),
        Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    message: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    lease_holder: Mapped[str | None]
    lease_expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class DeliveryAttempt(Base):
    """One try to send. `outcome`: sent | retry | dead | unknown; None while on the wire."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str | None]


class Service(Base):
    """A running `wenxun run`, with its heartbeat."""

    __tablename__ = "services"
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
