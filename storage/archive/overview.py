"""What the archive holds, in numbers; and one response as a file of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from storage.archive.members import compressed
from storage.archive.reading import Archived
from storage.archive.segments import new_record_id
from storage.archive.warc import END, Exchange, body_sha256, response_record
from storage.schema import Body, Response, Segment
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStats:
    """The archive in numbers. Bytes of files are compressed, those of bodies are not.

    `condemned` files are to be written anew; `in_database` responses were kept by an older version;
    `torn_bytes` were cut off after a writer died.
    """

    files: int
    bytes: int
    records: int
    condemned: int
    torn_bytes: int
    responses: int
    bodies: int
    body_bytes: int
    in_database: int
    dropped: int
    oldest: datetime | None
    newest: datetime | None


def archive_stats(store: Store) -> ArchiveStats:
    """Count what the database knows; no file is read."""
    alive = Segment.state != "gone"
    with store.read() as connection:
        files = connection.execute(
            select(
                func.count(Segment.id).label("files"),
                func.coalesce(func.sum(Segment.size), 0).label("bytes"),
                func.coalesce(func.sum(Segment.records), 0).label("records"),
                _sum(Segment.state == "condemned").label("condemned"),
            ).where(alive)
        ).one()
        torn = connection.scalar(select(func.sum(Segment.torn_bytes)))
        kept = connection.execute(
            select(
                _sum(Response.dropped_at.is_(None)).label("responses"),
                _sum(Response.dropped_at.is_not(None)).label("dropped"),
                _sum(Response.dropped_at.is_(None) & Response.segment_id.is_(None)).label(
                    "in_rows"
                ),
                func.min(Response.fetched_at).label("oldest"),
                func.max(Response.fetched_at).label("newest"),
            )
        ).one()
        bodies = connection.execute(
            select(
                func.count(Body.sha256).label("bodies"),
                func.coalesce(func.sum(Body.size), 0).label("bytes"),
            ).where(Body.codec != "dropped")
        ).one()
    return ArchiveStats(
        files=files.files, bytes=int(files.bytes), records=int(files.records),
        condemned=files.condemned, torn_bytes=int(torn or 0), responses=kept.responses,
        bodies=bodies.bodies, body_bytes=int(bodies.bytes), in_database=kept.in_rows,
        dropped=kept.dropped, oldest=kept.oldest, newest=kept.newest,
    )  # fmt: skip


def as_warc(found: Archived) -> Iterator[bytes]:
    """Yield the bytes of a WARC file that holds this response alone, to hand it on."""
    exchange = Exchange(
        url=found.url, status=found.status, headers=found.headers, fetched_at=found.fetched_at
    )
    digest = found.body_sha256 or body_sha256(found.body)
    head, body = response_record(exchange, found.body, body_hash=digest, record_id=new_record_id())
    yield from compressed(head, body, END)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
