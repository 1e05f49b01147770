"""Save records in batches from a thread of its own, so that fetching never waits for the disk.

Order is kept: what is added first is saved first. A failed save ends the crawl: the error is
raised to whoever adds the next record, and nothing after it is saved.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import monotonic

from storage.crawl import Lease, Record, Saved
from storage.crawls import Crawls

logger = logging.getLogger(__name__)

_BATCH = 50
_WAIT_S = 0.25  # a killed crawl loses no more than this, and what is on the wire
_RENEW_S = 15.0

_Entry = Record | threading.Event | None


class Writer:
    """The one way from a crawl to the database. `close()` saves the rest."""

    def __init__(
        self,
        crawls: Crawls,
        lease: Lease,
        *,
        requests: Callable[[], int],
        on_saved: Callable[[Sequence[Saved]], None],
    ) -> None:
        self._crawls = crawls
        self._lease = lease
        self._requests = requests
        self._on_saved = on_saved
        self._queue: queue.SimpleQueue[_Entry] = queue.SimpleQueue()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="wenxun-writer", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        """Return how many records wait to be saved."""
        return self._queue.qsize()

    @property
    def error(self) -> Exception | None:
        """Return what ended the saving, if anything did."""
        return self._error

    def add(self, record: Record) -> None:
        """Hand over a record.

        Raises:
            Exception: an earlier save failed (a `StorageError` or one of SQLAlchemy's).
        """
        if self._error is not None:
            raise self._error
        self._queue.put(record)

    def flush(self) -> None:
        """Wait until all that was added is saved (or saving has failed)."""
        done = threading.Event()
        self._queue.put(done)
        while not done.wait(0.5) and self._thread.is_alive():
            pass

    def close(self) -> None:
        """Save the rest and stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        renew_at = monotonic() + _RENEW_S
        while True:
            records, flushed, closing = self._collect()
            try:
                if records and self._error is None:
                    self._save(records)
                    renew_at = monotonic() + _RENEW_S
                elif monotonic() > renew_at and self._error is None:
                    self._crawls.renew(self._lease, now=datetime.now(UTC))
                    renew_at = monotonic() + _RENEW_S
            except Exception as error:  # noqa: BLE001 (raised again to the crawl, by `add`)
                self._error = error
            for event in flushed:
                event.set()
            if closing:
                return

    def _collect(self) -> tuple[list[Record], list[threading.Event], bool]:
        """Wait for records until a batch is full, time is up, or somebody waits for it."""
        records: list[Record] = []
        deadline = monotonic() + (_WAIT_S if records else _RENEW_S)
        while len(records) < _BATCH:
            try:
                entry = self._queue.get(timeout=max(0.0, deadline - monotonic()))
            except queue.Empty:
                return records, [], False
            if entry is None:
                return records, [], True
            if isinstance(entry, threading.Event):
                return records, [entry], False
            if not records:
                deadline = monotonic() + _WAIT_S
            records.append(entry)
        return records, [], False

    def _save(self, records: Sequence[Record]) -> None:
        saved = self._crawls.save(
            self._lease, records, requests=self._requests(), now=datetime.now(UTC)
        )
        self._on_saved(saved)
