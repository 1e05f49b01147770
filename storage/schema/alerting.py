"""What happened, who waits for it, and the messages about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base

_WHERE_NAMED: dict[str, Any] = {
    f"{dialect}_where": text("previous_version_id IS NOT NULL")
    for dialect in ("sqlite", "postgresql")
}


class Event(Base):
    """Something happened to an article or a site. `uid` is the key that receivers see.

    `key` makes it unique, so that no two processes tell the same thing twice. `state`: open (may
    be matched), provisional (waits for the end of its crawl), held (the mass guard), cancelled;
    `state_reason` is why it is held, cancelled, or open after all.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_state_matched_at", "state", "matched_at"),
        Index("ix_events_document_id", "document_id"),
        # A version that goes takes its events along.
        Index("ix_events_version_id", "version_id"),
        Index("ix_events_previous_version_id", "previous_version_id", **_WHERE_NAMED),
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
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    occurred_at: Mapped[datetime]
    backfill: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    state_reason: Mapped[str | None]
    matched_at: Mapped[datetime | None]
    detail: Mapped[str | None]


class Watch(Base):
    """What someone waits for. `origin`: file | command; `definition` is the watch as written.

    `subscriber`: whose it is, by the name of the file; "" is the configuration's own, for all.
    `history_event_id`: a watch that wants to know of what was before it is still to be held
    against the events up to this one; None: no more.
    """

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("subscriber", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber: Mapped[str] = mapped_column(default="", server_default="")
    name: Mapped[str]
    origin: Mapped[str] = mapped_column(String(16))
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    history_event_id: Mapped[int | None]


class Channel(Base):
    """A way to tell somebody; secrets are named in `options`, never stored.

    `subscriber`: as of a watch.
    """

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("subscriber", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber: Mapped[str] = mapped_column(default="", server_default="")
    name: Mapped[str]
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

    A message too long for its channel is several deliveries, sent in the order of `part` (from 1).
    A digest has no alert of its own; its members and parts name its first part as `digest_id`.
    One of a story that was told already is folded into that message (`folded_into_id`); at
    `next_attempt_at` a digest names it, unless the message itself, which had not left, does.
    `state`: waiting | bundled | folded | pending | sending | sent | dead. A `sending` row whose
    lease ran out is sent again under the same idempotency key.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel_id", "part"),
        Index("ix_deliveries_channel_id_state", "channel_id", "state"),
        Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("deliveries.id", ondelete="SET NULL"), index=True
    )
    folded_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("deliveries.id", ondelete="SET NULL"), index=True
    )
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    message: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    lease_holder: Mapped[str | None]
    lease_expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None] = mapped_column(index=True)
    last_error: Mapped[str | None]


class DeliveryAttempt(Base):
    """One try to send. `outcome`: sent | retry | dead | unknown; None while on the wire."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        UniqueConstraint("delivery_id", "number"),
        Index("ix_delivery_attempts_started_at", "started_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str | None]
