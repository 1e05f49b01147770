"""After the crawls, what they found is grouped into stories; what is left waits for the next."""

import logging
import signal
from datetime import UTC, datetime
from threading import Event
from time import monotonic

from storage.errors import StorageError
from storage.store import open_store

logger = logging.getLogger(__name__)

_LONGEST_S = 20.0  # of the thousands of articles that a first crawl brings, 20,000


def group_stories(database_url: str) -> None:
    """Compare what is new with what is stored, for a while; SIGINT and SIGTERM end it at once."""
    from storage.story_groups import group_batch  # noqa: PLC0415 (most crawls find nothing new)

    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    ends_at = monotonic() + _LONGEST_S
    try:
        store = open_store(database_url)
        try:
            while not stopped.is_set() and monotonic() < ends_at:
                if not group_batch(store, now=datetime.now(UTC)):
                    break
        finally:
            store.close()
    except StorageError as error:
        logger.warning("stories were not grouped; the next crawl does it: %s", error)
