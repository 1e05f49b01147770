"""Check that the archive holds what the database says: every file, every record, every byte."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, union

from storage.archive.places import UnreadableError, record_at
from storage.archive.reading import archived, question
from storage.archive.warc import NoRecordError, body_sha256
from storage.errors import RecordLostError
from storage.rows import AnyRow
from storage.schema import Body, Response, Segment
from storage.store import Store

_ROWS_A_STEP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as the database says. `url` where it concerns one response."""

    file: str
    what: str
    url: str | None = None


def problems(
    store: Store, *, on_progress: Callable[[int], None] = lambda _: None
) -> Iterator[Problem]:
    """Yield what is wrong. `on_progress` is told the bytes that were read.

    Files of other machines are passed over where they do not stand in this folder. A file that goes
    on behind its committed end is sound: its next writer cuts it.
    """
    with store.read() as connection:
        question = select(Segment).where(Segment.state != "gone").order_by(Segment.id)
        segments = connection.execute(question).all()
    for segment in segments:
        path = store.folder.file(segment.name)
        if not path.exists():
            if segment.host == store.folder.host:
                yield Problem(file=segment.name, what="is not there")
            continue
        size = path.stat().st_size
        if size < segment.size:
            what = f"has {size} of {segment.size} committed bytes"
            yield Problem(file=segment.name, what=what)
        yield from _records(store, segment, path, on_progress)
    yield from _in_rows(store)


def strangers(store: Store) -> list[str]:
    """Return the names of files that look like ours and that the database does not know.

    A writer that was killed in the first transaction of a file leaves one that holds nothing of
    use; more may stand there where the database is older than the folder.
    """
    with store.read() as connection:
        known = set(connection.scalars(select(Segment.name)))
    found = (path.name for path in store.folder.path.glob("wenxun-*.warc.gz"))
    return sorted(name for name in found if name not in known)


def _records(
    store: Store, segment: AnyRow, path: Path, on_progress: Callable[[int], None]
) -> Iterator[Problem]:
    for row in _places(store, segment):
        on_progress(row.record_length)
        what = _wrong(path, row)
        if what is not None:
            yield Problem(file=segment.name, what=what, url=row.url)


def _places(store: Store, segment: AnyRow) -> list[AnyRow]:
    """Return all that refers to a file, in the order of its bytes."""
    responses = select(
        Response.record_offset, Response.record_length, Response.body_sha256, Response.url
    ).where(Response.segment_id == segment.id)
    bodies = (
        select(Body.record_offset, Body.record_length, Body.sha256, Response.url)
        .outerjoin(
            Response,
            (Response.segment_id == Body.segment_id)
            & (Response.record_offset == Body.record_offset),
        )
        .where(Body.segment_id == segment.id)
    )
    both = union(responses, bodies).subquery()
    with store.read() as connection:
        return list(connection.execute(select(both).order_by(both.c.record_offset)))


def _wrong(path: Path, row: AnyRow) -> str | None:
    """Return what is wrong with a record."""
    try:
        record = record_at(path, row.record_offset, row.record_length)
        if row.url is not None and record.fields.get("warc-target-uri") != row.url:
            return f"byte {row.record_offset}: another address stands there"
        if record.kind == "revisit":
            found = record.fields.get("warc-payload-digest", "").removeprefix("sha256:")
        else:
            found = body_sha256(record.payload)
    except (UnreadableError, NoRecordError) as error:
        return str(error)
    if found != row.body_sha256:
        return f"byte {row.record_offset}: what stands there is not what was kept"
    return None


def _in_rows(store: Store) -> Iterator[Problem]:
    """Check the responses that an older version kept in the database."""
    with store.read() as connection:
        wanted = question().where(Response.segment_id.is_(None), Response.dropped_at.is_(None))
        rows = connection.execute(wanted.execution_options(yield_per=_ROWS_A_STEP))
        for row in rows:
            try:
                archived(store.folder, row)
            except RecordLostError as error:
                yield Problem(file="the database", what=error.reason, url=row.url)
