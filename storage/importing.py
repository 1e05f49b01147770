"""Save documents that somebody hands over. They are no news, and nothing that is stored changes.

A document is known by its address, or else by the name of its file. One that says what is stored
under its key already is left alone; one that says something else is kept beside it, as a document
of its own: what a crawl found stays what the site says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from storage.adding import Fresh, add_documents
from storage.article import comparable
from storage.crawl import ArticleRead, Lease, Saved
from storage.crawls import site_row
from storage.indexing import index
from storage.leases import give_back, hold, take
from storage.prepared import Prepared, prepare
from storage.retrying import retried
from storage.saving import content_ids, said, side_by_side
from storage.schema import Content, Document
from storage.store import Store
from storage.views import record_views


class Imported(StrEnum):
    """What importing a document came to. JOINED joined an article that says the same."""

    NEW = "new"
    JOINED = "joined"
    SEEN = "seen"


class Imports:
    """Begin, save, end. A site is imported to, or crawled, by one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def begin(self, site: str, *, timezone: str, holder: str, now: datetime) -> Lease:
        """Take the lease of a site, which is added with this zone if it is not there.

        Raises:
            SiteBusyError: a crawl or another import of this site is running.
        """
        with self._store.write() as connection:
            row = site_row(connection, site, title=None, timezone=timezone, now=now)
            token = take(connection, row, holder=holder, now=now)
        return Lease(
            site_id=row.id, site=site, timezone=row.timezone, crawl_id=None, token=token,
            alert_max_age=timedelta(0),
        )  # fmt: skip

    @retried
    def save(self, lease: Lease, reads: Sequence[ArticleRead], *, now: datetime) -> list[Imported]:
        """Save documents in one transaction; return what each came to, in order.

        Raises:
            LeaseLostError: another took over; nothing of these is saved.
        """
        waiting = [(n, prepare(read, timezone=lease.timezone)) for n, read in enumerate(reads)]
        outcomes: dict[int, Imported] = {}
        with self._store.write() as connection:
            hold(connection, lease, now=now)
            while waiting:
                this_round, waiting = side_by_side(waiting)
                outcomes |= _save(connection, lease, dict(this_round), now=now)
        return [outcomes[n] for n in range(len(reads))]

    @retried
    def end(self, lease: Lease) -> None:
        """Give the lease back."""
        with self._store.write() as connection:
            give_back(connection, lease)


def _save(
    connection: Connection, lease: Lease, documents: Mapping[int, Prepared], *, now: datetime
) -> dict[int, Imported]:
    """Save documents of which no two have one key or content; return what each came to."""
    first = {n: one.link_key for n, one in documents.items()}
    other = {n: _key_beside(one) for n, one in documents.items()}
    known = _known(connection, lease, {*first.values(), *other.values()})
    outcomes, fresh = {}, {}
    for n, one in documents.items():
        is_taken = first[n] in known
        if other[n] in known or (is_taken and _says(one) == known[first[n]]):
            outcomes[n] = Imported.SEEN
        else:
            fresh[n] = (_beside(one, other[n], lease) if is_taken else one, is_taken)
    return outcomes | dict(
        zip(fresh, _add(connection, lease, fresh.values(), now=now), strict=True)
    )


def _add(
    connection: Connection,
    lease: Lease,
    fresh: Collection[tuple[Prepared, bool]],
    *,
    now: datetime,
) -> list[Imported]:
    documents = [one for one, _ in fresh]
    contents, new = content_ids(connection, documents, now=now)
    rows = [
        Fresh(
            prepared=one,
            content_id=contents[one.content_hash],
            is_new_content=contents[one.content_hash] in new,
            conflict=is_beside,
            seen=(),
        )
        for one, is_beside in fresh
    ]
    added = add_documents(connection, lease, rows, now=now)
    views = [
        (a.document_id, count, now)
        for a in added
        if (count := a.prepared.read.article.views) is not None
    ]
    record_views(connection, views, timezone=lease.timezone)
    index(connection, [said(lease, one, contents[one.content_hash]) for one in documents])
    return [Imported.NEW if a.saved is Saved.NEW else Imported.JOINED for a in added]


def _known(
    connection: Connection, lease: Lease, keys: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Return what the documents under these keys say, as it is compared."""
    rows = connection.execute(
        select(Document.link_key, Content.title, Content.text)
        .join(Content, Content.id == Document.content_id)
        .where(Document.site_id == lease.site_id, Document.link_key.in_(keys))
    )
    return {row.link_key: (comparable(row.title), comparable(row.text)) for row in rows}


def _says(one: Prepared) -> tuple[str, str]:
    return comparable(one.read.article.title), comparable(one.read.article.text)


def _key_beside(one: Prepared) -> str:
    """Return the key of a document whose own key is taken: by what stands in its file."""
    return f"{one.link_key}#{one.body_hash[:16]}"


def _beside(one: Prepared, key: str, lease: Lease) -> Prepared:
    article = replace(one.read.article, page_key=key)
    return prepare(replace(one.read, article=article), timezone=lease.timezone)
