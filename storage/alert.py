"""What the alert side keeps: an event with its article, watches, channels, alerts, deliveries.

Pure: values only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.article import Credit


class EventKind(StrEnum):
    """What happened: the first five to an article, the last two to a site."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    REPOSTED = "reposted"
    BROKEN = "broken"
    RECOVERED = "recovered"


SITE_EVENTS = frozenset({EventKind.BROKEN, EventKind.RECOVERED})


class Origin(StrEnum):
    """Where a watch or channel is written down, and so where it is edited."""

    FILE = "file"
    COMMAND = "command"
    BUILT_IN = "built_in"


class DeliveryState(StrEnum):
    """How far an alert got on its way through one channel.

    WAITING: for the channel's time. BUNDLED: it is told within a digest, a delivery of its own.
    FOLDED: its story was told already; it is told with that message, or in a later digest.
    """

    WAITING = "waiting"
    BUNDLED = "bundled"
    FOLDED = "folded"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class AttemptOutcome(StrEnum):
    """What one try to send came to. UNKNOWN: it may have arrived; sent again under the same key."""

    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One event with what a watch looks at and a message says.

    The article's fields are those of the event's version; a site event has no article and its
    `title` is None. `previous_title` is set where the event knows the version before.
    """

    event_id: int
    uid: str
    kind: EventKind
    change: str | None
    backfill: bool
    occurred_at: datetime
    detail: str | None
    site: str
    site_title: str | None
    timezone: str
    article_id: int | None = None
    title: str | None = None
    previous_title: str | None = None
    subtitle: str | None = None
    text: str | None = None
    url: str | None = None
    published_text: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    source: str | None = None
    section: str | None = None
    columns: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    content_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWatch:
    """A watch as it is kept: `definition` is the watch as written.

    `subscriber`: whose it is; None: the configuration's own.
    """

    id: int
    name: str
    origin: Origin
    definition: Mapping[str, Any]
    created_at: datetime
    subscriber: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenChannel:
    """A channel as the configuration has it; its options were checked."""

    name: str
    kind: str
    options: Mapping[str, Any]
    origin: Origin = Origin.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChannel:
    """A channel as it is kept: `options` as written, secrets only by name.

    `subscriber`: whose it is; None: the configuration's own.
    """

    id: int
    name: str
    kind: str
    origin: Origin
    options: Mapping[str, Any]
    subscriber: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSubscriber:
    """Somebody's watches (definitions by their names) and channels, as one file has them."""

    name: str
    watches: Mapping[str, Mapping[str, Any]]
    channels: Sequence[WrittenChannel]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """A watch met an event: `messages` maps channel ids to what each shall say, part by part.

    `waits` holds the channels that are not told at once, with their time. `reposts` says when each
    channel is told of it if its story was told already; empty: it is told in any case. `yields`:
    a `reposted` event of the same article, if there is one, is told in its place.
    """

    watch_id: int
    matched: tuple[Mapping[str, str], ...]
    messages: Mapping[int, Sequence[Mapping[str, Any]]]
    waits: Mapping[int, datetime] = field(default_factory=dict)
    reposts: Mapping[int, datetime] = field(default_factory=dict)
    yields: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedEvent:
    """An event that was held against all watches, with the alerts that came of it."""

    event_id: int
    alerts: tuple[NewAlert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Older events that a new watch is still to be held against: the newest of those up to one."""

    watch_id: int
    up_to: int
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that this process alone may send now. `watch` is None for a digest.

    `step` counts the tries, this one included, since it was made or last retried by hand.
    """

    id: int
    step: int
    idempotency_key: str
    message: Mapping[str, Any]
    channel: KeptChannel
    watch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery as people read it. `watch` is None for a digest, which may be of several.

    `told_in` is the number of the digest, or of the earlier message, that tells it. `subscriber`
    is who is told; None: it is a watch and a channel of the configuration itself. `timezone` is
    that of the site that it tells of, None for a digest.
    """

    id: int
    state: DeliveryState
    idempotency_key: str
    watch: str | None
    channel: str
    subject: str
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str | None
    told_in: int | None = None
    subscriber: str | None = None
    timezone: str | None = None
