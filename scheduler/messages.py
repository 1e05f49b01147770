"""What a channel is sent: in its parts, at its times, alone or as a digest."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.errors import SettingError
from scheduler.channels import kinds
from scheduler.digest import digest
from scheduler.render import Message, message_of
from scheduler.splitting import split
from scheduler.timetable import Timetable, parse_timetable
from storage.alert import KeptChannel
from storage.bundling import Bundling

logger = logging.getLogger(__name__)


def timetable_of(channel: KeptChannel) -> Timetable:
    """Return the timetable of a channel; one that is no longer understood holds nothing back."""
    try:
        return parse_timetable(channel.options, f"channel {channel.name}")
    except SettingError as error:
        logger.error("timetable is not understood and is left out: %s", error)  # noqa: TRY400 (the reason is all)
        return parse_timetable({}, "")


def parts(message: Message, channel: KeptChannel) -> tuple[dict[str, Any], ...]:
    """Return the message as this channel takes it: whole, or in parts."""
    kind = kinds().get(channel.kind)
    room = kind.room if kind is not None else None
    texts = split(message.text, room) if room is not None else (message.text,)
    return tuple(replace(message, text=text).record() for text in texts)


def bundle_due(bundling: Bundling, *, now: datetime) -> int:
    """Make due what waited for its channel's time; return how many messages that are."""

    def compose(
        channel: KeptChannel, key: str, records: Sequence[Mapping[str, Any]]
    ) -> Sequence[Mapping[str, Any]]:
        messages = [message_of(record) for record in records]
        if len(messages) == 1:
            return parts(messages[0], channel)
        made = digest(key, messages, now=now.astimezone(UTC), timetable=timetable_of(channel))
        return parts(made, channel)

    return bundling.bundle_due(compose, now=now)
