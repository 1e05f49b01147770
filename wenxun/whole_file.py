"""A file that appears whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.errors import ExportError
from storage.export.parts import is_straight, part_of, replace


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
