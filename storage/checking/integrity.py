"""The database's own files: pages and indexes. SQLite checks itself; PostgreSQL has amcheck.

Source: https://www.sqlite.org/pragma.html#pragma_integrity_check;
https://www.postgresql.org/docs/current/amcheck.html
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from storage.checking.finding import Check, Found, Looking
from storage.rows import AnyRow

_INDEX = re.compile(r"(?:missing from|wrong # of entries in|non-unique entry in) index (\S+)")
_NOT_ALLOWED = "42501"  # insufficient_privilege
_DAMAGED = "a part of it cannot be trusted: restore a backup"
_OURS = """
    SELECT c.oid, c.relname AS name, c.relkind, i.indisvalid, i.indisunique, a.amname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_am a ON a.oid = c.relam
    WHERE c.relkind IN ('r', 'i') ORDER BY c.relname
"""


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield what the database says of its own files."""
    if connection.dialect.name == "sqlite":
        yield from _sqlite(connection, looking)
    else:
        yield from _postgresql(connection, looking)


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Make the indexes anew: they hold nothing that their tables do not."""
    for name in sorted({one.key for one in found}):
        quoted = connection.dialect.identifier_preparer.quote(name)
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text(f"REINDEX {quoted}" if is_sqlite else f"REINDEX INDEX {quoted}"))


def _sqlite(connection: Connection, looking: Looking) -> Iterator[Found]:
    # The quick one does not hold the indexes against their tables.
    pragma = "quick_check" if looking.quick else "integrity_check"
    for line in connection.execute(text(f"PRAGMA {pragma}(1000)")).scalars():
        if line == "ok":
            continue
        index = _INDEX.search(line)
        if index is None:
            yield Found(where="the file", says=f"{line}: {_DAMAGED}")
        else:
            yield _broken_index(index.group(1), line)


def _postgresql(connection: Connection, looking: Looking) -> Iterator[Found]:
    ours = connection.execute(text(_OURS)).all()
    installed = text("SELECT n.nspname FROM pg_extension e JOIN pg_namespace n "
                     "ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'")  # fmt: skip
    schema = connection.scalar(installed)
    for number, one in enumerate(ours):
        looking.progress(number, len(ours))
        if one.relkind == "i" and not one.indisvalid:
            yield _broken_index(one.name, "it is marked as invalid")
        elif schema is not None and not looking.quick:
            yield from _checked(connection, schema, one)


def _checked(connection: Connection, schema: str, one: AnyRow) -> Iterator[Found]:
    """Ask amcheck about a table or a B-tree. Who may not ask is told nothing: that is no fault."""
    amcheck = getattr(func, schema)
    if one.relkind == "i":
        if one.amname != "btree":
            return
        question = select(amcheck.bt_index_check(one.oid, True))
    else:
        faults = amcheck.verify_heapam(one.oid).table_valued("blkno", "offnum", "attnum", "msg")
        question = select(faults.c.blkno, faults.c.msg)
    try:
        with connection.begin_nested():
            rows = connection.execute(question).all()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _NOT_ALLOWED:
            return
        reason = str(error.orig).partition("\n")[0]
        if one.relkind == "i":
            yield _broken_index(one.name, reason)
        else:
            yield Found(where=f"table {one.name}", says=f"{reason}: {_DAMAGED}")
        return
    if one.relkind == "r":
        for block, message in rows:
            yield Found(where=f"table {one.name}", says=f"block {block}: {message}: {_DAMAGED}")


def _broken_index(name: str, reason: str) -> Found:
    return Found(
        where=f"index {name}",
        says=f"does not fit its table ({reason}): what is there is not found",
        repair="makes it anew",
        key=name,
    )


CHECK = Check(name="integrity", rank=0, find=find, mend=mend)
