"""Deliveries: none hangs at a sender that is gone, and none that waits waits for ever."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.alert import AttemptOutcome, DeliveryState
from storage.checking.finding import Check, Found, Looking
from storage.holder import is_dead, shown
from storage.schema import Delivery, DeliveryAttempt

_UNSENT = (DeliveryState.SENDING, DeliveryState.PENDING, DeliveryState.BUNDLED)


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield deliveries that nobody will send, and tries that never ended."""
    sending = select(Delivery).where(Delivery.state == DeliveryState.SENDING).order_by(Delivery.id)
    for row in connection.execute(sending):
        expired = row.lease_expires_at is None or row.lease_expires_at <= looking.now
        if expired or row.lease_holder is None or is_dead(row.lease_holder):
            by = f" by {shown(row.lease_holder)}" if row.lease_holder else ""
            yield Found(
                where=f"delivery {row.id}",
                says=f"is being sent{by}, which is gone",
                repair="lets it be sent again under the same id",
                key=row.id,
            )
    waiting = select(Delivery.id).where(
        Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at.is_(None)
    )
    for number in connection.scalars(waiting.order_by(Delivery.id)):
        yield Found(
            where=f"delivery {number}",
            says="waits, but for no time: it is never sent",
            repair="lets it be sent now",
            key=number,
        )
    lost = select(Delivery.id).where(
        Delivery.state == DeliveryState.BUNDLED, Delivery.digest_id.is_(None)
    )
    for number in connection.scalars(lost.order_by(Delivery.id)):
        yield Found(
            where=f"delivery {number}",
            says="is to be told in a digest that is gone",
            repair="lets it be sent alone, now",
            key=number,
        )
    yield from _open_attempts(connection)


def mend(connection: Connection, found: Sequence[Found], now: datetime) -> None:
    """Let each be due now; tries without an end have an unknown one."""
    for one in found:
        connection.execute(
            update(Delivery)
            .where(
                Delivery.id == one.key,
                Delivery.state.in_(_UNSENT),
            )
            .values(
                state=DeliveryState.PENDING,
                next_attempt_at=now,
                lease_holder=None,
                lease_expires_at=None,
            )
        )
        connection.execute(
            update(DeliveryAttempt)
            .where(DeliveryAttempt.delivery_id == one.key, DeliveryAttempt.outcome.is_(None))
            .values(outcome=AttemptOutcome.UNKNOWN, finished_at=now, detail="the sender stopped")
        )


def _open_attempts(connection: Connection) -> Iterator[Found]:
    question = (
        select(DeliveryAttempt.delivery_id, DeliveryAttempt.number)
        .join(Delivery, Delivery.id == DeliveryAttempt.delivery_id)
        .where(DeliveryAttempt.outcome.is_(None), Delivery.state != DeliveryState.SENDING)
        .order_by(DeliveryAttempt.id)
    )
    for row in connection.execute(question):
        yield Found(
            where=f"delivery {row.delivery_id}",
            says=f"try {row.number} has no outcome though nobody is sending",
            repair="notes that its outcome is unknown",
            key=row.delivery_id,
        )


CHECK = Check(name="deliveries", rank=8, find=find, mend=mend)
