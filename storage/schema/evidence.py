"""The responses that were kept, and where in the archive their records stand."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class Segment(Base):
    """One WARC file of the archive: written at its end only, by one writer at a time.

    `state`: open | full | condemned (what is still referred to moves to other files) | gone. `size`
    and `records` count what is committed; `torn_bytes` what was cut from its end after a writer
    died.
    """

    __tablename__ = "segments"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160), unique=True)
    host: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    records: Mapped[int]
    torn_bytes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    made_at: Mapped[datetime]


class Body(Base):
    """The bytes of a response, once; `sha256` is of the plain bytes, `size` their number.

    `codec`: warc (the full record stands at `record_offset` of a segment) | zstd (`data` holds the
    bytes, as the first releases kept them) | dropped (they were given up).
    """

    __tablename__ = "bodies"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    codec: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    record_offset: Mapped[int | None]
    record_length: Mapped[int | None]


class Response(Base):
    """One fetched response that gave or changed something, or failed to: evidence.

    `outcome`: new | joined | changed | reparsed | restored | updated | refused | missing |
    imported. `site_id` is None for what was imported from a site that is not known. Its own record
    (full, or a revisit of the same bytes) stands at `record_offset`; `dropped_at` says that it was
    given up.
    """

    __tablename__ = "responses"
    __table_args__ = (
        Index("ix_responses_url_key_fetched_at", "url_key", "fetched_at"),
        Index("ix_responses_segment_id_record_offset", "segment_id", "record_offset"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
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
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    record_offset: Mapped[int | None]
    record_length: Mapped[int | None]
    dropped_at: Mapped[datetime | None]
