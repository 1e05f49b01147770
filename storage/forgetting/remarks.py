"""Blank what we remarked of articles that are forgotten, beside what is theirs and goes with them.

Notes of crawls, reasons of events of others, answers of receivers, what was mended: whatever table
has a column of such a name, also one that is added later.
"""

from sqlalchemy import Connection, Table, select, update

from storage.forgetting.quotes import Quotes
from storage.schema import Base

_REMARKS = frozenset(
    ["detail", "evidence", "health_evidence", "last_error", "notes", "reason", "state_reason",
     "walk_left_out"]
)  # fmt: skip


def blank_remarks(connection: Connection, quotes: Quotes) -> int:
    """Blank what quotes these articles in all remarks; return in how many rows it stood."""
    return sum(_blank(connection, table, quotes) for table in Base.metadata.sorted_tables)


def _blank(connection: Connection, table: Table, quotes: Quotes) -> int:
    columns = [column for column in table.columns if column.name in _REMARKS]
    if not columns:
        return 0
    keys = list(table.primary_key.columns)
    changed = 0
    for row in connection.execute(select(*keys, *columns)).all():
        said = dict(zip(columns, row[len(keys) :], strict=True))
        values = {
            column.name: blanked
            for column, value in said.items()
            if value is not None and (blanked := quotes.blanked(value)) != value
        }
        if values:
            where = [key == value for key, value in zip(keys, row, strict=False)]
            connection.execute(update(table).where(*where).values(values))
            changed += 1
    return changed
