"""The responses that were kept, and their bytes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


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
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
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
