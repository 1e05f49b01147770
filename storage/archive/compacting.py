"""Write files anew without what nobody refers to any more, and remove the old ones.

Who drops a response lets go of its record in the database, condemns its file, commits, and calls
`compact`. Every step is committed of its own: killed anywhere, the next call goes on.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, BinaryIO

from sqlalchemy import Connection, bindparam, exists, func, select, union, update

from storage.archive.members import whole_members
from storage.archive.places import UnreadableError, member_at, record_at
from storage.archive.segments import Place, locked, new_record_id
from storage.archive.warc import Exchange, response_record
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Body, Response, Segment
from storage.store import Store, archive_of

logger = logging.getLogger(__name__)

_RECORDS_A_STEP = 200
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What compacting came to.

    `waiting` files have a writer, or cannot be read; the next call tries them again.
    """

    files: int = 0
    bytes_freed: int = 0
    waiting: tuple[str, ...] = ()


def condemn(connection: Connection, segment_ids: Sequence[int]) -> None:
    """Let these files be written anew by the next `compact`; nothing is added to them any more."""
    if segment_ids:
        alive = Segment.state.in_(("open", "full"))
        wanted = update(Segment).where(Segment.id.in_(segment_ids), alive)
        connection.execute(wanted.values(state="condemned"))


@retried
def condemn_holed(store: Store) -> None:
    """Condemn this machine's files in which more stands than is referred to.

    What is given up stays in its file until enough of it may go; a writer that was killed leaves
    records that nobody refers to.
    """
    referred = union(
        select(Response.segment_id, Response.record_offset, Response.record_length),
        select(Body.segment_id, Body.record_offset, Body.record_length),
    ).subquery()
    needed = func.coalesce(func.sum(referred.c.record_length), 0).label("needed")
    alive_here = Segment.state.in_(("open", "full")) & (Segment.host == store.folder.host)
    with store.write() as connection:
        rows = connection.execute(
            select(Segment.id, Segment.name, Segment.size, needed)
            .outerjoin(referred, referred.c.segment_id == Segment.id)
            .where(alive_here)
            .group_by(Segment.id)
        ).all()
        condemn(connection, [row.id for row in rows if _is_holed(store.folder.file(row.name), row)])


def _is_holed(path: Path, row: AnyRow) -> bool:
    """Say whether a file holds more than its head and what is needed; no writer has it now."""
    file = locked(path)
    if file is None:
        return False
    with file:
        head = next((length for _, length in whole_members(file, 0)), 0)
        return bool(path.stat().st_size > head + row.needed)


def compact(
    store: Store,
    *,
    on_progress: Callable[[int], None] = lambda _: None,
    is_stopped: Callable[[], bool] = lambda: False,
    patience_s: float = _PATIENCE_S,
) -> Compacted:
    """Write the condemned files of this machine anew and remove them.

    `on_progress` is told the bytes of files that are done with. A file's last writer is waited for
    no longer than `patience_s`.

    Raises:
        ArchiveFailedError: there is no room for what stays; nothing is lost.
    """
    with store.read() as connection:
        here = (Segment.state == "condemned") & (Segment.host == store.folder.host)
        condemned = connection.execute(select(Segment).where(here).order_by(Segment.id)).all()
    files, freed, waiting = 0, 0, []
    for row in condemned:
        kept = None if is_stopped() else _write_anew(store, row, is_stopped, patience_s)
        if kept is None:
            waiting.append(row.name)
            continue
        files, freed = files + 1, freed + row.size - kept
        on_progress(row.size)
        logger.info("archive file done with file=%s bytes_freed=%s", row.name, row.size - kept)
    return Compacted(files=files, bytes_freed=freed, waiting=tuple(waiting))


def _write_anew(
    store: Store, row: AnyRow, is_stopped: Callable[[], bool], patience_s: float
) -> int | None:
    """Return the bytes that stay, now in other files; None: it cannot be done now."""
    path = store.folder.file(row.name)
    file = _locked_soon(path, patience_s)
    if file is None and path.exists():
        return None
    kept = 0
    try:
        # Bodies without a response of their own first: their heirs' revisits then stay behind.
        for step in (_bequeath, _copy):
            while (moved := _in_one_transaction(step, store, row)) is not None:
                kept += moved
                if is_stopped():
                    return None
    except UnreadableError as error:
        logger.warning("archive file cannot be written anew file=%s: %s", row.name, error)
        return None
    finally:
        if file is not None:
            file.close()
    path.unlink(missing_ok=True)
    _note_gone(store, row.id)
    return kept


