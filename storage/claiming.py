"""Which message of a channel leaves next, and how a sender takes it. Within one transaction.

A channel's messages leave one after the other, by one sender at a time, whatever services there
are; a part of a message never before the parts in front of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from storage.alert import ClaimedDelivery, DeliveryState
from storage.channels import kept_channel
from storage.schema import Alert, Channel, Delivery, DeliveryAttempt, Watch

Budget = tuple[int, timedelta]  # at most so many messages within any such time
_EARLIER = aliased(Delivery)


def next_in_turn(
    connection: Connection,
    channel_id: int,
    *,
    now: datetime,
    budget: Sequence[Budget],
    shared: Sequence[int] = (),
) -> int | None:
    """Return the delivery that leaves next, with its channel locked against other senders.

    So are the channels with which it is `shared`: their tries are of the same budget.
    """
    # Two senders ask in turn.
    together = (channel_id, *shared)
    rows = select(Channel.id).where(Channel.id.in_(together)).order_by(Channel.id)
    connection.execute(rows.with_for_update())
    if _is_sending(connection, channel_id) or _is_spent(connection, together, budget, now):
        return None
    due = (
        select(Delivery.id)
        .where(Delivery.channel_id == channel_id, *is_due(now))
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(1)
    )
    return connection.scalar(due)


def take(
    connection: Connection, delivery_id: int, *, holder: str, now: datetime, until: datetime
) -> None:
    """Let a sender have a delivery until then, and write its attempt down."""
    connection.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(
            state=DeliveryState.SENDING,
            attempts=Delivery.attempts + 1,
            lease_holder=holder,
            lease_expires_at=until,
        )
    )
    connection.execute(
        insert(DeliveryAttempt).values(
            delivery_id=delivery_id, number=_next_number(delivery_id), started_at=now
        )
    )


def is_due(now: datetime) -> tuple[Any, ...]:
    """Say what is due: pending, at its time, no earlier part still on its way."""
    earlier = (
        select(_EARLIER.id)
        .where(
            or_(
                _EARLIER.alert_id == Delivery.alert_id,
                and_(
                    _EARLIER.alert_id.is_(None),
                    Delivery.alert_id.is_(None),
                    _EARLIER.digest_id == Delivery.digest_id,
                ),
            ),
            _EARLIER.channel_id == Delivery.channel_id,
            _EARLIER.part < Delivery.part,
            _EARLIER.state.in_((DeliveryState.PENDING, DeliveryState.SENDING)),
        )
        .exists()
    )
    is_turn = or_(Delivery.part == 1, ~earlier)
    return (Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at <= now, is_turn)


def _is_sending(connection: Connection, channel_id: int) -> bool:
    on_the_wire = select(Delivery.id).where(
        Delivery.channel_id == channel_id, Delivery.state == DeliveryState.SENDING
    )
    return connection.scalar(on_the_wire.limit(1)) is not None


def _is_spent(
    connection: Connection, channel_ids: Sequence[int], budget: Sequence[Budget], now: datetime
) -> bool:
    """Say whether one more try would be more than the receiver of these channels takes."""
    for messages, within in budget:
        recent = (
            select(func.count())
            .select_from(DeliveryAttempt)
            .join(Delivery, Delivery.id == DeliveryAttempt.delivery_id)
            .where(Delivery.channel_id.in_(channel_ids), DeliveryAttempt.started_at > now - within)
        )
        if (connection.scalar(recent) or 0) >= messages:
            return True
    return False


def _next_number(delivery_id: int) -> Any:
    # Not `attempts`, which begins anew when a person retries.
    return (
        select(func.coalesce(func.max(DeliveryAttempt.number), 0) + 1)
        .where(DeliveryAttempt.delivery_id == delivery_id)
        .scalar_subquery()
    )


def claimed(connection: Connection, delivery_id: int) -> ClaimedDelivery:
    """Return a delivery with what its sender has to know."""
    query = (
        select(
            Delivery.attempts,
            Delivery.idempotency_key,
            Delivery.message,
            Delivery.channel_id,
            Watch.name.label("watch"),
        )
        .select_from(Delivery)
        .outerjoin(Alert, Alert.id == Delivery.alert_id)
        .outerjoin(Watch, Watch.id == Alert.watch_id)
        .where(Delivery.id == delivery_id)
    )
    row = connection.execute(query).one()
    channel = select(Channel.__table__).where(Channel.id == row.channel_id)
    return ClaimedDelivery(
        id=delivery_id,
        step=row.attempts,
        idempotency_key=row.idempotency_key,
        message=row.message,
        channel=kept_channel(connection.execute(channel).mappings().one()),
        watch=row.watch,
    )
