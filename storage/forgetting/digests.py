"""Blank what messages about other articles tell of those that are forgotten.

A digest tells of several; the message that told of a story first names its reposts.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.orm import aliased

from storage.forgetting.quotes import Quotes
from storage.rows import AnyRow
from storage.schema import Alert, Delivery, Document, Event


def blank_digests(connection: Connection, document_ids: Sequence[int], quotes: Quotes) -> int:
    """Blank these documents in digests and as reposts; return how many parts were changed."""
    told = (
        select(Delivery.digest_id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Event, Event.id == Alert.event_id)
        .where(Event.document_id.in_(document_ids), Delivery.digest_id.is_not(None))
    )
    digests = set(connection.scalars(told))
    joined = _joined(connection, document_ids)
    rows = connection.execute(
        select(Delivery.id, Delivery.message).where(
            or_(Delivery.id.in_(digests), Delivery.digest_id.in_(digests)),
            Delivery.alert_id.is_(None),
        )
    ).all()
    for row in rows:
        values = {"message": quotes.blanked(row.message)}
        connection.execute(update(Delivery).where(Delivery.id == row.id).values(values))
    # Of a repost they say the address; all other words are those of their own article.
    address = Quotes(runs=(), exact=_addresses(connection, document_ids))
    for row in joined:
        values = {"message": address.blanked(row.message)}
        connection.execute(update(Delivery).where(Delivery.id == row.id).values(values))
    return len(rows) + len(joined)


def _joined(connection: Connection, document_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the parts of messages that name these documents as reposts."""
    first, repost = aliased(Delivery), aliased(Delivery)
    told = (
        select(first.alert_id)
        .join(repost, repost.folded_into_id == first.id)
        .join(Alert, Alert.id == repost.alert_id)
        .join(Event, Event.id == Alert.event_id)
        .where(Event.document_id.in_(document_ids))
    )
    return connection.execute(
        select(Delivery.id, Delivery.message).where(Delivery.alert_id.in_(told))
    ).all()


def _addresses(connection: Connection, document_ids: Sequence[int]) -> Sequence[str]:
    urls = select(Document.url).where(Document.id.in_(document_ids))
    return sorted(connection.scalars(urls), key=len, reverse=True)
