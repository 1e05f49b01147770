"""Append to a file, one JSON object a line.

Source: https://jsonlines.org
"""

import errno
import fcntl
import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from crawler.keys import Table, only_known, required_text
from scheduler.channels import Kind, Receipt, Sending
from scheduler.render import Message
from storage.alert import AttemptOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """Where to append. A relative path starts in the folder where Wenxun runs."""

    path: Path


def parse(table: Table, path: str) -> FileOptions:
    """Return the options.

    Raises:
        SettingError: `path` is missing, or another key is given.
    """
    only_known(table, ("path",), path)
    return FileOptions(path=Path(required_text(table, "path", path)).expanduser())


def send(options: FileOptions, message: Message, _sending: Sending) -> Receipt:
    """Append the payload as one line, on the disk when this returns."""
    line = json.dumps(message.payload, ensure_ascii=False).encode() + b"\n"
    try:
        _append(options.path, line)
    except OSError as error:
        return Receipt(
            outcome=AttemptOutcome.RETRY, detail=f"{options.path}: {error.strerror or error}"
        )
    return Receipt(outcome=AttemptOutcome.SENT)


def _append(path: Path, line: bytes) -> None:
    with path.open("ab+", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
            line = b"\n" + line  # a line that was torn (full disk, power cut) stays alone
        try:
            _write_all(file, line)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _write_all(file: FileIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, "the disk is full")


CHANNEL = Kind(name="file", parse=parse, send=send)
