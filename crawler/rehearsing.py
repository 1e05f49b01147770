"""Rehearse kept pages in several processes: batches out, what they came to back, in order.

A worker reads the database for itself and writes nothing; what is to be saved is saved by whoever
asked.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.collecting import collect_seldom
from crawler.errors import WorkerDiedError
from crawler.extract import EXTRACTOR_VERSION
from crawler.fields.links import url_key
from crawler.page import Page
from crawler.rehearse import Fate, Rehearsed, rehearse, rehearse_refused
from crawler.site import Site
from crawler.workers import workers_context
from storage.archive.reading import Archived, KeptResponse, read_all, standing
from storage.rehearsal import RefusedPage, Standing
from storage.rehearsals import Rehearsals
from storage.store import Store, open_store

BATCH = 64  # documents
_UNREADABLE = "its kept page cannot be read back: see `wenxun archive verify`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where articles and kept pages are; see `open_store`."""

    url: str
    archive_dir: Path | None = None

    def open(self) -> Store:
        """Open it; each process for itself."""
        return open_store(self.url, archive_dir=self.archive_dir)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Documents and refused pages of one site. `wants_reads`: what would be saved is asked for."""

    site: Site
    documents: tuple[int, ...] = ()
    refused: tuple[RefusedPage, ...] = ()
    wants_reads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a batch came to: `found` is all but the SAME, of which `articles` are the numbers.

    `stale` are the versions that an older extractor wrote and today's reads the same.
    """

    batch: Batch
    found: tuple[Rehearsed, ...]
    articles: tuple[int, ...]
    stale: tuple[int, ...]


def run_batches(batches: Iterable[Batch], *, database: Database, jobs: int) -> Iterator[Done]:
    """Yield what the batches come to, in their order; with one job, in this process.

    Raises:
        StorageError: the database cannot be used.
        WorkerDiedError: a worker was killed.
    """
    if jobs == 1:
        store = database.open()
        try:
            yield from (run_batch(store, batch) for batch in batches)
        finally:
            store.close()
        return
    pool = ProcessPoolExecutor(jobs, workers_context(), initializer=_begin, initargs=(database,))
    waiting: deque[Future[Done]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_run, batch))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerDiedError from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def run_batch(store: Store, batch: Batch) -> Done:
    """Rehearse a batch."""
    stored = Rehearsals(store).standing(batch.documents)
    found: list[Rehearsed] = []
    articles: list[int] = []
    stale: list[int] = []
    kept = dict(standing(store, batch.documents))
    for number in batch.documents:
        one = stored.get(number)
        if one is None:
            continue  # forgotten since it was counted
        articles.append(one.article_id)
        came_to = _document(one, kept.get(number, ()), batch)
        if came_to.fate is not Fate.SAME:
            found.append(came_to)
        elif one.extractor_version != EXTRACTOR_VERSION:
            stale.append(one.version_id)
    found += _refused(store, batch)
    return Done(batch=batch, found=tuple(found), articles=tuple(articles), stale=tuple(stale))


def _document(stored: Standing, responses: Sequence[KeptResponse], batch: Batch) -> Rehearsed:
    kept = _last_look(responses)
    whole = [one for one in kept if isinstance(one, Archived)]
    if not kept or any(one.is_dropped for one in kept):
        return _unread(stored, Fate.NOT_KEPT, None)
    if len(whole) < len(kept):
        return _unread(stored, Fate.FAILED, _UNREADABLE)
    try:
        found = rehearse(stored, [_page(one, batch.site) for one in whole])
    except Exception as error:  # noqa: BLE001 (no page may end the others: it is told as a failure)
        failure = error
    else:
        return found if batch.wants_reads else replace(found, read=None)
    return _unread(stored, Fate.FAILED, f"{type(failure).__name__}: {failure}")


def _unread(stored: Standing, fate: Fate, evidence: str | None) -> Rehearsed:
    return Rehearsed(
        fate=fate, url=stored.url, document_id=stored.document_id,
        article_id=stored.article_id, version_id=stored.version_id, evidence=evidence,
    )  # fmt: skip


def _last_look(responses: Sequence[KeptResponse]) -> Sequence[KeptResponse]:
    """Return the responses of the last look: a crawl may have read an article twice."""
    start = 0
    for place in range(1, len(responses)):
        first, one = responses[start], responses[place]
        if one.outcome != first.outcome or url_key(one.url) == url_key(first.url):
            start = place
    return responses[start:]


def _refused(store: Store, batch: Batch) -> Iterator[Rehearsed]:
    by_response = {page.response_id: page for page in batch.refused}
    for response in read_all(store, list(by_response)) if by_response else ():
        page = by_response[response.id]
        if not isinstance(response, Archived):
            continue
        try:
            found = rehearse_refused(_page(response, batch.site), page)
        except Exception as error:  # noqa: BLE001 (as above)
            failure = error
        else:
            if found is not None:
                yield found
            continue
        evidence = f"{type(failure).__name__}: {failure}"
        yield Rehearsed(fate=Fate.FAILED, url=response.url, evidence=evidence)


def _page(kept: Archived, site: Site) -> Page:
    return Page(
        url=kept.url,
        status=kept.status,
        headers=kept.headers,
        body=kept.body,
        fetched_at=kept.fetched_at,
        timezone=site.timezone,
        selectors=site.selectors,
        family=site.family,
    )


_worker: Store | None = None


def _begin(database: Database) -> None:
    # Ctrl-C reaches all processes of a terminal; who asked ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _worker  # noqa: PLW0603 (the worker's own connection, for all of its batches)
    _worker = database.open()
    collect_seldom()


def _end_with_parent() -> None:
    """Let nobody read on for an asker that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(batch: Batch) -> Done:
    if _worker is None:
        raise RuntimeError("the worker has no database")
    return run_batch(_worker, batch)
