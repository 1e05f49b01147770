"""After crawls of the service, what waits is grouped into stories; what is left waits on.

A crawl by hand leaves all of it to the service, or to whoever asks for stories: nobody is told of a
repost before, and a first crawl is over sooner.
"""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from time import monotonic

from storage.errors import StorageError
from storage.store import open_store
from storage.story_groups import group_batch

logger = logging.getLogger(__name__)

_LONGEST_S = 20.0  # 20,000 articles, of a first crawl


def group_stories(database_url: str) -> None:
    """Compare what waits, for a while; SIGINT and SIGTERM end it between two batches."""
    ends_at = monotonic() + _LONGEST_S
    try:
        store = open_store(database_url)
        try:
            with _told_to_stop() as stopped:
                while not stopped.is_set() and monotonic() < ends_at:
                    if not group_batch(store, now=datetime.now(UTC)):
                        break
        finally:
            store.close()
    except StorageError as error:
        logger.warning("stories were not grouped; the next crawl does it: %s", error)


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    stopped = Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
