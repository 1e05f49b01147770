"""What was forgotten: that it was, and by which hashes it is known if it comes again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class Forgetting(Base):
    """Somebody had something forgotten. `kind`: article | name; `counts`: rows, by table.

    `finished_at` is None while bytes may still be left in files: it is to be done again.
    """

    __tablename__ = "forgettings"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    site: Mapped[str | None]
    done_at: Mapped[datetime]
    done_by: Mapped[str]
    reason: Mapped[str | None]
    counts: Mapped[dict[str, Any]]
    salt: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]


class ForgottenKey(Base):
    """A page's key or a name, as a salted hash. `site_id` None: on every site.

    `letters` and `hint` (eight bits of the first letter) are of names.
    """

    __tablename__ = "forgotten_keys"
    __table_args__ = (Index("ix_forgotten_keys_site_id", "site_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    forgetting_id: Mapped[int] = mapped_column(ForeignKey("forgettings.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    letters: Mapped[int | None]
    hint: Mapped[int | None]
