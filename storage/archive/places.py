"""Read what stands at a place of a file."""

from pathlib import Path

from storage.archive.members import DamagedMemberError, beginning, decompressed
from storage.archive.segments import Folder
from storage.archive.warc import NoRecordError, Original, Record, parse_head, parse_record

_HEAD_BYTES = 4096  # compressed: more than the named fields of any record of ours take


class UnreadableError(Exception):
    """A record cannot be read; says why."""


def record_at(path: Path, offset: int, length: int) -> Record:
    """Return the whole record that stands there.

    Raises:
        UnreadableError: the file is not there, or something else stands there.
    """
    member = member_at(path, offset, length)
    try:
        return parse_record(decompressed(member))
    except (DamagedMemberError, NoRecordError) as error:
        raise UnreadableError(f"{path}, byte {offset}: {error}") from error


def original_at(folder: Folder, name: str, offset: int, length: int) -> Original | None:
    """Return how a revisit names the record that stands there; None where it cannot be read."""
    try:
        member = member_at(folder.file(name), offset, min(length, _HEAD_BYTES))
        fields, _ = parse_head(beginning(member))
        return Record(fields=fields, block=memoryview(b"")).original
    except (UnreadableError, DamagedMemberError, NoRecordError, KeyError):
        return None


def member_at(path: Path, offset: int, length: int) -> bytes:
    """Return the compressed record that stands there, as it is.

    Raises:
        UnreadableError: the file is not there or shorter.
    """
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            found = file.read(length)
    except FileNotFoundError as error:
        raise UnreadableError(f"{path} is not there") from error
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error
    if len(found) < length:
        raise UnreadableError(f"{path} ends before byte {offset + length}")
    return found
