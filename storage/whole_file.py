"""Files that appear whole or not at all: written beside their place, then put there.

What is no ordinary file (a pipe, a device, a link such as /dev/stdout) is written straight. A file
that takes the place of another one can be read by no more people than that; one that may not be
written is not replaced.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.errors import ExportError


@contextmanager
def whole_file(path: Path, *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Yield a file to write to; it takes its name at the end, and is gone after a failure.

    What is no ordinary file (a pipe, a device, a link such as /dev/stdout) is written straight.

    Raises:
        ExportError: it cannot be written.
    """
    straight = is_straight(path)
    unfinished = path if straight else part_of(path)
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            if not straight and path.exists():
                _take_after(unfinished, path)
            yield file
        if not straight:
            replace(unfinished, path)
    except BrokenPipeError:
        raise  # the reader has enough: no failure
    except OSError as error:
        raise ExportError(str(path), error.strerror or str(error)) from error
    finally:
        if not straight:
            unfinished.unlink(missing_ok=True)


def _take_after(part: Path, path: Path) -> None:
    """Give a new file the rights of the one that it replaces, before anything stands in it."""
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    shutil.copymode(path, part)


def is_straight(path: Path) -> bool:
    """Say whether this is written in place: it is no ordinary file."""
    return path.is_symlink() or (path.exists() and not path.is_file())


def part_of(path: Path) -> Path:
    """Return where a file is written until it is whole."""
    return path.with_name(f".{path.name}.part")


def replace(part: Path, path: Path) -> None:
    """Put what is whole in its place, also over an older file."""
    os.replace(part, path)  # noqa: PTH105 (atomic, and the same call)
