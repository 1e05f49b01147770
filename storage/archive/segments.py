"""The files of the archive, and what one transaction of the database adds to them.

A transaction takes a file that nobody else writes to (by an exclusive lock, which the kernel frees
when its holder dies), and gives it back when it has ended: there are as many open files as there
are writers at one time. What it adds is on the disk before the commit, and the database knows how
far each file is committed: what stands behind that is no longer than one transaction, and is looked
at by whoever takes the file next.
"""

import fcntl
import logging
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.archive.members import compressed, whole_members
from storage.archive.warc import CONFORMS_TO, END, VERSION, info_record
from storage.errors import ArchiveFailedError
from storage.rows import AnyRow
from storage.schema import Segment

logger = logging.getLogger(__name__)

SEGMENT_BYTES = 1_000_000_000  # where a file is full, as the standard advises
_OPEN_HERE = (
    select(Segment)
    .where(Segment.state == "open", Segment.host == bindparam("on_host"))
    .order_by(Segment.id)
)
_AS_IT_IS = select(Segment).where(Segment.id == bindparam("of_segment"))
_ADVANCE = (
    update(Segment)
    .where(Segment.id == bindparam("of_segment"))
    .values(size=bindparam("end"), records=Segment.records + bindparam("more"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: `length` bytes, one gzip member."""

    segment_id: int
    offset: int
    length: int

    def columns(self) -> dict[str, int]:
        """Return it as the tables have it."""
        return {
            "segment_id": self.segment_id,
            "record_offset": self.offset,
            "record_length": self.length,
        }


class Folder:
    """Where the files stand. Made on first use; `close()` removes only what was temporary."""

    def __init__(self, path: Path | None, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        """Name the folder; None: a temporary one, for a database in memory."""
        self._temporary = None if path else TemporaryDirectory(prefix="wenxun-archive-")
        self.path = path or Path(self._temporary.name if self._temporary else "")
        self.segment_bytes = segment_bytes
        self.host = socket.gethostname()

    def file(self, name: str) -> Path:
        """Return the path of a file."""
        return self.path / name

    def close(self) -> None:
        """Remove a temporary folder."""
        if self._temporary is not None:
            self._temporary.cleanup()


class Batch:
    """What one transaction adds to the archive. `sync()` before the commit, `close()` after it."""

    def __init__(self, folder: Folder, connection: Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._taken: list[_Taken] = []

    def append(self, *pieces: bytes) -> Place:
        """Write a record that consists of these pieces.

        Raises:
            ArchiveFailedError: it cannot be written; nothing of this transaction is kept.
        """
        with _told(self.folder.path):
            return self._open_file().append(compressed(*pieces, END))

    def append_member(self, member: bytes) -> Place:
        """Write a record that is compressed already.

        Raises:
            ArchiveFailedError: it cannot be written; nothing of this transaction is kept.
        """
        with _told(self.folder.path):
            return self._open_file().append([member])

    def sync(self) -> None:
        """Bring all that was written to the disk, and let the database know how far it goes.

        Raises:
            ArchiveFailedError: the disk did not take it.
        """
        for taken in self._taken:
            with _told(self.folder.path):
                taken.sync()
            values = {"of_segment": taken.segment_id, "end": taken.end, "more": taken.records}
            self._connection.execute(_ADVANCE, values)

    def close(self) -> None:
        """Give the files back; what was not synced is taken out of them again."""
        for taken in self._taken:
            taken.release()
        self._taken.clear()

    def _open_file(self) -> "_Taken":
        """Return the file to write to: what this transaction took already, until it is full."""
        if self._taken and self._taken[-1].end < self.folder.segment_bytes:
            return self._taken[-1]
        if self._taken:
            self._close_segment(self._taken[-1].segment_id)
        taken = self._take_free() or self._make()
        self._taken.append(taken)
        return taken

    def _close_segment(self, segment_id: int) -> None:
        self._connection.execute(
            update(Segment).where(Segment.id == segment_id).values(state="full")
        )

    def _take_free(self) -> "_Taken | None":
        host = self.folder.host
        for row in self._connection.execute(_OPEN_HERE, {"on_host": host}).all():
            file = locked(self.folder.file(row.name))
            if file is None:
                continue
            # Its last writer may have committed between our question and our lock.
            now = self._connection.execute(_AS_IT_IS, {"of_segment": row.id}).one()
            if now.state == "open" and self._is_sound(now, file):
                if now.size < self.folder.segment_bytes:
                    return _Taken(file, now.id, start=_end_of(file))
                self._close_segment(now.id)
            file.close()
        return None

    def _is_sound(self, row: AnyRow, file: BinaryIO) -> bool:
        """Say whether the file holds all that is committed; cut off what its last writer tore."""
        end = _end_of(file)
        if end < row.size:
            logger.error("archive file is too short file=%s: see `wenxun archive verify`", row.name)
            self._close_segment(row.id)
            return False
        if end > row.size:
            whole = max((o + n for o, n in whole_members(file, row.size)), default=row.size)
            if whole < end:
                file.truncate(whole)
                logger.warning("archive file torn file=%s bytes_cut=%s", row.name, end - whole)
                torn = Segment.torn_bytes + (end - whole)
                where = update(Segment).where(Segment.id == row.id)
                self._connection.execute(where.values(torn_bytes=torn))
        return True

    def _make(self) -> "_Taken":
        now = datetime.now(UTC)
        name = _new_name(self.folder.host, now)
        self.folder.path.mkdir(exist_ok=True)
        file = locked(self.folder.file(name), new=True)
        if file is None:
            raise OSError(f"{name} is taken")
        _sync_folder(self.folder.path)
        values = {"name": name, "host": self.folder.host, "state": "open", "size": 0, "records": 0}
        made = self._connection.execute(
            insert(Segment).values(**values, made_at=now).returning(Segment.id)
        )
        taken = _Taken(file, made.scalar_one(), start=0)
        about = info_record(_about(self.folder.host), name=name, now=now, record_id=new_record_id())
        taken.append(compressed(about, END))
        return taken


class _Taken:
    """One file while a transaction writes to it; nobody else does."""

    def __init__(self, file: BinaryIO, segment_id: int, *, start: int) -> None:
        self.segment_id = segment_id
        self.end = start
        self.records = 0
        self._file = file
        self._synced = start
        file.seek(start)

    def append(self, chunks: Iterable[bytes]) -> Place:
        offset = self.end
        for chunk in chunks:
            self._write(chunk)
        self.records += 1
        return Place(self.segment_id, offset, self.end - offset)

    def sync(self) -> None:
        os.fdatasync(self._file.fileno())
        self._synced = self.end

    def release(self) -> None:
        with self._file:  # the lock ends with it
            if self.end > self._synced:
                self._file.truncate(self._synced)

    def _write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        while view:
            written = self._file.write(view)
            self.end += written
            view = view[written:]


def new_record_id() -> str:
    """Return a new `WARC-Record-ID`."""
    return f"<urn:uuid:{uuid4()}>"


def locked(path: Path, *, new: bool = False) -> BinaryIO | None:
    """Open a file to write to it alone; None: somebody else does, or it is not there."""
    try:
        file = path.open("x+b" if new else "r+b", buffering=0)
    except FileNotFoundError:
        if new:
            raise
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _end_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _about(host: str) -> dict[str, str]:
    try:
        software = f"Wenxun/{metadata.version('wenxun')}"
    except metadata.PackageNotFoundError:  # run from its source
        software = "Wenxun"
    return {
        "software": software,
        "format": VERSION.replace("/", " file version "),
        "conformsTo": CONFORMS_TO,
        "hostname": host,
    }


def _new_name(host: str, now: datetime) -> str:
    """Return a file name in the form of others: prefix, time (to the millisecond), serial, host."""
    plain = "".join(c if c.isalnum() or c == "-" else "_" for c in host)[:64]
    time = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}"
    return f"wenxun-{time}-{secrets.token_hex(4)}-{plain}.warc.gz"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveFailedError(str(path), error.strerror or str(error)) from error
