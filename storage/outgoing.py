"""How a message is put on its way: its deliveries, a row for each part. Within one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from storage.alert import DeliveryState
from storage.schema import Delivery


def delivery_row(
    channel_id: int,
    message: Mapping[str, Any],
    *,
    key: str,
    now: datetime,
    due_at: datetime | None,
    part: int = 1,
    **values: Any,
) -> dict[str, Any]:
    """Return a part of a message as a row; `key` is that of the whole message.

    It is pending, and nobody's alert, unless `values` (columns) say otherwise.
    """
    return {
        "alert_id": None,
        "digest_id": None,
        "folded_into_id": None,
        "channel_id": channel_id,
        "part": part,
        "idempotency_key": key if part == 1 else f"{key}.{part}",
        "message": dict(message),
        "state": DeliveryState.PENDING,
        "created_at": now,
        "next_attempt_at": due_at,
        **values,
    }


def add_message(
    connection: Connection,
    channel_id: int,
    parts: Sequence[Mapping[str, Any]],
    *,
    key: str,
    now: datetime,
    due_at: datetime,
) -> int:
    """Put a message on its way that is no single alert's; return its number, the first part's.

    The parts name it as their digest, which keeps them in their order.
    """
    rows = [
        delivery_row(channel_id, message, key=key, now=now, due_at=due_at, part=part)
        for part, message in enumerate(parts, start=1)
    ]
    first, *rest = rows
    number: int = connection.execute(
        insert(Delivery).values(first).returning(Delivery.id)
    ).scalar_one()
    connection.execute(update(Delivery).where(Delivery.id == number).values(digest_id=number))
    if rest:
        connection.execute(insert(Delivery), [{**row, "digest_id": number} for row in rest])
    return number
