"""The search index: which article has which index words.

The words themselves are kept by what each database has for it: `search_words`, an FTS5 table
without contents, on SQLite; the column `words` with its GIN index on PostgreSQL. See
docs/decisions/0013.
"""

from typing import Any

from sqlalchemy import Connection, ForeignKey, Table, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.table import DERIVED, Base

# On PostgreSQL the words stand in so many GIN indexes, of 8,192 neighbouring entries each and then
# in turn: what it costs to add an article follows the size of the one that is written to, and the
# others rest (docs/decisions/0013). A search asks each of them, and what waits to join it, 1 MB at
# most. Planning a search of 64 takes five times as long as one of 32.
PIECES = tuple(f"(id >> 13) & 31 = {piece}" for piece in range(32))
# FTS5 keeps neither texts nor places nor sizes, only which row has which word. Its numbers: an
# index word is looked up in at most some dozens of pieces, and no save waits for a large merge.
# Source: https://www.sqlite.org/fts5.html (contentless tables; columnsize, detail; automerge)
WORDS = {
    "sqlite": (
        """CREATE VIRTUAL TABLE search_words USING fts5(
            words, content='', columnsize=0, detail=none, tokenize='ascii')""",
        "INSERT INTO search_words (search_words, rank) VALUES ('automerge', 16)",
        "INSERT INTO search_words (search_words, rank) VALUES ('crisismerge', 64)",
    ),
    "postgresql": (
        "ALTER TABLE search_entries ADD COLUMN words tsvector",
        "ALTER TABLE search_entries ALTER COLUMN words SET STORAGE EXTERNAL",
        *(
            f"CREATE INDEX ix_search_entries_words_{number} ON search_entries USING gin (words)"
            f" WITH (gin_pending_list_limit = 1024) WHERE {piece}"
            for number, piece in enumerate(PIECES)
        ),
        "CREATE INDEX ix_search_entries_day_id ON search_entries (day, id)",
    ),
}


class SearchEntry(Base):
    """A content on a site, of one day: what is found, once, however many documents say it.

    `day` is that of the publishing instant in UTC, as a number (`date.toordinal`), and 0 where it
    is unknown. On SQLite `id` is `day << 20` and a number within the day, so that the order of the
    numbers, in which FTS5 finds, is that of the days. `oversized`: it has too many index words,
    they are not kept, and it is read instead.
    """

    __tablename__ = "search_entries"
    __table_args__ = (UniqueConstraint("content_id", "site_id", "day"), DERIVED)
    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    day: Mapped[int]
    oversized: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class SearchFill(Base):
    """One row while the index is being filled: documents up to `filled_to` are in it."""

    __tablename__ = "search_fill"
    __table_args__ = DERIVED
    id: Mapped[int] = mapped_column(primary_key=True)
    filled_to: Mapped[int]


def create_words(connection: Connection) -> None:
    """Make what keeps the index words, empty."""
    for statement in WORDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchEntry.__table__, "after_create")
def _after_create(_table: Table, connection: Connection, **_options: Any) -> None:
    create_words(connection)
