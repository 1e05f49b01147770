"""What waited for a channel's time is told together: one digest, a delivery of its own.

The members and the digest change in one transaction: a process that dies in between leaves all of
them waiting, and of two processes one wins.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from storage.alert import DeliveryState, KeptChannel, Origin
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Channel, Delivery
from storage.store import Store

_MOST = 500  # messages in one digest; what is left makes the next one

# Makes one message of several, in the parts that the channel takes. It gets the digest's key.
Compose = Callable[[KeptChannel, str, Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]


class Bundling:
    """Turns what waited, and whose time has come, into what is due."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def bundle_due(self, compose: Compose, *, now: datetime) -> int:
        """Bundle what is due on all channels; return how many messages were made due."""
        due = (Delivery.state == DeliveryState.WAITING, Delivery.next_attempt_at <= now)
        channels = select(Delivery.channel_id).where(*due).distinct()
        with self._store.read() as connection:
            ids = tuple(connection.scalars(channels))
        return sum(self._bundle_channel(channel_id, compose, now) for channel_id in ids)

    @retried
    def _bundle_channel(self, channel_id: int, compose: Compose, now: datetime) -> int:
        with self._store.write() as connection:
            return _bundle(connection, channel_id, compose, now)


def _bundle(connection: Connection, channel_id: int, compose: Compose, now: datetime) -> int:
    channel = _locked(connection, channel_id)
    members = connection.execute(
        select(Delivery.id, Delivery.alert_id, Delivery.idempotency_key, Delivery.message)
        .where(
            Delivery.channel_id == channel_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_attempt_at <= now,
        )
        .order_by(Delivery.id)
        .limit(_MOST)
    ).all()
    if not members:
        return 0  # another process was faster
    if len(members) == 1:
        return _alone(connection, channel, members[0], compose, now)
    key = f"dig_{uuid4().hex}"
    parts = compose(channel, key, [row.message for row in members])
    digest_id = _add_parts(connection, channel_id, key, parts, now)
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in members]))
        .values(state=DeliveryState.BUNDLED, digest_id=digest_id, next_attempt_at=None)
    )
    return len(parts)


def _locked(connection: Connection, channel_id: int) -> KeptChannel:
    row = connection.execute(
        select(Channel.id, Channel.name, Channel.kind, Channel.origin, Channel.options)
        .where(Channel.id == channel_id)
        .with_for_update()
    ).one()
    return KeptChannel(
        id=row.id, name=row.name, kind=row.kind, origin=Origin(row.origin), options=row.options
    )


def _alone(
    connection: Connection, channel: KeptChannel, row: AnyRow, compose: Compose, now: datetime
) -> int:
    """Let the only message that waited leave as it is."""
    first, *rest = compose(channel, row.idempotency_key, [row.message])
    connection.execute(
        update(Delivery)
        .where(Delivery.id == row.id)
        .values(state=DeliveryState.PENDING, next_attempt_at=now, message=dict(first))
    )
    rows = [
        _row(channel.id, f"{row.idempotency_key}.{part}", part, message, now)
        | {"alert_id": row.alert_id}
        for part, message in enumerate(rest, start=2)
    ]
    if rows:
        connection.execute(insert(Delivery), rows)
    return 1 + len(rest)


def _add_parts(
    connection: Connection,
    channel_id: int,
    key: str,
    parts: Sequence[Mapping[str, Any]],
    now: datetime,
) -> int:
    """Write a digest's deliveries; return the number of the first, which names them all."""
    first, *rest = parts
    digest_id: int = connection.execute(
        insert(Delivery).values(_row(channel_id, key, 1, first, now)).returning(Delivery.id)
    ).scalar_one()
    connection.execute(update(Delivery).where(Delivery.id == digest_id).values(digest_id=digest_id))
    rows = [
        _row(channel_id, f"{key}.{part}", part, message, now) | {"digest_id": digest_id}
        for part, message in enumerate(rest, start=2)
    ]
    if rows:
        connection.execute(insert(Delivery), rows)
    return digest_id


def _row(
    channel_id: int, key: str, part: int, message: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "alert_id": None,
        "channel_id": channel_id,
        "part": part,
        "idempotency_key": key,
        "message": dict(message),
        "state": DeliveryState.PENDING,
        "created_at": now,
        "next_attempt_at": now,
    }
