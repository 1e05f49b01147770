"""Sites, their columns (栏目), and the crawls that read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


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
    # Health: the verdict that stands, since when, and its evidence; all of them are `verdicts`.
    health: Mapped[str] = mapped_column(String(16), default="healthy")
    health_since: Mapped[datetime | None]
    health_evidence: Mapped[str | None]
    # Which counter end point answered last (`batch`, `single`, `old_json`, `none`).
    counter_form: Mapped[str | None] = mapped_column(String(16))


class Verdict(Base):
    """How a site was over an interval; `until` is None while it stands.

    `response_id` is the page that it stands on: kept whatever the archive's limits are, while it
    does. `told_at` is when people were told of a bad one, None where it passed before.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_site_id_since", "site_id", "since"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    health: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    response_id: Mapped[int | None] = mapped_column(
        ForeignKey("responses.id", ondelete="SET NULL"), index=True
    )


class Column(Base):
    """A list page and its pages (栏目), with the marker of its walk.

    `items` is how many its first page had when it was well; `trouble` is what the last look met in
    its place, `trouble_looks` for how many looks.

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
    next_look_at: Mapped[datetime | None]  # None: with the next crawl
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
    items: Mapped[int | None]
    trouble: Mapped[str | None] = mapped_column(String(16))
    trouble_looks: Mapped[int] = mapped_column(default=0, server_default=text("0"))


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
    columns_read: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failures: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]


class Slot(Base):
    """A planned crawl of a site: one row, one run or one recorded miss.

    `looks` are the planned ones that it stands for: of those missed in a row, one row is kept.
    `reported_at` is when a worker said that its crawl is over.
    """

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("site_id", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))  # queued | claimed | ran | missed
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    detail: Mapped[str | None]
    looks: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    reported_at: Mapped[datetime | None]


class Service(Base):
    """A running `wenxun run` or `wenxun worker`, with its heartbeat.

    Who is silent for longer than its lease is dead to the others.
    """

    __tablename__ = "services"
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(16), default="service", server_default="service")
    lease_s: Mapped[int] = mapped_column(default=60, server_default=text("60"))
