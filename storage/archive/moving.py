"""Carry what older databases kept in rows into the archive's files."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.archive.keeping import Kept, write
from storage.archive.reading import Archived, archived, question
from storage.crawl import RawResponse
from storage.errors import RecordLostError
from storage.retrying import retried
from storage.schema import Body, Response
from storage.store import Store

_BATCH = 100
_IN_ROWS = (Response.segment_id.is_(None), Response.dropped_at.is_(None))
_STAND = (
    update(Response)
    .where(Response.id == bindparam("of_response"))
    .values(
        segment_id=bindparam("segment"),
        record_offset=bindparam("start"),
        record_length=bindparam("bytes"),
    )
)


def waiting(store: Store) -> int:
    """Return how many responses still stand in the database."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(Response).where(*_IN_ROWS)) or 0


def move(store: Store) -> Iterator[int]:
    """Move the responses that stand in the database; yield how many, after each transaction.

    May be ended at any time; the next call goes on. A response that cannot be read stays.

    Raises:
        ArchiveFailedError: a file cannot be written; what was moved before is moved.
    """
    last: int | None = 0
    while last is not None:
        last, moved = _move_batch(store, last)
        if moved:
            yield moved
    _drop_unspoken(store)


@retried
def _drop_unspoken(store: Store) -> None:
    """Drop bytes that no response speaks of any more."""
    spoken_of = select(Response.body_sha256).where(Response.body_sha256.is_not(None))
    with store.write() as connection:
        connection.execute(delete(Body).where(Body.codec == "zstd", Body.sha256.not_in(spoken_of)))


@retried
def _move_batch(store: Store, last: int) -> tuple[int | None, int]:
    with store.write() as connection:
        return _moved(connection, store, last)


def _moved(connection: Connection, store: Store, last: int) -> tuple[int | None, int]:
    rows = connection.execute(
        question().where(Response.id > last, *_IN_ROWS).order_by(Response.id).limit(_BATCH)
    ).all()
    if not rows:
        return None, 0
    readable = []
    for row in rows:
        try:
            readable.append(archived(store.folder, row))
        except RecordLostError:
            continue  # it stays where it is, and `verify` tells
    _write_again(connection, readable)
    return rows[-1].id, len(readable)


def _write_again(connection: Connection, responses: Sequence[Archived]) -> None:
    if not responses:
        return
    kept = [
        Kept(
            response=RawResponse(
                url=one.url, url_key="", status=one.status, headers=one.headers, body=one.body,
                fetched_at=one.fetched_at,
            ),
            outcome=one.outcome,
            body_hash=one.body_sha256,
        )
        for one in responses
    ]  # fmt: skip
    places = write(connection, kept)
    connection.execute(
        _STAND,
        [
            {"of_response": one.id, "segment": place.segment_id, "start": place.offset,
             "bytes": place.length}
            for one, place in zip(responses, places, strict=True)
        ],
    )  # fmt: skip
