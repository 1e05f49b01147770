"""Copy a SQLite database while it is written to: as it was at one moment, whole, and checked.

The archive's files are copied as far as the database knew them at that moment; they are written to
at their ends only, so that a later backup in the same place copies what is new.

Source: https://www.sqlite.org/backup.html. The copy is made page by page from within one read
transaction, so that what others commit meanwhile neither shows in it nor makes it begin anew.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from storage.errors import BackupError, BackupOfServerError
from storage.schema import Segment, Site
from storage.store import Store, archive_beside

_PAGES = 2_000  # a step: 8 MB
_BYTES = 8_000_000
_MAGIC = b"SQLite format 3\0"
_FOLDER = "is a folder: name a file"
# Told what is being done, how much of it is done, and how much it is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup holds, in bytes. `archive` is None where it was left out."""

    database: int
    archive: Path | None
    archive_bytes: int
    archive_copied: int


def back_up(store: Store, path: Path, *, with_archive: bool, progress: Progress) -> BackedUp:
    """Copy the database to a file, which appears when it is whole, and the archive beside it.

    `wenxun.db` brings `wenxun-archive/` along, where a database of that name looks for it. An older
    backup there is replaced.

    Raises:
        BackupOfServerError: the database is PostgreSQL.
        BackupError: it cannot be written, is damaged, or something else than a backup stands there.
    """
    if store.dialect != "sqlite":
        raise BackupOfServerError(store.url, str(path))
    if not path.name:  # `.`, `/`
        raise BackupError(str(path), _FOLDER)
    part = path.with_name(f".{path.name}.part")
    folder = archive_beside(path) if with_archive else None
    try:
        _refuse(store, path, folder)
        part.unlink(missing_ok=True)
        try:
            segments = _copy(store, part, progress)
            copied = _copy_archive(store, segments, folder, progress) if folder else 0
            size = part.stat().st_size
            _put(part, path)
            if folder is not None:
                _remove_others(folder, segments)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupError(str(path), reason) from error
    return BackedUp(
        database=size,
        archive=folder,
        archive_bytes=sum(segments.values()) if folder else 0,
        archive_copied=copied,
    )


def _refuse(store: Store, path: Path, folder: Path | None) -> None:
    if store.file is None:
        raise BackupError(str(path), "the database is in memory")
    if path.exists():
        _refuse_file(store.file, path)
    if folder is not None and folder.exists() and folder.samefile(store.folder.path):
        raise BackupError(str(path), f"{folder} is the archive itself: take another name")


def _refuse_file(database: Path, path: Path) -> None:
    if path.samefile(database):
        raise BackupError(str(path), "that is the database itself: name another file")
    if path.is_dir():
        raise BackupError(str(path), _FOLDER)
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) not in {_MAGIC, b""}:
            raise BackupError(str(path), "is something else than a database: name another file")


def _copy(store: Store, part: Path, progress: Progress) -> Mapping[str, int]:
    """Copy the database; return how far each file of the archive is committed in it."""
    with closing(sqlite3.connect(part)) as copy:
        with store.read() as connection:
            connection.execute(select(Site.id).limit(1)).all()  # from here on it sees one moment
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.backup(
                copy,
                pages=_PAGES,
                progress=lambda _, left, all_: progress("copying", all_ - left, all_),
            )
            segments = _segments(connection, store.folder.host)
        progress("checking", 0, 0)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whoever looks at it
        faults = [line for (line,) in copy.execute("PRAGMA integrity_check(3)") if line != "ok"]
    if faults:
        raise BackupError(str(part), f"the copy is damaged, as the database is: {faults[0]}")
    return segments


def _segments(connection: Connection, host: str) -> Mapping[str, int]:
    question = select(Segment.name, Segment.size).where(
        Segment.state != "gone", Segment.host == host
    )
    return {row.name: row.size for row in connection.execute(question.order_by(Segment.id))}


def _copy_archive(
    store: Store, segments: Mapping[str, int], folder: Path, progress: Progress
) -> int:
    """Copy what of these files is not there yet; return how many bytes that was."""
    folder.mkdir(parents=True, exist_ok=True)
    total, done, copied = sum(segments.values()), 0, 0
    for name, size in segments.items():
        with (folder / name).open("ab") as copy:
            there = copy.tell()
            if there != size:
                # The end of what a backup that was killed has left is not to be relied on.
                there = max(0, min(there, size) - _BYTES)
                copy.truncate(there)
            done += there
            for block in _blocks(store.folder.file(name), there, size):
                copy.write(block)
                done, copied = done + len(block), copied + len(block)
                progress("copying the archive", done, total)
            copy.flush()
            os.fsync(copy.fileno())
    return copied


def _blocks(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end:
            block = file.read(min(_BYTES, end - start))
            if not block:
                raise BackupError(str(path), "the file ends before its time: `wenxun check`")
            start += len(block)
            yield block


def _remove_others(folder: Path, segments: Mapping[str, int]) -> None:
    """Remove files that an older backup had and the archive no longer has."""
    for path in folder.glob("wenxun-*.warc.gz"):
        if path.name not in segments:
            path.unlink()


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
