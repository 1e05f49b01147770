"""The daily report of messages that were given up, at nine o'clock of each channel."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from scheduler.messages import parts, timetable_of
from scheduler.render import Message
from scheduler.timetable import after_quiet
from storage.alert import KeptChannel
from storage.dead_letters import DeadLetter, DeadLetters

_HOUR = 9
_SHOWN = 20


def report_dead(letters: DeadLetters, channels: Sequence[KeptChannel], *, now: datetime) -> int:
    """Put the report of the last day on its way where that was not done yet; return how many."""
    # Of a thousand channels few have to be asked.
    whose = {letter.subscriber for letter in letters.between(now - timedelta(days=2), now)}
    some = [one for one in channels if whose and one.subscriber in {None, *whose}]
    return sum(_report(letters, channel, now) for channel in some)


def render_report(key: str, letters: Sequence[DeadLetter]) -> Message:
    """Return what a report says."""
    heading = f"【未送达】{len(letters)} 条消息未能送达"
    rows = [
        f"{number}. [{_channel(one)}] {one.subject}：{one.last_error or '原因不明'}"
        for number, one in enumerate(letters[:_SHOWN], start=1)
    ]
    if len(letters) > _SHOWN:
        rows.append(f"…… 另有 {len(letters) - _SHOWN} 条")
    advice = "修复原因后，用 wenxun alerts retry 重新发送；全部见 wenxun alerts list --unsent"
    payload = {
        "id": key,
        "type": "report.undelivered",
        "deliveries": [asdict(letter) for letter in letters],
    }
    return Message(subject=heading, text="\n".join([heading, *rows, advice]), payload=payload)


def _channel(letter: DeadLetter) -> str:
    return f"{letter.subscriber}/{letter.channel}" if letter.subscriber else letter.channel


def _report(letters: DeadLetters, channel: KeptChannel, now: datetime) -> bool:
    timetable = timetable_of(channel)
    nine = now.astimezone(timetable.zone).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    if now < nine:
        nine -= timedelta(days=1)
    key = f"dead_{nine:%Y-%m-%d}"

    def compose(found: Sequence[DeadLetter]) -> Sequence[dict[str, Any]]:
        return parts(render_report(key, found), channel)

    return letters.report(
        channel.id,
        compose,
        key=key,
        since=nine - timedelta(days=1),
        until=nine,
        due_at=after_quiet(timetable, now),
        now=now,
    )
