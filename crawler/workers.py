"""Start the process that workers are forked from, while whoever needs them still reads its code.

Imports nothing but the standard library: it is called before the rest.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext

_READERS = "crawler.rehearsing"


def workers_context() -> ForkServerContext:
    """Return the context of workers that have read the code of a rehearsal before they are made."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_READERS])
    return context


def warm_up() -> None:
    """Let the fork server read that code now."""
    workers_context()
    with deaf_when_started():
        forkserver.ensure_running()


@contextmanager
def deaf_when_started() -> Iterator[None]:
    """Let what is started here be deaf to SIGTERM and Ctrl-C until it listens.

    The fork server, started with the first worker, never does: a signal to the whole process group
    (a terminal, systemd, `timeout`) would end it, and whoever started it ends the workers anyway.
    """
    resource_tracker.ensure_running()  # starts with it, and would undo what follows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def usable_cores() -> int:
    """Return how many processes can run at once here."""
    with suppress(AttributeError):  # not every system tells
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
