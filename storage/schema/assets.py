"""Files and pictures that articles name, what their addresses gave over time, and their text."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import Base


class Asset(Base):
    """The address of a file or picture that a site's articles name.

    `state`: pending | kept, or why nothing came (`not_found`, `login`, …), with the evidence.
    `next_try_at` is when it is asked for (again); None: not by itself.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("site_id", "url_key"),
        Index("ix_assets_site_id_next_try_at", "site_id", "next_try_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    url: Mapped[str]
    url_key: Mapped[str]
    state: Mapped[str] = mapped_column(String(32), default="pending")
    evidence: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    first_named_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]


class AssetCopy(Base):
    """The bytes that an address gave, over an interval; `seen_to` is None for those that stand.

    The bytes are in the archive, under `url_key` at `fetched_at`. `kind` is what they are, named as
    file names end (`pdf`, `docx`); `name` is the one that the server sent with them.
    """

    __tablename__ = "asset_copies"
    __table_args__ = (UniqueConstraint("asset_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    kind: Mapped[str | None] = mapped_column(String(16))
    content_type: Mapped[str | None]
    name: Mapped[str | None]
    url_key: Mapped[str]
    fetched_at: Mapped[datetime]
    seen_to: Mapped[datetime | None]
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))


# The index words of texts stand where the databases have a place for them, as those of articles do
# (see `storage.schema.searching`).
FILE_WORDS = {
    "sqlite": (
        """CREATE VIRTUAL TABLE file_words USING fts5(
            words, content='', columnsize=0, detail=none, tokenize='ascii')""",
    ),
    "postgresql": (
        "ALTER TABLE asset_texts ADD COLUMN words tsvector",
        "ALTER TABLE asset_texts ALTER COLUMN words SET STORAGE EXTERNAL",
        "CREATE INDEX ix_asset_texts_words ON asset_texts USING gin (words)",
    ),
}


class AssetText(Base):
    """The text of a file, once for equal bytes.

    `state`: read, or why there is none (`no_text`, `encrypted`, `damaged`, …), with the reason.
    """

    __tablename__ = "asset_texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    text: Mapped[str]
    read_at: Mapped[datetime]


class VersionAsset(Base):
    """A version names an address. `role`: file | inline_pdf | video | audio | image."""

    __tablename__ = "version_assets"
    __table_args__ = (Index("ix_version_assets_asset_id", "asset_id"),)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str | None]


@event.listens_for(AssetText.__table__, "after_create")
def _after_create(_table: Table, connection: Connection, **_options: Any) -> None:
    for statement in FILE_WORDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
