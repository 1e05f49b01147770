"""A watch met an event: its alert, and a delivery for each channel. Within one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.alert import DeliveryState, MatchedEvent, NewAlert
from storage.folding import Folding, Told, is_told_as_repost, join_unsent, told_before
from storage.outgoing import delivery_row
from storage.schema import Alert, Delivery, Event
from storage.store import upsert

Parts = Sequence[Mapping[str, Any]]


def add_alerts(
    connection: Connection, event: MatchedEvent, *, now: datetime, folding: Folding | None
) -> None:
    """Write the alerts of an event that are not there yet, with their deliveries.

    With `folding`, what tells of a story again is folded into the message that told of it.
    """
    alerts = event.alerts
    if any(alert.yields for alert in alerts) and is_told_as_repost(connection, event.event_id):
        alerts = tuple(alert for alert in alerts if not alert.yields)
    told: Told = {}
    if folding is not None and any(alert.reposts for alert in alerts):
        told = told_before(connection, event.event_id, folding, now=now)
    uid = connection.scalar(select(Event.uid).where(Event.id == event.event_id))
    for alert in alerts:
        alert_id = _add_alert(connection, event.event_id, alert, now)
        if alert_id is None:
            continue
        common = {"key": f"{uid}", "now": now, "alert_id": alert_id}
        rows: list[dict[str, Any]] = []
        for channel_id, parts in alert.messages.items():
            told_id = told.get((alert.watch_id, channel_id))
            if folding is not None and told_id is not None and channel_id in alert.reposts:
                is_joined = join_unsent(connection, told_id, channel_id, parts[0], folding.join)
                due_at = None if is_joined else alert.reposts[channel_id]
                rows.append(
                    _folded(channel_id, parts[0], told_id=told_id, due_at=due_at, common=common)
                )
            else:
                rows += _parts(alert, channel_id, parts, common)
        if rows:
            connection.execute(insert(Delivery), rows)


def _folded(
    channel_id: int,
    message: Mapping[str, Any],
    *,
    told_id: int,
    due_at: datetime | None,
    common: Mapping[str, Any],
) -> dict[str, Any]:
    state = DeliveryState.FOLDED
    return delivery_row(
        channel_id, message, due_at=due_at, state=state, folded_into_id=told_id, **common
    )


def _parts(
    alert: NewAlert, channel_id: int, parts: Parts, common: Mapping[str, Any]
) -> list[dict[str, Any]]:
    due_at = alert.waits.get(channel_id, common["now"])
    state = DeliveryState.WAITING if channel_id in alert.waits else DeliveryState.PENDING
    return [
        delivery_row(channel_id, message, due_at=due_at, part=part, state=state, **common)
        for part, message in enumerate(parts, start=1)
    ]


def _add_alert(connection: Connection, event_id: int, alert: NewAlert, now: datetime) -> int | None:
    """Write an alert; return its number, or None where it was there already."""
    return connection.execute(
        upsert(connection, Alert)
        .values(
            watch_id=alert.watch_id,
            event_id=event_id,
            matched=[dict(reason) for reason in alert.matched],
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["watch_id", "event_id"])
        .returning(Alert.id)
    ).scalar_one_or_none()
