"""Run Wenxun's own commands in child processes that never outlive the demonstration."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_GRACE_S = 15
_POLL_S = 0.05
_TAIL_LINES = 15
_ENDING = (signal.SIGINT, signal.SIGTERM)
Child = subprocess.Popen[bytes]


class ChildFailedError(Exception):
    """A command ended or did not do its part in time. `log` is the end of what it wrote."""

    def __init__(self, message: str, *, log: str = "") -> None:
        super().__init__(message)
        self.log = log


@contextmanager
def child(
    *arguments: str, folder: Path, out: IO[bytes] | int, err: IO[bytes] | None = None
) -> Iterator[Child]:
    """Start `wenxun …` in the folder; it is ended with the block, gracefully if it lets us."""
    process = subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-P", "-m", "wenxun", *arguments],
        cwd=folder, env=_environment(os.environ), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        process_group=0,  # Ctrl-C reaches us alone, and what the child leaves behind can be named
    )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def wait_until(holds: Callable[[], bool], *, of: Child, within_s: float, log: Path) -> float:
    """Wait until something holds; return the seconds that it took.

    Raises:
        ChildFailedError: the child ended before, or it took too long.
    """
    began = time.monotonic()
    while not holds():
        if of.poll() is not None:
            raise ChildFailedError(f"it ended with exit code {of.returncode}", log=_tail(log))
        if time.monotonic() - began > within_s:
            raise ChildFailedError(f"nothing came within {within_s:.0f} s", log=_tail(log))
        time.sleep(_POLL_S)
    return time.monotonic() - began


@contextmanager
def sigterm_is_an_interrupt() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that children are seen to their end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return a child's environment: no settings of the user's, and loopback is allowed."""
    kept = {
        name: value
        for name, value in ours.items()
        if not name.startswith("WENXUN_") or name == "WENXUN_DEBUG"
    }
    return {**kept, "WENXUN_ALLOW_PRIVATE_HOSTS": "1", "no_proxy": "127.0.0.1"}


def _end(process: Child) -> None:
    """End a child and what it started; a second Ctrl-C does not keep us from it."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    try:
        if process.poll() is None:
            process.terminate()
        try:
            process.communicate(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        with suppress(ProcessLookupError):  # its fork server ends a moment after it
            os.killpg(process.pid, signal.SIGKILL)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    return "\n".join(lines[-_TAIL_LINES:])
