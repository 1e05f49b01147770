"""Blank what digests tell of articles that are forgotten; they tell of others, too."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select, update

from storage.forgetting.quotes import Quotes
from storage.schema import Alert, Delivery, Event


def blank_digests(connection: Connection, document_ids: Sequence[int], quotes: Quotes) -> int:
    """Blank the articles of these documents in all digests; return how many parts were changed."""
    told = (
        select(Delivery.digest_id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Event, Event.id == Alert.event_id)
        .where(Event.document_id.in_(document_ids), Delivery.digest_id.is_not(None))
    )
    digests = set(connection.scalars(told))
    if not digests:
        return 0
    rows = connection.execute(
        select(Delivery.id, Delivery.message).where(
            or_(Delivery.id.in_(digests), Delivery.digest_id.in_(digests)),
            Delivery.alert_id.is_(None),
        )
    ).all()
    for row in rows:
        values = {"message": quotes.blanked(row.message)}
        connection.execute(update(Delivery).where(Delivery.id == row.id).values(values))
    return len(rows)
