"""Rows that point to rows that are not there: every foreign key, also where it is not enforced."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ForeignKey, Table, exists, select, update

from storage.checking.finding import Check, Found, Looking
from storage.schema import Base

# Who leads, and what an event tells, is found anew by checks of their own.
_ELSEWHERE = {("documents", "lead_id"), ("events", "version_id")}


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield rows whose parent is missing."""
    tables = Base.metadata.sorted_tables
    for number, table in enumerate(tables):
        looking.progress(number, len(tables))
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if (table.name, key.parent.name) not in _ELSEWHERE:
                yield from _orphans(connection, table, key)


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let what may point nowhere point nowhere."""
    for one in found:
        table, column, value = one.key
        connection.execute(update(table).where(column == value).values({column: None}))


def _orphans(connection: Connection, table: Table, key: ForeignKey) -> Iterator[Found]:
    column: ColumnElement[Any] = key.parent
    parent = key.column.table.alias()
    there = exists().where(parent.c[key.column.name] == column)
    numbers = list(table.primary_key.columns)
    question = select(*numbers, column.label("points_to")).where(column.is_not(None), ~there)
    for row in connection.execute(question.order_by(*numbers)):
        *number, value = row
        shown = "/".join(str(part) for part in number)
        says = f"points to {key.column.table.name} {value}, which is not there"
        if key.parent.nullable:
            yield Found(
                where=f"{table.name} {shown}",
                says=f"{says} ({key.parent.name})",
                repair="lets it point nowhere",
                key=(table, key.parent, value),
            )
        else:
            yield Found(where=f"{table.name} {shown}", says=f"{says}: take that from a backup")


CHECK = Check(name="orphans", rank=2, find=find, mend=mend)
