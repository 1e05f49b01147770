"""Messages that were given up: told once a day to those who can still be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.alert import DeliveryState
from storage.outgoing import add_message
from storage.retrying import retried
from storage.schema import Channel, Delivery
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up."""

    id: int
    channel: str
    subject: str
    last_error: str | None
    subscriber: str | None = None


# Makes the message of a report, in the parts that the channel takes.
Compose = Callable[[Sequence[DeadLetter]], Sequence[dict[str, Any]]]


class DeadLetters:
    """Questions and changes about messages that were given up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def between(self, since: datetime, until: datetime) -> tuple[DeadLetter, ...]:
        """Return what was given up from `since` until before `until`, oldest first."""
        with self._store.read() as connection:
            return _between(connection, since, until)

    @retried
    def report(
        self,
        channel_id: int,
        compose: Compose,
        *,
        key: str,
        since: datetime,
        until: datetime,
        due_at: datetime,
        now: datetime,
    ) -> bool:
        """Put a report on its way through a channel, once under this key.

        A subscriber is told of what was to be told to him, the configuration's own of everything.
        Nothing where there is nothing to report, or where the channel itself gave up: who cannot
        be reached cannot be told that.
        """
        with self._store.write() as connection:
            lock = select(Channel.name, Channel.subscriber).where(Channel.id == channel_id)
            channel = connection.execute(lock.with_for_update()).one()
            subscriber = channel.subscriber or None
            told = select(Delivery.id).where(
                Delivery.channel_id == channel_id, Delivery.idempotency_key == key
            )
            letters = tuple(
                letter
                for letter in _between(connection, since, until)
                if subscriber in {None, letter.subscriber}
            )
            failed = {(letter.subscriber, letter.channel) for letter in letters}
            if (
                not letters
                or (subscriber, channel.name) in failed
                or connection.scalar(told.limit(1))
            ):
                return False
            parts = compose(letters)
            add_message(connection, channel_id, parts, key=key, now=now, due_at=due_at)
        return True


def _between(connection: Connection, since: datetime, until: datetime) -> tuple[DeadLetter, ...]:
    query = (
        select(
            Delivery.id,
            Channel.name.label("channel"),
            Channel.subscriber,
            Delivery.message,
            Delivery.last_error,
        )
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(
            Delivery.state == DeliveryState.DEAD,
            Delivery.dead_at >= since,
            Delivery.dead_at < until,
        )
        .order_by(Delivery.id)
    )
    return tuple(
        DeadLetter(
            id=row.id,
            channel=row.channel,
            subject=row.message["subject"],
            last_error=row.last_error,
            subscriber=row.subscriber or None,
        )
        for row in connection.execute(query)
    )
