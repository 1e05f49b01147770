"""What waited for a channel's time is told together: one digest, a delivery of its own.

So is what was folded into a message that had left. The members and the digest change in one
transaction: a process that dies in between leaves all of them waiting, and of two processes one
wins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, case, func, insert, select, update
from sqlalchemy.orm import aliased

from storage.alert import DeliveryState, KeptChannel
from storage.channels import kept_channel
from storage.folding import TELLING
from storage.outgoing import add_message, delivery_row
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import Alert, Channel, Delivery, Event, StoryMember, Version
from storage.store import Store, in_turn

_MOST = 500  # messages in one digest; what is left makes the next one
_WAITS = (DeliveryState.WAITING, DeliveryState.FOLDED)
_TOLD = aliased(Delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A message that waited. Members of one `story` tell the same text, or nearly.

    `told`: the message that it was folded into, where that is still kept.
    """

    message: Mapping[str, Any]
    story: str | None
    is_folded: bool
    told: Mapping[str, Any] | None


# Makes one message of several, in the parts that the channel takes. It gets the digest's key.
Compose = Callable[[KeptChannel, str, Sequence[Member]], Sequence[Mapping[str, Any]]]


class Bundling:
    """Turns what waited, and whose time has come, into what is due."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def bundle_due(self, compose: Compose, *, now: datetime) -> int:
        """Bundle what is due on all channels; return how many messages were made due."""
        due = (Delivery.state.in_(_WAITS), Delivery.next_attempt_at <= now)
        channels = select(Delivery.channel_id).where(*due).distinct()
        with self._store.read() as connection:
            ids = tuple(connection.scalars(channels))
        return sum(self._bundle_channel(channel_id, compose, now) for channel_id in ids)

    @retried
    def _bundle_channel(self, channel_id: int, compose: Compose, now: datetime) -> int:
        with self._store.write() as connection:
            in_turn(connection, TELLING)
            return _bundle(connection, channel_id, compose, now)


def _bundle(connection: Connection, channel_id: int, compose: Compose, now: datetime) -> int:
    channel = _locked(connection, channel_id)
    rows = _due(connection, channel_id, now)
    if not rows:
        return 0  # another process was faster
    if len(rows) == 1 and rows[0].state == DeliveryState.WAITING:
        return _alone(connection, channel, rows[0], compose, now)
    key = f"dig_{uuid4().hex}"
    parts = compose(channel, key, [_member(row) for row in rows])
    digest_id = add_message(connection, channel_id, parts, key=key, now=now, due_at=now)
    told = case(
        (Delivery.state == DeliveryState.WAITING, DeliveryState.BUNDLED), else_=Delivery.state
    )
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]))
        .values(state=told, digest_id=digest_id, next_attempt_at=None)
    )
    return len(parts)


def _due(connection: Connection, channel_id: int, now: datetime) -> Sequence[AnyRow]:
    """Return what waited, oldest first, with its story and what it was folded into."""
    return connection.execute(
        select(
            Delivery.id,
            Delivery.state,
            Delivery.alert_id,
            Delivery.idempotency_key,
            Delivery.message,
            func.coalesce(StoryMember.core_id, Version.content_id).label("story"),
            _TOLD.message.label("told"),
        )
        .outerjoin(Alert, Alert.id == Delivery.alert_id)
        .outerjoin(Event, Event.id == Alert.event_id)
        .outerjoin(Version, Version.id == Event.version_id)
        .outerjoin(StoryMember, StoryMember.content_id == Version.content_id)
        .outerjoin(_TOLD, _TOLD.id == Delivery.folded_into_id)
        .where(
            Delivery.channel_id == channel_id,
            Delivery.state.in_(_WAITS),
            Delivery.next_attempt_at <= now,
        )
        .order_by(Delivery.id)
        .limit(_MOST)
    ).all()


def _member(row: AnyRow) -> Member:
    story = None if row.story is None else str(row.story)
    is_folded = row.state == DeliveryState.FOLDED
    return Member(message=row.message, story=story, is_folded=is_folded, told=row.told)


def _locked(connection: Connection, channel_id: int) -> KeptChannel:
    query = select(Channel.__table__).where(Channel.id == channel_id).with_for_update()
    return kept_channel(connection.execute(query).mappings().one())


def _alone(
    connection: Connection, channel: KeptChannel, row: AnyRow, compose: Compose, now: datetime
) -> int:
    """Let the only message that waited leave as it is."""
    key = row.idempotency_key
    first, *rest = compose(channel, key, [_member(row)])
    connection.execute(
        update(Delivery)
        .where(Delivery.id == row.id)
        .values(state=DeliveryState.PENDING, next_attempt_at=now, message=dict(first))
    )
    rows = [
        delivery_row(
            channel.id, message, key=key, now=now, due_at=now, part=part, alert_id=row.alert_id
        )
        for part, message in enumerate(rest, start=2)
    ]
    if rows:
        connection.execute(insert(Delivery), rows)
    return 1 + len(rest)
