"""Fill the search index with what was stored before there was one, or all over again.

In batches, each a transaction with the mark of how far it came: whoever stops it loses nothing, and
crawls go on meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.indexing import Said, empty, index
from storage.retrying import retried
from storage.schema import Content, Document, SearchFill, Version
from storage.store import Store

_BATCH = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """How far the filling is: so many of so many documents."""

    done: int
    total: int


class SearchIndex:
    """The search index as a whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def filling(self) -> Filling | None:
        """Return how far the filling is; None: everything is in the index."""
        with self._store.read() as connection:
            filled_to = connection.scalar(select(SearchFill.filled_to))
            if filled_to is None:
                return None
            done = select(func.count(Document.id)).where(Document.id <= filled_to)
            total = connection.scalar(select(func.count(Document.id)))
            return Filling(done=connection.scalar(done) or 0, total=total or 0)

    @retried
    def clear(self) -> None:
        """Empty the index; `fill` makes it anew."""
        with self._store.write() as connection:
            unfill(connection)

    def fill(self, progress: Progress = lambda _done, _total: None) -> int:
        """Put into the index what is missing; return how many documents were looked at."""
        start = self.filling()
        if start is None:
            return 0
        done = 0
        while True:
            batch = self._fill_some()
            if batch == 0:
                return done
            done += batch
            progress(start.done + done, start.total)

    @retried
    def _fill_some(self) -> int:
        with self._store.write() as connection:
            return _fill_batch(connection)


def unfill(connection: Connection) -> None:
    """Empty the index within the caller's transaction, and note that everything is missing."""
    empty(connection)
    connection.execute(delete(SearchFill))
    connection.execute(insert(SearchFill).values(id=1, filled_to=0))


def _fill_batch(connection: Connection) -> int:
    """Fill in the next documents, or note that there are no more; return how many."""
    filled_to = connection.scalar(select(SearchFill.filled_to))
    if filled_to is None:
        return 0  # another process was faster
    rows = connection.execute(
        select(
            Document.id, Document.site_id, Document.content_id, Version.published_at,
            Content.title, Content.text,
        )
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .join(Content, Content.id == Document.content_id)
        .where(Document.id > filled_to)
        .order_by(Document.id)
        .limit(_BATCH)
    ).all()  # fmt: skip
    if not rows:
        connection.execute(delete(SearchFill))
        return 0
    said = [
        Said(
            site_id=row.site_id, content_id=row.content_id, published_at=row.published_at,
            title=row.title, text=row.text,
        )
        for row in rows
    ]  # fmt: skip
    index(connection, said)
    connection.execute(update(SearchFill).values(filled_to=rows[-1].id))
    return len(rows)
