"""Keep raw responses, within the transaction that saves what they gave.

Only what gave or changed something, or failed to, is kept: evidence, and food for re-extraction.
Equal bodies are written once; who fetched them again is a small record that refers to the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, insert, select, update

from storage.archive.places import original_at
from storage.archive.segments import Batch, Place, new_record_id
from storage.archive.warc import (
    Exchange,
    Original,
    body_sha256,
    kept_headers,
    response_record,
    revisit_record,
)
from storage.crawl import RawResponse
from storage.rows import AnyRow
from storage.schema import Body, Response, Segment
from storage.store import archive_of, upsert_for

_MOVE = (
    update(Body)
    .where(Body.sha256 == bindparam("of_body"))
    .values(
        codec="warc", data=b"", segment_id=bindparam("segment"),
        record_offset=bindparam("start"), record_length=bindparam("bytes"),
    )
)  # fmt: skip
# Every batch asks these, and making a statement costs as much as running it.
_PLACES = (
    select(Body.sha256, Body.segment_id, Body.record_offset, Body.record_length, Segment.name)
    .join(Segment, Segment.id == Body.segment_id)
    .where(Body.sha256.in_(bindparam("hashes", expanding=True)))
    # What this transaction refers to must not be dropped before it is committed.
    .with_for_update(read=True, of=Body)
)
_ADD_RESPONSES = insert(Response)

# What a body gets whose bytes were in a row, or were dropped.
_PLACED = ("codec", "data", "segment_id", "record_offset", "record_length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A response to be kept, and why. `body_hash` where it was computed already.

    `truncated` says why the body is not whole (length, time, disconnect), where it is not.
    """

    response: RawResponse
    outcome: str
    body_hash: str | None = None
    document_id: int | None = None
    state: str | None = None
    evidence: str | None = None
    truncated: str | None = None


def keep(
    connection: Connection, kept: Sequence[Kept], *, site_id: int | None, crawl_id: int | None
) -> None:
    """Keep these responses within the caller's transaction; equal bodies are written once.

    Raises:
        ArchiveFailedError: a file cannot be written; the transaction has to end.
    """
    if not kept:
        return
    hashed = [one if one.body_hash else _hashed(one) for one in kept]
    places = write(connection, hashed)
    rows = [
        {**_row(one), **place.columns(), "site_id": site_id, "crawl_id": crawl_id}
        for one, place in zip(hashed, places, strict=True)
    ]
    connection.execute(_ADD_RESPONSES, rows)


def write(connection: Connection, kept: Sequence[Kept]) -> list[Place]:
    """Write the records of these responses, whose bodies are hashed; return their places.

    Raises:
        ArchiveFailedError: a file cannot be written; the transaction has to end.
    """
    hashes = [str(one.body_hash) for one in kept]
    bodies = _Bodies(connection, hashes)
    places = [bodies.write(one, sha256) for one, sha256 in zip(kept, hashes, strict=True)]
    bodies.save()
    return places


def _hashed(kept: Kept) -> Kept:
    return replace(kept, body_hash=body_sha256(kept.response.body))


class _Bodies:
    """Which bodies have their full record in a file, before and within this transaction."""

    def __init__(self, connection: Connection, hashes: Sequence[str]) -> None:
        self._connection = connection
        self._batch: Batch = archive_of(connection)
        found = connection.execute(_PLACES, {"hashes": hashes})
        self._known: Mapping[str, AnyRow] = {row.sha256: row for row in found}
        self._originals: dict[str, Original | None] = {}
        self._written: dict[str, tuple[Exchange, str]] = {}
        self._new: dict[str, tuple[int, Place]] = {}

    def write(self, kept: Kept, sha256: str) -> Place:
        """Write the response's record: the full one, or one that refers to the same bytes."""
        response = kept.response
        exchange = Exchange(
            url=response.url, status=response.status, headers=response.headers,
            fetched_at=response.fetched_at, truncated=kept.truncated,
        )  # fmt: skip
        record_id = new_record_id()
        original = self._original(sha256)
        size = len(response.body)
        if original is not None:
            record = revisit_record(
                exchange, original, body_hash=sha256, body_bytes=size, record_id=record_id
            )
            return self._batch.append(record)
        head, body = response_record(exchange, response.body, body_hash=sha256, record_id=record_id)
        place = self._batch.append(head, body)
        self._new[sha256] = size, place
        self._written[sha256] = exchange, record_id
        return place

    def save(self) -> None:
        """Save where the bodies that were written stand."""
        # In one order for all writers: two with the same bodies never block each other.
        new = sorted(self._new.items())
        rows = [_body_row(h, size, place) for h, (size, place) in new if h not in self._known]
        if rows:
            self._connection.execute(_add_bodies(self._connection.dialect.name), rows)
        lost = [_moved(h, place) for h, (_, place) in new if h in self._known]
        if lost:
            self._connection.execute(_MOVE, lost)

    def _original(self, sha256: str) -> Original | None:
        """Return the record to refer to; None where there is none that can be read here."""
        if sha256 in self._written:
            exchange, record_id = self._written[sha256]
            return exchange.as_original(record_id)
        row = self._known.get(sha256)
        if row is None:
            return None
        if sha256 not in self._originals:
            self._originals[sha256] = original_at(
                self._batch.folder, row.name, row.record_offset, row.record_length
            )
        return self._originals[sha256]


@cache
def _add_bodies(dialect: str) -> Executable:
    statement = upsert_for(dialect, Body)
    given = {name: statement.excluded[name] for name in _PLACED}
    return statement.on_conflict_do_update(
        index_elements=["sha256"], set_=given, where=Body.codec != "warc"
    )


def _body_row(sha256: str, size: int, place: Place) -> dict[str, Any]:
    return {"sha256": sha256, "codec": "warc", "size": size, "data": b"", **place.columns()}


def _moved(sha256: str, place: Place) -> dict[str, Any]:
    return {
        "of_body": sha256, "segment": place.segment_id, "start": place.offset,
        "bytes": place.length,
    }  # fmt: skip


def _row(kept: Kept) -> dict[str, Any]:
    response = kept.response
    return {
        "document_id": kept.document_id,
        "url": response.url,
        "url_key": response.url_key,
        "status": response.status,
        "headers": kept_headers(response.headers),
        "body_sha256": kept.body_hash,
        "fetched_at": response.fetched_at,
        "outcome": kept.outcome,
        "state": kept.state,
        "evidence": kept.evidence,
    }
