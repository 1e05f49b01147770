"""Copy a SQLite database while it is written to: as it was at one moment, whole, and checked.

Source: https://www.sqlite.org/backup.html. The copy is made page by page from within one read
transaction, so that what others commit meanwhile neither shows in it nor makes it begin anew.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from storage.errors import BackupError, BackupOfServerError
from storage.schema import Site
from storage.store import Store

_PAGES = 2_000  # a step: 8 MB
_MAGIC = b"SQLite format 3\0"


def back_up(store: Store, path: Path, *, progress: Callable[[int, int], None]) -> int:
    """Copy the database to a file, which appears when it is whole; return its bytes.

    `progress` is told how many of how many pages are copied. An older backup there is replaced.

    Raises:
        BackupOfServerError: the database is PostgreSQL.
        BackupError: the file cannot be written, or is something else than a backup.
    """
    if store.dialect != "sqlite":
        raise BackupOfServerError(store.url, str(path))
    part = path.with_name(f".{path.name}.part")
    try:
        _refuse(store, path)
        part.unlink(missing_ok=True)
        try:
            _copy(store, part, progress)
            size = part.stat().st_size
            _put(part, path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupError(str(path), reason) from error
    return size


def _refuse(store: Store, path: Path) -> None:
    if store.file is None:
        raise BackupError(str(path), "the database is in memory")
    if not path.exists():
        return
    if path.samefile(store.file):
        raise BackupError(str(path), "that is the database itself: name another file")
    if path.is_dir():
        raise BackupError(str(path), "is a folder: name a file")
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) not in {_MAGIC, b""}:
            raise BackupError(str(path), "is something else than a database: name another file")


def _copy(store: Store, part: Path, progress: Callable[[int, int], None]) -> None:
    with closing(sqlite3.connect(part)) as copy:
        with store.read() as connection:
            connection.execute(select(Site.id).limit(1)).all()  # from here on it sees one moment
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.backup(
                copy, pages=_PAGES, progress=lambda _, left, all_: progress(all_ - left, all_)
            )
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whoever looks at it
        faults = [line for (line,) in copy.execute("PRAGMA integrity_check(3)") if line != "ok"]
    if faults:
        raise BackupError(str(part), f"the copy is damaged, as the database is: {faults[0]}")


def _put(part: Path, path: Path) -> None:
    """Put the file in its place, on the disk before its name is."""
    _sync(part)
    os.replace(part, path)  # noqa: PTH105 (atomic, and the same call)
    _sync(path.absolute().parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