@retried
def _note_gone(store: Store, segment_id: int) -> None:
    with store.write() as connection:
        connection.execute(update(Segment).where(Segment.id == segment_id).values(state="gone"))


def _locked_soon(path: Path, patience_s: float) -> BinaryIO | None:
    """Return the file when its last writer has ended its transaction."""
    until = monotonic() + patience_s
    while (file := locked(path)) is None and path.exists() and monotonic() < until:
        sleep(0.05)
    return file


@retried
def _in_one_transaction(
    step: Callable[[Connection, Path, int], int | None], store: Store, segment: AnyRow
) -> int | None:
    """Move some records; return the bytes of those that stay, None when none is left."""
    with store.write() as connection:
        return step(connection, store.folder.file(segment.name), segment.id)


def _copy(connection: Connection, path: Path, segment_id: int) -> int | None:
    """Copy records of responses as they are."""
    rows = connection.execute(
        select(Response.id, Response.body_sha256, Response.record_offset, Response.record_length)
        .where(Response.segment_id == segment_id)
        .order_by(Response.record_offset)
        .limit(_RECORDS_A_STEP)
    ).all()
    if not rows:
        return None
    moves = []
    for row in rows:
        member = member_at(path, row.record_offset, row.record_length)
        place = archive_of(connection).append_member(member)
        moves.append(
            {"of_response": row.id, "of_body": row.body_sha256, "old_segment": segment_id,
             "old_offset": row.record_offset, "segment": place.segment_id, "start": place.offset,
             "bytes": place.length}
        )  # fmt: skip
    own = update(Response).where(Response.id == bindparam("of_response"))
    full = update(Body).where(
        Body.sha256 == bindparam("of_body"),
        Body.segment_id == bindparam("old_segment"),
        Body.record_offset == bindparam("old_offset"),
    )
    for statement in (own, full):
        connection.execute(statement.values(_new_place()), moves)
    return sum(int(row.record_length) for row in rows)


def _new_place() -> dict[str, Any]:
    return {
        "segment_id": bindparam("segment"),
        "record_offset": bindparam("start"),
        "record_length": bindparam("bytes"),
    }


def _bequeath(connection: Connection, path: Path, segment_id: int) -> int | None:
    """Give bodies whose own response went to one that has the same; drop those that nobody has."""
    own_response = exists().where(
        Response.segment_id == segment_id, Response.record_offset == Body.record_offset
    )
    bodies = connection.execute(
        select(Body)
        .where(Body.segment_id == segment_id, ~own_response)
        .order_by(Body.sha256)
        .limit(_RECORDS_A_STEP)
        .with_for_update()
    ).all()
    if not bodies:
        return None
    heirs = _heirs(connection, [body.sha256 for body in bodies])
    kept = 0
    for body in bodies:
        columns: dict[str, Any] = {"codec": "dropped", **dict.fromkeys(_new_place())}
        if heir := heirs.get(body.sha256):
            place = _inherit(connection, path, body, heir)
            kept, columns = kept + place.length, place.columns()
        connection.execute(update(Body).where(Body.sha256 == body.sha256).values(columns))
    return kept


def _heirs(connection: Connection, hashes: Sequence[str]) -> dict[str, AnyRow]:
    """Return for each body the first response that still has it."""
    rows = connection.execute(
        select(Response)
        .where(Response.body_sha256.in_(hashes), Response.dropped_at.is_(None))
        .order_by(Response.id.desc())
    )
    return {row.body_sha256: row for row in rows}


def _inherit(connection: Connection, path: Path, body: AnyRow, heir: AnyRow) -> Place:
    """Write a body as the record of another response that had the same bytes."""
    payload = record_at(path, body.record_offset, body.record_length).payload
    exchange = Exchange(
        url=heir.url, status=heir.status, headers=heir.headers, fetched_at=heir.fetched_at
    )
    head, rest = response_record(
        exchange, payload, body_hash=body.sha256, record_id=new_record_id()
    )
    place = archive_of(connection).append(head, rest)
    where = update(Response).where(Response.id == heir.id)
    connection.execute(where.values(place.columns()))
    return place


def let_go(now: datetime) -> dict[str, Any]:
    """Return the columns of a response whose record is given up."""
    return {"dropped_at": now, **dict.fromkeys(_new_place())}
