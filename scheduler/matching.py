"""Hold new events against all watches, and write down what came of it."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from crawler.errors import SettingError
from scheduler.meeting import View, Want, match, want, word_index
from scheduler.messages import joined, parts, timetable_of
from scheduler.render import matched, render
from scheduler.roster import Roster
from scheduler.timetable import leaves_at, reposts_at
from scheduler.watch import Watch, parse_watch
from scheduler.word_index import WordIndex
from storage.alert import (
    EventKind,
    KeptChannel,
    KeptWatch,
    MatchedEvent,
    NewAlert,
    Origin,
    Subject,
)
from storage.alerts import Alerts
from storage.folding import Folding
from storage.watches import InForce, Watches

logger = logging.getLogger(__name__)

_BATCH = 200
# Most who repost do it within days; what comes back after a week is news again.
_STORY_IS_KNOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A watch in force, made ready, with the channels that it tells, and whose it is."""

    id: int
    subscriber: str | None
    want: Want
    since: datetime
    channels: tuple[KeptChannel, ...]


def match_all(alerts: Alerts, watches: Watches, *, now: datetime) -> int:
    """Match what is unmatched, batch by batch; return the number of alerts."""
    made = 0
    while subjects := alerts.unmatched(_BATCH):
        kept = watches.in_force()
        wanted = _ready_of(kept)
        batch = _held(subjects, wanted, now=now)
        if folded := [one.event_id for one in batch if any(a.reposts for a in one.alerts)]:
            alerts.group(folded, now=now)
        recorded = alerts.record_matches(batch, now=now, folding=_folding(kept.channels, now))
        made += _log(subjects, recorded, wanted)
    while history := alerts.history(_BATCH):
        everyone = _ready_of(watches.in_force())
        wanted = tuple(one for one in everyone if one.id == history.watch_id)
        batch = _held(history.subjects, wanted, now=now)
        made += _log(history.subjects, alerts.record_history(history, batch, now=now), wanted)
    return made


def _held(
    subjects: Sequence[Subject], wanted: Sequence[Wanted], *, now: datetime
) -> list[MatchedEvent]:
    """Hold events against all watches that may want them."""
    wants = tuple(one.want for one in wanted)
    index, roster = _word_index(wants), _roster(wants)
    held = []
    for subject in subjects:
        view = View(subject, index)
        some = [wanted[place] for place in roster.candidates(view)]
        held.append(hold(view, some, now=now))
    return held


def hold(view: View, wanted: Sequence[Wanted], *, now: datetime) -> MatchedEvent:
    """Hold one event against these watches. Pure."""
    found = []
    for one in wanted:
        met = match(one.want, view, since=one.since)
        if met is not None:
            watch = one.want.watch
            message = render(view.subject, met, watch=watch.name, subscriber=one.subscriber)
            waits = {} if watch.urgent else _waits(one.channels, now)
            messages = {
                channel.id: (message.record(),) if channel.id in waits else parts(message, channel)
                for channel in one.channels
            }
            folds = _folds(view.subject, watch)
            alert = NewAlert(
                watch_id=one.id,
                matched=matched(met),
                messages=messages,
                waits=waits,
                reposts=_reposts(one.channels, now) if folds else {},
                yields=folds and EventKind.REPOSTED in watch.events,
            )
            found.append(alert)
    return MatchedEvent(event_id=view.subject.event_id, alerts=tuple(found))


def _waits(channels: Sequence[KeptChannel], now: datetime) -> dict[int, datetime]:
    """Return the channels that are not told now, with the time at which they are."""
    times = {channel.id: leaves_at(timetable_of(channel), now) for channel in channels}
    return {channel_id: due for channel_id, due in times.items() if due > now}


def _folds(subject: Subject, watch: Watch) -> bool:
    """Say whether this is not told again where its story was told. What was before is no repost."""
    return subject.kind is EventKind.NEW and not subject.backfill and not watch.every_repost


def _reposts(channels: Sequence[KeptChannel], now: datetime) -> dict[int, datetime]:
    """Return when each channel is told of reposts."""
    return {channel.id: reposts_at(timetable_of(channel), now) for channel in channels}


def _folding(channels: Sequence[KeptChannel], now: datetime) -> Folding:
    by_id = {channel.id: channel for channel in channels}

    def join(
        channel_id: int, message: Mapping[str, Any], repost: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        channel = by_id.get(channel_id)
        return None if channel is None else joined(message, repost, channel)

    return Folding(since=now - _STORY_IS_KNOWN, join=join)


def in_force(watches: Sequence[KeptWatch], channels: Sequence[KeptChannel]) -> tuple[Wanted, ...]:
    """Return the watches with their channels.

    A watch that names none tells all channels of its file; where that has none, those of the
    configuration, or the console. One of a subscriber names his own, and else the configuration's.
    """
    by_name = {(channel.subscriber, channel.name): channel for channel in channels}
    written: dict[str | None, list[KeptChannel]] = {None: []}
    for channel in channels:
        if channel.origin is not Origin.BUILT_IN:
            written.setdefault(channel.subscriber, []).append(channel)
    general = written[None] or [one for one in channels if one.subscriber is None]
    wanted = []
    for kept in watches:
        try:
            ready = _ready(_called(kept), json.dumps(kept.definition, sort_keys=True))
        except SettingError as error:
            logger.error("watch is not understood and is left out: %s", error)  # noqa: TRY400 (the reason is all)
            continue
        whose = kept.subscriber
        wished = dict.fromkeys(ready.watch.channels)
        found = [by_name.get((whose, name)) or by_name.get((None, name)) for name in wished]
        named = [channel for channel in found if channel is not None]
        if len(named) < len(wished):
            logger.warning("watch %s names a channel that is gone", _called(kept))
        told = tuple(named or written.get(whose) or general)
        wanted.append(
            Wanted(id=kept.id, subscriber=whose, want=ready, since=kept.created_at, channels=told)
        )
    return tuple(wanted)


def _called(kept: KeptWatch) -> str:
    return f"{kept.subscriber}/{kept.name}" if kept.subscriber else kept.name


@lru_cache(maxsize=65_536)
def _ready(name: str, definition: str) -> Want:
    return want(parse_watch(json.loads(definition), f"watch {name}"))


@lru_cache(maxsize=2)
def _ready_of(kept: InForce) -> tuple[Wanted, ...]:
    return in_force(kept.watches, kept.channels)


@lru_cache(maxsize=4)
def _word_index(wants: tuple[Want, ...]) -> WordIndex:
    return word_index(wants)


@lru_cache(maxsize=4)
def _roster(wants: tuple[Want, ...]) -> Roster:
    return Roster(wants)


def _log(
    subjects: Sequence[Subject], recorded: Sequence[MatchedEvent], wanted: Sequence[Wanted]
) -> int:
    """Log each alert that was recorded; return how many."""
    by_id = {subject.event_id: subject for subject in subjects}
    names = {
        one.id: f"{one.subscriber}/{one.want.watch.name}" if one.subscriber else one.want.watch.name
        for one in wanted
    }
    told = [(by_id[event.event_id], alert) for event in recorded for alert in event.alerts]
    for subject, alert in told:
        logger.info(
            "alert watch=%s event=%s site=%s id=%s title=%s",
            names[alert.watch_id], subject.kind, subject.site, subject.uid, subject.title,
        )  # fmt: skip
    return len(told)
