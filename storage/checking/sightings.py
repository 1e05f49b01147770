"""Links that were seen: each leads to its document, waits to be fetched, or was refused."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.checking.finding import Check, Found, Looking
from storage.schema import Document, Sighting


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield links to articles that lead nowhere and wait for nothing."""
    question = (
        select(Sighting.id, Sighting.url, Document.id.label("document"))
        .outerjoin(
            Document,
            (Document.site_id == Sighting.site_id) & (Document.url_key == Sighting.url_key),
        )
        .where(
            Sighting.kind == "article",
            Sighting.document_id.is_(None),
            Sighting.next_try_at.is_(None),
            Sighting.refused_state.is_(None),
        )
        .order_by(Sighting.id, Document.id)
    )
    told: set[int] = set()
    for row in connection.execute(question):
        if row.id in told:
            continue
        told.add(row.id)
        known = row.document is not None
        yield Found(
            where=f"sighting {row.id}",
            says=f"({row.url}) does not lead to document {row.document}, which stands there"
            if known
            else f"({row.url}) has no document and waits for no fetch: the article may be missed",
            repair="leads there" if known else "lets the next crawl fetch it",
            key=(row.id, row.document),
        )


def mend(connection: Connection, found: Sequence[Found], now: datetime) -> None:
    """Let each lead to its document, or wait for the next crawl."""
    for one in found:
        sighting, document = one.key
        waits = None if document is not None else now
        connection.execute(
            update(Sighting)
            .where(Sighting.id == sighting)
            .values(document_id=document, next_try_at=waits)
        )


CHECK = Check(name="sightings", rank=5, find=find, mend=mend)
