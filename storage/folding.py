"""One alert a story: what was told already is not told again, but with what was told.

Within one transaction, and one after the other: of two processes that match the same text of two
sites, the second sees what the first one told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.alert import DeliveryState, EventKind
from storage.schema import Alert, Channel, Delivery, DeliveryAttempt, Event, StoryMember, Version
from storage.store import in_turn

# Who looks what was told, and who makes a digest of what waits, do so in turn.
TELLING = 7395015
_NOT_TOLD = (DeliveryState.FOLDED, DeliveryState.DEAD)
_DIGEST = aliased(Delivery)

# Adds a repost to a message that has not left: gets the channel, the message's last part and that
# of the repost; returns the part as it is now. None: it has no room for it.
Join = Callable[[int, Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """How far back a story counts as told, and how a message that has not left is added to."""

    since: datetime
    join: Join


# The message (a delivery) that told of a story first, by the watch and channel of both.
Told = Mapping[tuple[int, int], int]


def told_before(connection: Connection, event_id: int, folding: Folding, *, now: datetime) -> Told:
    """Return who was told already of the story of this event, by which messages.

    Only what another site has is told: two articles of one site are two, however alike. What waits
    is told if its time has come: it leaves before anything that is made now.
    """
    in_turn(connection, TELLING)
    elsewhere = _elsewhere(connection, event_id)
    if not elsewhere:
        return {}
    rows = connection.execute(
        select(Delivery.id, Delivery.channel_id, Alert.watch_id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .outerjoin(_DIGEST, _DIGEST.id == Delivery.digest_id)
        .where(
            Alert.event_id.in_(elsewhere),
            Delivery.part == 1,
            Delivery.state.not_in(_NOT_TOLD),
            or_(Delivery.state != DeliveryState.WAITING, Delivery.next_attempt_at <= now),
            or_(_DIGEST.id.is_(None), _DIGEST.state != DeliveryState.DEAD),
            Delivery.created_at > folding.since,
        )
        .order_by(Delivery.id.desc())
    )
    return {(row.watch_id, row.channel_id): row.id for row in rows}


def _elsewhere(connection: Connection, event_id: int) -> Sequence[int]:
    """Return the events by which other sites came to the story of this event.

    Asked alone, and by the documents: events have no index of versions, and a database that is
    asked for the messages at once looks through all that ever left.
    """
    site = select(Event.site_id).where(Event.id == event_id).scalar_subquery()
    own = (
        select(Version.content_id)
        .join(Event, Event.version_id == Version.id)
        .where(Event.id == event_id)
        .scalar_subquery()
    )
    core = select(StoryMember.core_id).where(StoryMember.content_id == own).scalar_subquery()
    story = select(StoryMember.content_id).where(StoryMember.core_id == core)
    return connection.scalars(
        select(Event.id)
        .join(Version, Version.id == Event.version_id)
        .where(
            Event.document_id == Version.document_id,
            Version.content_id.in_(story.union(select(own))),
            Event.site_id != site,
            Event.kind.in_((EventKind.NEW, EventKind.REPOSTED)),
        )
    ).all()


def join_unsent(
    connection: Connection, told_id: int, channel_id: int, message: Mapping[str, Any], join: Join
) -> bool:
    """Add a repost to a message that nobody tried to send yet; say whether it was."""
    connection.execute(select(Channel.id).where(Channel.id == channel_id).with_for_update())
    alert = select(Delivery.alert_id).where(Delivery.id == told_id).scalar_subquery()
    tries = select(func.count()).where(DeliveryAttempt.delivery_id == Delivery.id)
    parts = connection.execute(
        select(
            Delivery.id, Delivery.state, Delivery.message, tries.scalar_subquery().label("tries")
        )
        .where(Delivery.alert_id == alert, Delivery.channel_id == channel_id)
        .order_by(Delivery.part)
    ).all()
    if any(one.tries or one.state != DeliveryState.PENDING for one in parts):
        return False
    joined = join(channel_id, parts[-1].message, message)
    if joined is None:
        return False
    values = {"message": dict(joined)}
    connection.execute(update(Delivery).where(Delivery.id == parts[-1].id).values(values))
    return True


def is_told_as_repost(connection: Connection, event_id: int) -> bool:
    """Say whether a `reposted` event tells of the article of this event, as far as it is news."""
    this = select(Event.document_id, Event.backfill).where(Event.id == event_id).subquery()
    query = select(Event.id).where(
        Event.document_id == this.c.document_id,
        Event.backfill == this.c.backfill,
        Event.kind == EventKind.REPOSTED,
        Event.state == "open",
    )
    return connection.scalar(query.limit(1)) is not None
