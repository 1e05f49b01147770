"""What a channel is sent: in its parts, at its times, alone or as a digest."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.errors import SettingError
from scheduler.channels import kinds
from scheduler.digest import Waited, digest
from scheduler.folding import with_repost
from scheduler.render import Message, message_of
from scheduler.splitting import split
from scheduler.timetable import Timetable, parse_timetable
from storage.alert import KeptChannel
from storage.bundling import Bundling, Member

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


def joined(
    message: Mapping[str, Any], repost: Mapping[str, Any], channel: KeptChannel
) -> dict[str, Any] | None:
    """Return a message that names a repost as well; None: the channel takes no longer one."""
    made = with_repost(message_of(message), message_of(repost))
    kind = kinds().get(channel.kind)
    room = kind.room if kind is not None else None
    fits = room is None or room.measure(made.text) <= room.most
    return made.record() if fits else None


def bundle_due(bundling: Bundling, *, now: datetime) -> int:
    """Make due what waited for its channel's time; return how many messages that are."""

    def compose(
        channel: KeptChannel, key: str, members: Sequence[Member]
    ) -> Sequence[Mapping[str, Any]]:
        waited = [_waited(member) for member in members]
        if len(waited) == 1 and not waited[0].is_folded:
            return parts(waited[0].message, channel)
        made = digest(key, waited, now=now.astimezone(UTC), timetable=timetable_of(channel))
        return parts(made, channel)

    return bundling.bundle_due(compose, now=now)


def _waited(member: Member) -> Waited:
    return Waited(
        message=message_of(member.message),
        story=member.story,
        told=None if member.told is None else message_of(member.told),
        is_folded=member.is_folded,
    )
