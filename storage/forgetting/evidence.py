"""Drop kept responses, with the bytes that no other response has.

Their rows go at once; the files of the archive in which their records stand are condemned, and
written anew without them by `purge`.
"""

from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterator

from sqlalchemy import Connection

from storage.archive.compacting import condemn
from storage.archive.reading import archived, question
from storage.archive.segments import Folder
from storage.errors import RecordLostError
from storage.removing import drop_assets as drop_assets_of
from storage.removing import drop_responses
from storage.rows import AnyRow
from storage.schema import Response

_ROWS_A_QUESTION = 500


def drop(connection: Connection, ids: Collection[int]) -> int:
    """Drop these responses, and condemn the files they stand in; return how many."""
    condemn(connection, drop_responses(connection, ids))
    return len(ids)


def drop_assets(connection: Connection, ids: Collection[int], counts: Tally[str]) -> None:
    """Drop files, and condemn those of the archive they stand in."""
    condemn(connection, drop_assets_of(connection, ids, counts))


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
            rows = self._connection.execute(
                wanted.order_by(Response.id).limit(_ROWS_A_QUESTION)
            ).all()
            yield from rows
            if len(rows) < _ROWS_A_QUESTION:
                return
            last = rows[-1].id

    def _body(self, row: AnyRow) -> bytes | None:
        try:
            return archived(self._folder, row).body
        except RecordLostError:
            self.lost += row.codec != "dropped"
            return None
