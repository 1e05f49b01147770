"""The outbox: alerts on their way through channels, each sent by one process at a time.

A claim writes its attempt before anything is sent. A sender that dies leaves an attempt without an
outcome; its delivery is sent again under the same key, which is how a receiver tells a repeat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, select, update

from storage.alert import (
    AttemptOutcome,
    ClaimedDelivery,
    DeliveryRow,
    DeliveryState,
    KeptChannel,
)
from storage.channels import kept_channel
from storage.claiming import Budget, claimed, is_due, next_in_turn, take
from storage.holder import is_dead
from storage.retrying import retried
from storage.schema import Alert, Channel, Delivery, DeliveryAttempt, Event, Site, Watch
from storage.store import Store


class Deliveries:
    """Questions and changes about deliveries."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due_channels(self, now: datetime) -> dict[int, str]:
        """Return the channels that have something to send now, with their kinds."""
        due = select(Delivery.channel_id).where(*is_due(now))
        query = select(Channel.id, Channel.kind).where(Channel.id.in_(due)).order_by(Channel.id)
        with self._store.read() as connection:
            return {row.id: row.kind for row in connection.execute(query)}

    def channels_of(self, kind: str) -> tuple[KeptChannel, ...]:
        """Return all channels of a kind, those too that were removed: their tries still count."""
        query = select(Channel.__table__).where(Channel.kind == kind).order_by(Channel.id)
        with self._store.read() as connection:
            return tuple(kept_channel(row) for row in connection.execute(query).mappings())

    def next_due_at(self) -> datetime | None:
        """Return when the earliest pending delivery is due; None: there is none."""
        query = select(func.min(Delivery.next_attempt_at)).where(
            Delivery.state == DeliveryState.PENDING
        )
        with self._store.read() as connection:
            return connection.scalar(query)

    @retried
    def claim(
        self,
        channel_id: int,
        *,
        holder: str,
        now: datetime,
        lease: timedelta,
        budget: Sequence[Budget] = (),
        shared: Sequence[int] = (),
    ) -> ClaimedDelivery | None:
        """Take the delivery of a channel that has waited longest, with its attempt written down.

        None: there is none, another process is sending on this channel, or the budget (at most so
        many messages within any such time) is spent for now. The channels that it is `shared`
        with spend from it, too.
        """
        with self._store.write() as connection:
            delivery_id = next_in_turn(
                connection, channel_id, now=now, budget=budget, shared=shared
            )
            if delivery_id is None:
                return None
            take(connection, delivery_id, holder=holder, now=now, until=now + lease)
            return claimed(connection, delivery_id)

    @retried
    def record_attempt(
        self,
        claimed: ClaimedDelivery,
        *,
        holder: str,
        outcome: AttemptOutcome,
        detail: str | None,
        next_attempt_at: datetime | None,
        now: datetime,
        is_partly: bool = False,
        left: Sequence[str] = (),
    ) -> DeliveryState | None:
        """Write down what a try came to: sent, tried again then, or (no next time) given up.

        `is_partly`: not all who should have got it did; `detail` stays with what was sent. `left`:
        others got it, and these alone are tried again; the message names them from now on.
        Returns the new state, or None where the lease was lost: then another process has it.
        """
        state = _state_after(outcome, next_attempt_at)
        with self._store.write() as connection:
            is_ours = connection.execute(
                update(Delivery)
                .where(
                    Delivery.id == claimed.id,
                    Delivery.state == DeliveryState.SENDING,
                    Delivery.lease_holder == holder,
                )
                .values(
                    **_settled(state, next_attempt_at, now),
                    last_error=detail if is_partly or state is not DeliveryState.SENT else None,
                )
            ).rowcount
            if not is_ours:
                return None
            if left:
                _narrow(connection, claimed.id, left)
            _end_attempt(connection, claimed.id, outcome, detail, now)
        return state

    @retried
    def release_abandoned(self, now: datetime) -> int:
        """Put back what a dead sender, or one past its lease, had claimed; return how many."""
        held = select(Delivery.id, Delivery.lease_holder, Delivery.lease_expires_at).where(
            Delivery.state == DeliveryState.SENDING
        )
        with self._store.read() as connection:
            rows = connection.execute(held).mappings().all()
        abandoned = [
            row for row in rows if row["lease_expires_at"] <= now or is_dead(row["lease_holder"])
        ]
        if not abandoned:
            return 0
        with self._store.write() as connection:
            return sum(_release(connection, row, now) for row in abandoned)

    def unsent(self, limit: int, *, subscriber: str | None = None) -> tuple[DeliveryRow, ...]:
        """Return what waits, is pending, on the wire or given up, oldest first; None: of all."""
        told = (DeliveryState.SENT, DeliveryState.BUNDLED)
        is_folded = (Delivery.state == DeliveryState.FOLDED) & Delivery.next_attempt_at.is_(None)
        query = _rows(subscriber).where(Delivery.state.not_in(told), ~is_folded)
        query = query.order_by(Delivery.id)
        return self._list(query.limit(limit))

    def latest(self, limit: int, *, subscriber: str | None = None) -> tuple[DeliveryRow, ...]:
        """Return the newest deliveries of any state, newest first; None: of all subscribers."""
        return self._list(_rows(subscriber).order_by(Delivery.id.desc()).limit(limit))

    def counts(self) -> dict[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        query = select(Delivery.state, func.count()).group_by(Delivery.state)
        with self._store.read() as connection:
            found = {DeliveryState(state): count for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in DeliveryState}

    @retried
    def retry(self, ids: Sequence[int] | None, *, now: datetime) -> int:
        """Let given-up deliveries (None: all) begin their plan of tries anew; return how many.

        What was folded is told by a digest again.
        """
        query = update(Delivery).where(Delivery.state == DeliveryState.DEAD)
        if ids is not None:
            query = query.where(Delivery.id.in_(ids))
        in_force = select(Channel.id).where(Channel.removed_at.is_(None))
        query = query.where(Delivery.channel_id.in_(in_force))
        with self._store.write() as connection:
            is_folded = Delivery.folded_into_id.is_not(None)
            values = {
                "state": case((is_folded, DeliveryState.FOLDED), else_=DeliveryState.PENDING),
                "attempts": 0,
                "next_attempt_at": now,
                "dead_at": None,
            }
            return connection.execute(query.values(**values)).rowcount

    def _list(self, query: Select[*tuple[Any, ...]]) -> tuple[DeliveryRow, ...]:
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            DeliveryRow(
                subject=row["message"]["subject"],
                state=DeliveryState(row["state"]),
                **{key: row[key] for key in row if key not in {"message", "state"}},
            )
            for row in rows
        )


