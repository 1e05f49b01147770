"""Save records in batches from a thread of its own, so that fetching never waits for the disk.

Listings are saved in order, and so is all the rest. A listing may be saved before articles that
came ahead of it, never after those that follow it: the next list page waits for it, and saving
everything for each list page would cost more than the pages themselves. A failed save ends the
crawl: the error is raised to whoever adds the next record, and nothing after it is saved.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from storage.crawl import Doubted, Lease, ListingRead, Saved
from storage.crawls import Crawls

if TYPE_CHECKING:  # most crawls fetch no files
    from storage.asset import AnyRecord

logger = logging.getLogger(__name__)

# What a batch costs beside its rows is paid once: the more records, the cheaper each. A crawl that
# is killed early has saved something, and later ones lose a fifth of what they saved at most.
_SMALLEST, _LARGEST = 50, 200
_LOST_SHARE = 5
_MOST_WAITING = 1000
_WAIT_S = 0.5  # a killed crawl loses no more than this, and what is on the wire
_RENEWALS_A_LEASE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flush:
    """Somebody waits for what was added: for all of it, or for the listings only."""

    everything: bool
    done: threading.Event = field(default_factory=threading.Event)


class Writer:
    """The one way from a crawl to the database. `close()` saves the rest.

    `doubting`: known articles that read otherwise now are put aside, see `take_doubted`.
    """

    def __init__(
        self,
        crawls: Crawls,
        lease: Lease,
        *,
        requests: Callable[[], int],
        now: Callable[[], datetime],
        on_saved: Callable[[Sequence[Saved]], None],
        doubting: bool = False,
    ) -> None:
        self._crawls = crawls
        self._lease = lease
        self._requests = requests
        self._now = now
        self._on_saved = on_saved
        # The thread is woken for a batch, not for a record: each change of threads costs both.
        self._changed = threading.Condition()
        self._waiting: list[AnyRecord] = []
        self._flushes: list[_Flush] = []
        self._closing = False
        self._error: Exception | None = None
        self._saved = 0
        self._doubted: list[Doubted] | None = [] if doubting else None
        self._due_at = monotonic() + _WAIT_S
        self._renew_s = lease.lasts.total_seconds() / _RENEWALS_A_LEASE
        self._renew_at = monotonic() + self._renew_s
        self._thread = threading.Thread(target=self._run, name="wenxun-writer", daemon=True)
        self._thread.start()

    @property
    def error(self) -> Exception | None:
        """Return what ended the saving, if anything did."""
        return self._error

    @property
    def _batch(self) -> int:
        """How many records are saved together."""
        return min(_LARGEST, max(_SMALLEST, self._saved // _LOST_SHARE))

    def add(self, record: "AnyRecord") -> None:
        """Hand over a record. Waits while too many are waiting.

        Raises:
            Exception: an earlier save failed (a `StorageError` or one of SQLAlchemy's).
        """
        if self._error is not None:
            raise self._error
        with self._changed:
            self._waiting.append(record)
            if len(self._waiting) >= self._batch:
                self._changed.notify_all()
            # Fetching waits for a slow disk before memory fills up.
            self._changed.wait_for(lambda: len(self._waiting) < _MOST_WAITING)

    @property
    def doubted(self) -> Sequence[Doubted]:
        """Return what was put aside so far."""
        return tuple(self._doubted or ())

    def take_doubted(self) -> Sequence[Doubted]:
        """Save what waits, and return what was put aside; from now on everything is saved."""
        self.flush()
        doubted, self._doubted = self._doubted, None
        return doubted or ()

    def flush(self) -> None:
        """Wait until all that was added is saved (or saving has failed)."""
        self._wait_for(_Flush(everything=True))

    def flush_listings(self) -> None:
        """Wait until the listings that were added are saved (or saving has failed)."""
        self._wait_for(_Flush(everything=False))

    def close(self) -> None:
        """Save the rest and stop."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _wait_for(self, flush: _Flush) -> None:
        with self._changed:
            self._flushes.append(flush)
            self._changed.notify_all()
        while not flush.done.wait(0.5) and self._thread.is_alive():
            pass

    def _run(self) -> None:
        closing = False
        while not closing:
            records, flushes, closing = self._collect()
            self._save(records)
            for flush in flushes:
                flush.done.set()

    def _collect(self) -> tuple[list["AnyRecord"], list[_Flush], bool]:
        """Wait until a batch is full, time is up, or somebody waits; return what is to be saved."""
        with self._changed:
            self._changed.wait_for(self._is_urgent, timeout=max(0.0, self._due_at - monotonic()))
            flushes, self._flushes = self._flushes, []
            waiting, self._waiting = self._waiting, []
            self._changed.notify_all()
            if self._only_listings_now(flushes, waiting):
                self._waiting = [one for one in waiting if not isinstance(one, ListingRead)]
                waiting = [one for one in waiting if isinstance(one, ListingRead)]
            else:
                self._due_at = monotonic() + _WAIT_S
            return waiting, flushes, self._closing

    def _only_listings_now(self, flushes: Sequence[_Flush], waiting: Sequence["AnyRecord"]) -> bool:
        """Say whether the rest of what waits can go on waiting while listings are saved."""
        if not flushes or any(flush.everything for flush in flushes) or self._closing:
            return False
        return len(waiting) < self._batch and monotonic() < self._due_at

    def _is_urgent(self) -> bool:
        return self._closing or bool(self._flushes) or len(self._waiting) >= self._batch

    def _save(self, records: Sequence["AnyRecord"]) -> None:
        try:
            for start in range(0, len(records), _LARGEST):
                if self._error is None:
                    self._save_batch(records[start : start + _LARGEST])
            if self._error is None and monotonic() > self._renew_at:
                self._crawls.renew(self._lease, now=self._now())
                self._renew_at = monotonic() + self._renew_s
        except Exception as error:  # noqa: BLE001 (raised again to the crawl, by `add`)
            self._error = error

    def _save_batch(self, records: Sequence["AnyRecord"]) -> None:
        saved = self._crawls.save(
            self._lease, records, requests=self._requests(), now=self._now(),
            doubted=self._doubted,
        )  # fmt: skip
        self._renew_at = monotonic() + self._renew_s
        self._on_saved(saved)
        self._saved += len(records)
