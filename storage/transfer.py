"""Move a whole database into an empty one, of the same kind or the other.

Tables come from the models, so a new one moves by itself. All of it is one transaction, and it is
compared row by row before it is committed: the target holds everything, or is as empty as before.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, text, update

from storage.errors import StorageError
from storage.file_index import index_all
from storage.filling import unfill
from storage.holder import is_dead, shown
from storage.schema import Base, Site
from storage.services import Services
from storage.store import Store

Row = Mapping[str, Any]
# Told of a table, how many of its rows were moved, and how many there are.
Progress = Callable[[str, int, int], None]

_ROWS = 500
_CHARACTERS = 4_000_000  # of texts and bytes: what is held in memory at once
_MODULUS = 1 << 128


class NotEmptyError(StorageError):
    """The database to move into holds rows already. Name one that is new or empty."""

    def __init__(self, url: str, table: str) -> None:
        super().__init__(f"{url} is not empty (it has {table}): name a new or empty database")
        self.table = table


class InUseError(StorageError):
    """The database to be moved is being written. Stop who writes it."""

    def __init__(self, url: str, holder: str) -> None:
        super().__init__(f"{url} is in use by {holder}: what it writes would be lost, stop it")
        self.holder = holder


class DiffersError(StorageError):
    """What arrived is not what left. Nothing was kept; tell us."""

    def __init__(self, table: str, left: "Digest", came: "Digest") -> None:
        super().__init__(
            f"{table}: {left.rows} rows left and {came.rows} came, or some of them came changed: "
            "nothing was kept"
        )
        self.table = table


@dataclass(slots=True)
class Digest:
    """How many rows, and the sum of their hashes: equal in any order of equal rows."""

    rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        """Count a row in."""
        plain = [_plain(value) for value in row.values()]
        digest = hashlib.blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=16)
        self.rows += 1
        self.total = (self.total + int.from_bytes(digest.digest())) % _MODULUS


def transfer(source: Store, target: Store, *, now: datetime, progress: Progress) -> dict[str, int]:
    """Move everything; return how many rows each table had.

    Raises:
        InUseError: a service or a crawl is at work on the source.
        NotEmptyError: the target has rows.
        DiffersError: what arrived is not what left; nothing was kept.
        DatabaseFailedError: one of them failed; nothing was kept.
    """
    _check_unused(source, now=now)
    with source.snapshot() as old, target.write() as new:
        _check_empty(target, new)
        moved = {table: _move(old, new, table, progress) for table in _tables()}
        for table, left in moved.items():
            came = Digest()
            for row in _rows(new, table):
                came.add(row)
            if left != came:
                raise DiffersError(table.name, left, came)
        if target.dialect == "postgresql":
            _set_sequences(new)
        unfill(new)  # the search index is made anew, by who fills it
        index_all(new)  # the files' own, which is small, at once
    return {table.name: digest.rows for table, digest in moved.items()}


def _tables() -> Sequence[Table]:
    return [one for one in Base.metadata.sorted_tables if not one.info.get("derived")]


def _check_unused(source: Store, *, now: datetime) -> None:
    leases = select(Site.lease_holder).where(Site.lease_expires_at > now)
    with source.read() as connection:
        crawling = [one for one in connection.scalars(leases) if one and not is_dead(one)]
    serving = [one.holder for one in Services(source).live(now=now)]
    for holder in [*serving, *crawling]:
        raise InUseError(source.url, shown(holder))


def _check_empty(target: Store, connection: Connection) -> None:
    for table in _tables():
        if connection.scalar(select(func.count()).select_from(table.select().limit(1).subquery())):
            raise NotEmptyError(target.url, table.name)


def _move(old: Connection, new: Connection, table: Table, progress: Progress) -> Digest:
    """Move the rows of a table; return their digest."""
    total = old.scalar(select(func.count()).select_from(table)) or 0
    looping = _references_to_itself(table)
    left = Digest()
    for rows in _batches(_rows(old, table)):
        for row in rows:
            left.add(row)
        # A row may point to a later one: such references follow when all rows are there.
        new.execute(insert(table), [{**row, **dict.fromkeys(looping)} for row in rows])
        progress(table.name, left.rows, total)
    for column in looping:
        _point(old, new, table, column)
    return left


def _point(old: Connection, new: Connection, table: Table, name: str) -> None:
    (key,) = table.primary_key
    column = table.c[name]
    pointing = select(key.label("of_row"), column.label("to_row")).where(column.is_not(None))
    statement = update(table).where(key == bindparam("of_row")).values({name: bindparam("to_row")})
    for rows in _batches(_streamed(old, pointing)):
        new.execute(statement, rows)


def _references_to_itself(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _columns(table: Table) -> list[Column[Any]]:
    """Return what is kept; what the database computes itself is left to it."""
    return [column for column in table.columns if column.computed is None]


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    return _streamed(connection, select(*_columns(table)).order_by(*table.primary_key))


def _streamed(connection: Connection, question: Any) -> Iterator[dict[str, Any]]:
    options = {"yield_per": 100}
    for row in connection.execute(question, execution_options=options).mappings():
        yield dict(row)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows a few hundred at a time, fewer where they are large."""
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if len(batch) >= _ROWS or size >= _CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return hashlib.blake2b(value).digest()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return value


def _set_sequences(connection: Connection) -> None:
    """Let the next numbers follow those that came."""
    for table in _tables():
        column = table.autoincrement_column
        if column is None:
            continue
        name = f'"{table.name}"'
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": name, "column": column.name},
        )
        largest = connection.scalar(select(func.max(column)))
        if sequence is not None and largest is not None:
            connection.execute(
                text("SELECT setval(:sequence, :largest)"),
                {"sequence": sequence, "largest": largest},
            )
