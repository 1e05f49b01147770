"""Look at what other processes do: nothing tells it but looking."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

SOON_S = 40


def wait_until(happened: Callable[[], object], timeout_s: float = SOON_S) -> None:
    """Wait for a thing to happen in another process."""
    end = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def offspring(pid: int) -> set[int]:
    """The processes that this one started, and what these started, that are alive."""
    parents = dict(living())
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def living() -> Iterator[tuple[int, int]]:
    """All processes that are alive, each with the one that started it."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # it has just ended
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    yield int(folder.name), int(fields[1])
