"""Keep the responses of other tools' files as if they were fetched by us: decoded, bodies once.

What is known already (same address, time and bytes) is not taken twice.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from storage.archive.foreign import Foreign, Left, responses_of
from storage.archive.keeping import Kept, keep
from storage.archive.reading import find
from storage.archive.warc import body_sha256
from storage.crawl import RawResponse
from storage.errors import ImportFailedError, NotFoundError, RecordLostError
from storage.retrying import retried
from storage.schema import Column, Document, Response, Site
from storage.store import Store

_RECORDS_A_STEP = 100
_BYTES_A_STEP = 16_000_000
_NO_ORIGINAL = "revisits without their original"

UrlKey = Callable[[str], str]
_Known = tuple[str, datetime]  # url_key, when


@dataclass(slots=True)
class Imported:
    """What came of a file so far. `left` counts the records that were not taken, by why.

    `differing` of those that were taken are not what their digests say.
    """

    taken: int = 0
    known: int = 0
    differing: int = 0
    left: Tally[str] = field(default_factory=Tally)
    bytes_read: int = 0


def import_file(
    store: Store, path: Path, *, url_key: UrlKey, site: str | None = None
) -> Iterator[Imported]:
    """Take the responses of a file; yield how far it is, after each transaction.

    They belong to `site`, or to the site of which a list page is on the same host, or to none. May
    be ended at any time and be begun again.

    Raises:
        ImportFailedError: the file cannot be read (to its end); what came before is kept.
        NotFoundError: there is no such site.
        ArchiveFailedError: a file of ours cannot be written.
    """
    taking = _Taking(store, path, url_key, site)
    try:
        for found, bytes_read in responses_of(path):
            taking.add(found)
            if taking.is_full:
                taking.save()
                taking.done.bytes_read = bytes_read
                yield taking.done
    except ImportFailedError:
        taking.save()
        yield taking.done
        raise
    taking.save()
    taking.done.bytes_read = path.stat().st_size
    yield taking.done


class _Taking:
    """One file on its way into the archive."""

    def __init__(self, store: Store, path: Path, url_key: UrlKey, site: str | None) -> None:
        self.done = Imported()
        self._store = store
        self._path = path
        self._url_key = url_key
        self._sites = _Sites(store, only=site)
        self._by_digest: dict[str, _Known] = {}
        self._waiting: dict[tuple[str, datetime, str], Kept] = {}
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Say whether enough waits for a transaction."""
        return len(self._waiting) >= _RECORDS_A_STEP or self._bytes >= _BYTES_A_STEP

    def add(self, found: Foreign | Left) -> None:
        """Let a record wait to be saved, or count why it is not taken."""
        if isinstance(found, Left):
            self.done.left[found.why] += 1
            return
        body = found.body if found.body is not None else self._revisited(found)
        if body is None:
            self.done.left[_NO_ORIGINAL] += 1
            return
        kept = self._kept(found, body)
        key = kept.response.url_key, kept.response.fetched_at
        if found.digest and found.body is not None:
            self._by_digest[found.digest] = key
        self._waiting[*key, str(kept.body_hash)] = kept
        self._bytes += len(body)

    @retried
    def save(self) -> None:
        """Keep what waits, in one transaction."""
        with self._store.write() as connection:
            known = _known(connection, [key[0] for key in self._waiting])
            fresh = [kept for key, kept in self._waiting.items() if key not in known]
            for site_id, some in self._sites.sorted(fresh).items():
                linked = _linked(connection, site_id, some)
                keep(connection, linked, site_id=site_id, crawl_id=None)
        self.done.taken += len(fresh)
        self.done.known += len(self._waiting) - len(fresh)
        self._waiting, self._bytes = {}, 0

    def _kept(self, found: Foreign, body: bytes) -> Kept:
        evidence = f"imported from {self._path.name}"
        if found.record_id:
            evidence += f", record {found.record_id}"
        if found.digest_differs:
            evidence += "; its digest differs"
            self.done.differing += 1
        response = RawResponse(
            url=found.url, url_key=self._url_key(found.url), status=found.status,
            headers=found.headers, body=body, fetched_at=found.fetched_at,
        )  # fmt: skip
        return Kept(
            response=response, outcome="imported", body_hash=body_sha256(body), evidence=evidence,
            truncated=found.truncated,
        )  # fmt: skip

    def _revisited(self, found: Foreign) -> bytes | None:
        """Return the body that a revisit refers to, if that is kept or waits to be."""
        key = self._by_digest.get(found.digest or "")
        if key is None and found.original is not None:
            url, at = found.original
            key = self._url_key(url), at
        if key is None:
            return None
        for waiting, kept in self._waiting.items():
            if waiting[:2] == key:
                return kept.response.body
        try:
            original = find(self._store, key[0], until=key[1])
        except RecordLostError:
            return None
        is_it = original is not None and original.fetched_at == key[1]
        return original.body if original is not None and is_it else None


class _Sites:
    """Which site a page belongs to."""

    def __init__(self, store: Store, *, only: str | None) -> None:
        self._only: int | None = None
        with store.read() as connection:
            if only is not None:
                self._only = connection.scalar(select(Site.id).where(Site.name == only))
                if self._only is None:
                    raise NotFoundError("site", only)
            rows = connection.execute(select(Column.url_key, Column.site_id))
            self._by_host: Mapping[str, int] = {_host(row.url_key): row.site_id for row in rows}

    def sorted(self, kept: Sequence[Kept]) -> Mapping[int | None, list[Kept]]:
        """Return responses by the number of their site (None: it is not known)."""
        by_site: dict[int | None, list[Kept]] = {}
        for one in kept:
            site_id = self._only or self._by_host.get(_host(one.response.url_key))
            by_site.setdefault(site_id, []).append(one)
        return by_site


def _host(url_key: str) -> str:
    return url_key.partition("/")[0]


def _known(connection: Connection, url_keys: Sequence[str]) -> set[tuple[str, datetime, str]]:
    rows = connection.execute(
        select(Response.url_key, Response.fetched_at, Response.body_sha256).where(
            Response.url_key.in_(url_keys)
        )
    )
    return {(row.url_key, row.fetched_at, row.body_sha256) for row in rows}


def _linked(connection: Connection, site_id: int | None, kept: Sequence[Kept]) -> list[Kept]:
    """Return responses with the documents of their addresses, where there are any."""
    keys = [one.response.url_key for one in kept]
    rows = connection.execute(
        select(Document.url_key, Document.id).where(
            Document.site_id == site_id, Document.url_key.in_(keys)
        )
    )
    documents = {row.url_key: row.id for row in rows}
    return [replace(one, document_id=documents.get(one.response.url_key)) for one in kept]
