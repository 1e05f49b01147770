"""A file that appears whole or not at all."""

import os
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
    is_straight = path.is_symlink() or (path.exists() and not path.is_file())
    unfinished = path if is_straight else path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            yield file
        if not is_straight:
            os.replace(unfinished, path)  # noqa: PTH105 (atomic, and the same call)
    except BrokenPipeError:
        raise  # the reader has enough: no failure
    except OSError as error:
        raise ExportError(str(path), error.strerror or str(error)) from error
    finally:
        if not is_straight:
            unfinished.unlink(missing_ok=True)
