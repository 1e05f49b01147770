"""Messages that were sent, with their tries. That a watch met an event stays known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, delete, exists, or_, select
from sqlalchemy.orm import aliased

from storage.alert import DeliveryState
from storage.pruning.rule import Rule
from storage.schema import Alert, Delivery, Event

_PART = aliased(Delivery)
_GONE = (DeliveryState.SENT, DeliveryState.BUNDLED, DeliveryState.FOLDED)


def doomed(site_id: int, _timezone: str, before: datetime) -> Select[int]:
    """Ask for messages about a site that were sent, all their parts, long enough ago.

    A digest, which may tell of several sites, goes with the first of them that lets it go.
    """
    whole = aliased(Delivery)
    unsent_part = exists().where(_PART.digest_id == whole.id, _PART.state.not_in(_GONE))
    digest = select(whole.id).where(
        whole.state == DeliveryState.SENT, whole.sent_at < before, ~unsent_part
    )
    about = select(Alert.id).join(Event, Event.id == Alert.event_id).where(Event.site_id == site_id)
    alone = (Delivery.state == DeliveryState.SENT) & (Delivery.sent_at < before)
    bundled = (Delivery.state == DeliveryState.BUNDLED) & Delivery.digest_id.in_(digest)
    # Folded ones without a time stand in the message itself, or in a digest.
    folded = (
        (Delivery.state == DeliveryState.FOLDED)
        & Delivery.next_attempt_at.is_(None)
        & (Delivery.created_at < before)
        & (Delivery.digest_id.is_(None) | Delivery.digest_id.in_(digest))
    )
    return select(Delivery.id).where(
        Delivery.alert_id.in_(about), or_(alone & Delivery.digest_id.is_(None), bundled, folded)
    )


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove these messages, and the digests of which nothing is left."""
    digests = set(
        connection.scalars(
            select(Delivery.digest_id).where(
                Delivery.id.in_(numbers), Delivery.digest_id.is_not(None)
            )
        )
    )
    connection.execute(delete(Delivery).where(Delivery.id.in_(numbers)))
    told = exists().where(_PART.digest_id == Delivery.id, _PART.alert_id.is_not(None))
    empty = select(Delivery.id).where(Delivery.id.in_(digests), ~told)
    for number in connection.scalars(empty).all():
        parts = or_(Delivery.id == number, Delivery.digest_id == number)
        connection.execute(delete(Delivery).where(parts))


RULES = (Rule(name="sent messages", setting="alerts", rank=3, doomed=doomed, remove=remove),)
