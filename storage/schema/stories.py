"""Which contents are one story, and the keys by which the next one is found."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class StoryMember(Base):
    """A content in its story, which is named by the content that is its core.

    `core_id` is None while the content waits to be compared: it is new, or the core was removed.
    `letters` is the length of the text as it is compared; None until then.
    """

    __tablename__ = "story_members"
    content_id: Mapped[int] = mapped_column(
        ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    core_id: Mapped[int | None] = mapped_column(
        ForeignKey("contents.id", ondelete="SET NULL"), index=True
    )
    letters: Mapped[int | None]


class StoryKey(Base):
    """A clause of a content, hashed. Few contents are kept under one key: it tells few apart."""

    __tablename__ = "story_keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (as SQLAlchemy has it)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_id: Mapped[int] = mapped_column(
        ForeignKey("contents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class StoryLink(Base):
    """Two contents that were compared and are one story; the smaller number stands first."""

    __tablename__ = "story_links"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (as SQLAlchemy has it)
    content_id: Mapped[int] = mapped_column(
        ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("contents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
