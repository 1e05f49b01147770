"""Do a transaction again that failed for a reason that passes: a conflict, a lock, a restart.

The whole transaction is done anew, so what is decorated begins it, and changes nothing else.
Source: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html;
https://www.postgresql.org/docs/current/errcodes-appendix.html; https://www.sqlite.org/rescode.html
"""

import functools
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseFailedError

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)

_GIVE_UP_S = 30.0
_SHORTEST_S, _LONGEST_S = 0.05, 2.0
# Two writers met: serialization failure, deadlock, lock not available.
_CONFLICTS = frozenset({"40001", "40P01", "55P03"})
# The server is stopping, starting, or full of connections; class 08 is the connection itself.
_AWAY = frozenset({"57P01", "57P02", "57P03", "53300"})
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_PROTOCOL = 5, 6, 15


def passes(error: DBAPIError) -> bool:
    """Say whether the transaction did nothing and may succeed when it is done again."""
    state = getattr(error.orig, "sqlstate", None)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(state, str):
        return state in _CONFLICTS | _AWAY or state.startswith("08")
    if isinstance(code, int):
        return code & 0xFF in {_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_PROTOCOL}
    return is_lost(error)


def is_lost(error: DBAPIError) -> bool:
    """Say whether the connection to the server was lost, or not to be had."""
    if error.connection_invalidated:
        return True
    # What the driver says before the server answers has no code.
    return type(error.orig).__name__ == "OperationalError" and hasattr(error.orig, "sqlstate")


def retried(method: Callable[P, R]) -> Callable[P, R]:
    """Decorate a method that is one transaction: it is done again for half a minute.

    Raises:
        DatabaseFailedError: it does not pass, or not in time.
    """

    @functools.wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return until_done(lambda: method(*args, **kwargs), waits=_waits())

    return run


def until_done(
    work: Callable[[], R], *, waits: Iterable[float], sleep: Callable[[float], None] = time.sleep
) -> R:
    """Do the work, and again after each of these waits (seconds) while what fails may pass."""
    for wait in waits:
        try:
            return work()
        except DatabaseFailedError as error:
            if not error.passes:
                raise
            logger.info("transaction done again in %.2f s: %s", wait, error)
        sleep(wait)
    return work()


def _waits() -> Iterator[float]:
    """Yield longer and longer waits, each somewhat by chance, so that two do not meet again."""
    end = time.monotonic() + _GIVE_UP_S
    longest = _SHORTEST_S
    while time.monotonic() < end:
        yield random.uniform(longest / 2, longest)  # noqa: S311 (no secret)
        longest = min(2 * longest, _LONGEST_S)
