"""Start the process that workers are forked from, while whoever needs them still reads its code.

Imports nothing but the standard library: it is called before the rest.
"""

import multiprocessing
import os
from contextlib import suppress
from multiprocessing import forkserver
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
    forkserver.ensure_running()


def usable_cores() -> int:
    """Return how many processes can run at once here."""
    with suppress(AttributeError):  # not every system tells
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
