"""Drop kept responses, with the bytes that no other response has.

Their rows go at once; the files of the archive in which their records stand are condemned, and
written anew without them by `purge`.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Connection, delete, select

from storage.archive.compacting import condemn
from storage.archive.reading import archived, question
from storage.archive.segments import Folder
from storage.errors import RecordLostError
from storage.rows import AnyRow
from storage.schema import Body, Response

_MOST_KEYS = 500  # in one question


def drop(connection: Connection, ids: Collection[int]) -> int:
    """Drop these responses; return how many."""
    hashes: set[str] = set()
    segments: set[int] = set()
    for some in _pieces(sorted(ids)):
        chosen = Response.id.in_(some)
        rows = connection.execute(select(Response.body_sha256, Response.segment_id).where(chosen))
        for row in rows.all():
            hashes.add(row.body_sha256)
            segments.add(row.segment_id)
        connection.execute(delete(Response).where(chosen))
    for some in _pieces(sorted(hashes - {None})):
        needed = select(Response.body_sha256).where(Response.body_sha256.in_(some))
        left = set(some) - set(connection.scalars(needed))
        segments |= set(connection.scalars(select(Body.segment_id).where(Body.sha256.in_(left))))
        connection.execute(delete(Body).where(Body.sha256.in_(left)))
    condemn(connection, sorted(segments - {None}))
    return len(ids)


class Holding:
    """The kept responses in which something is told; `lost` counts those that cannot be read."""

    def __init__(self, connection: Connection, folder: Folder, *, site_id: int | None) -> None:
        self._connection = connection
        self._folder = folder
        self._site_id = site_id
        self.lost = 0

    def ids(self, in_body: Callable[[bytes], bool], in_head: Callable[[str], bool]) -> set[int]:
        """Return those whose bytes, or whose address or headers, one of these says to tell it."""
        known: dict[str | None, bool] = {}
        found = set()
        for row in self._rows():
            if row.body_sha256 not in known:
                body = self._body(row)
                known[row.body_sha256] = body is not None and in_body(body)
            if known[row.body_sha256] or any(map(in_head, (row.url, *row.headers.values()))):
                found.add(row.id)
        return found

    def _rows(self) -> Iterator[AnyRow]:
        last = 0
        while True:
            wanted = question().where(Response.id > last, Response.dropped_at.is_(None))
            if self._site_id is not None:
                wanted = wanted.where(Response.site_id == self._site_id)
            rows = self._connection.execute(wanted.order_by(Response.id).limit(_MOST_KEYS)).all()
            yield from rows
            if len(rows) < _MOST_KEYS:
                return
            last = rows[-1].id

    def _body(self, row: AnyRow) -> bytes | None:
        try:
            return archived(self._folder, row).body
        except RecordLostError:
            self.lost += row.codec != "dropped"
            return None


def _pieces(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), _MOST_KEYS):
        yield keys[start : start + _MOST_KEYS]