def _state_after(outcome: AttemptOutcome, next_attempt_at: datetime | None) -> DeliveryState:
    if outcome is AttemptOutcome.SENT:
        return DeliveryState.SENT
    if outcome is AttemptOutcome.DEAD or next_attempt_at is None:
        return DeliveryState.DEAD
    return DeliveryState.PENDING


def _settled(
    state: DeliveryState, next_attempt_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return the columns of a delivery that no sender has any more."""
    return {
        "state": state,
        "next_attempt_at": next_attempt_at if state is DeliveryState.PENDING else None,
        "sent_at": now if state is DeliveryState.SENT else None,
        "dead_at": now if state is DeliveryState.DEAD else None,
        "lease_holder": None,
        "lease_expires_at": None,
    }


def _narrow(connection: Connection, delivery_id: int, left: Sequence[str]) -> None:
    """Let a message name those who did not get it yet."""
    # Not the message as it was claimed: what was forgotten meanwhile would come back.
    this = Delivery.id == delivery_id
    message = connection.execute(select(Delivery.message).where(this)).scalar_one()
    values = {"message": {**message, "left": list(left)}}
    connection.execute(update(Delivery).where(this).values(values))


def _release(connection: Connection, row: Any, now: datetime) -> int:
    released: int = connection.execute(
        update(Delivery)
        .where(
            Delivery.id == row["id"],
            Delivery.state == DeliveryState.SENDING,
            Delivery.lease_holder == row["lease_holder"],
        )
        .values(
            state=DeliveryState.PENDING,
            next_attempt_at=now,
            lease_holder=None,
            lease_expires_at=None,
            last_error="the sender stopped before it knew the outcome",
        )
    ).rowcount
    if released:
        _end_attempt(connection, row["id"], AttemptOutcome.UNKNOWN, "the sender stopped", now)
    return released


def _end_attempt(
    connection: Connection,
    delivery_id: int,
    outcome: AttemptOutcome,
    detail: str | None,
    now: datetime,
) -> None:
    connection.execute(
        update(DeliveryAttempt)
        .where(DeliveryAttempt.delivery_id == delivery_id, DeliveryAttempt.outcome.is_(None))
        .values(outcome=outcome, detail=detail, finished_at=now)
    )


def _rows(subscriber: str | None) -> Select[*tuple[Any, ...]]:
    """Ask for deliveries, of one subscriber or of all. Who is told is whose watch it is."""
    told = func.coalesce(func.nullif(Watch.subscriber, ""), func.nullif(Channel.subscriber, ""))
    query = (
        select(
            told.label("subscriber"),
            Delivery.id,
            Delivery.state,
            Delivery.idempotency_key,
            Watch.name.label("watch"),
            Channel.name.label("channel"),
            Delivery.message,
            Delivery.created_at,
            Delivery.attempts,
            Delivery.next_attempt_at,
            Delivery.sent_at,
            Delivery.last_error,
            Site.timezone,
            func.coalesce(
                Delivery.folded_into_id,
                case((Delivery.state == DeliveryState.BUNDLED, Delivery.digest_id)),
            ).label("told_in"),
        )
        .select_from(Delivery)
        .join(Channel, Channel.id == Delivery.channel_id)
        .outerjoin(Alert, Alert.id == Delivery.alert_id)
        .outerjoin(Watch, Watch.id == Alert.watch_id)
        .outerjoin(Event, Event.id == Alert.event_id)
        .outerjoin(Site, Site.id == Event.site_id)
    )
    return query if subscriber is None else query.where(told == subscriber)
