"""Contents, documents and their versions; where they were seen, how often they were read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class Content(Base):
    """A title and a text, immutable, once for all sites."""

    __tablename__ = "contents"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


_WHERE_LED: dict[str, Any] = {
    f"{dialect}_where": text("lead_id IS NOT NULL") for dialect in ("sqlite", "postgresql")
}


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
        # Only of those that have one: SQLite would find all leaders by it, for whatever was asked.
        Index("ix_documents_lead_id", "lead_id", **_WHERE_LED),
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
    printed_day: Mapped[str | None] = mapped_column(String(10))  # None: the day is lent, or unknown
    conflict: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(16), default="live")  # live | withdrawn
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    next_check_at: Mapped[datetime | None]
    not_found_since: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    views: Mapped[int | None]
    views_at: Mapped[datetime | None]
    first_crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)


class Version(Base):
    """A document's content over an interval; `seen_to` is None for the one that stands.

    `reason`: first | changed | reparsed. Beside the content it keeps what the page said with it.
    `last_look_at` is when its page was last fetched and still said so; None: nobody wrote it down.
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
    last_look_at: Mapped[datetime | None]
    extractor_version: Mapped[int]
    body_hash: Mapped[str] = mapped_column(String(64))
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    subtitle: Mapped[str | None]
    published_text: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_precision: Mapped[str | None] = mapped_column(String(8))
    published_zone: Mapped[str | None] = mapped_column(String(64))
    dates: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    source: Mapped[str | None]
    section: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(16))
    html: Mapped[str | None]
    empty_reason: Mapped[str | None] = mapped_column(String(16))
    credits: Mapped[list[Any]]
    attachments: Mapped[list[Any]]
    images: Mapped[list[Any]]
    flags: Mapped[list[Any]]


class Amendment(Base):
    """What a page said before beside a content that stayed: source, dates, attachments and so on.

    `before` holds the old values of the fields that became others, by their names; not the markup,
    whose page is evidence enough. `reason`: changed (the page) | reparsed (only our reading).
    """

    __tablename__ = "amendments"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(16))
    found_at: Mapped[datetime]
    last_look_at: Mapped[datetime | None]
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    before: Mapped[dict[str, Any]]


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
    first_crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
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
