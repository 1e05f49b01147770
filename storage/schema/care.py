"""What was done to keep the database well."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class CareRecord(Base):
    """Something that was mended or pruned. `kind`: repair | prune; `detail` says what, how many."""

    __tablename__ = "care_records"
    __table_args__ = (Index("ix_care_records_kind_done_at", "kind", "done_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    done_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
