"""Several messages as one: what a digest (早报, 晚报) says. Pure.

Grouped by watch; an event that met several watches is told once, and articles of one story stand
under the first of them. What has no article (a broken site) is told in the words it had.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scheduler.render import Message, headline_kind
from scheduler.timetable import Timetable

_NOON, _EVENING = 12, 15


@dataclass(slots=True)
class Item:
    """A story as it is told: its first message, the watches that it met, the sites after it."""

    message: Message
    watches: list[str]
    also_on: list[str] = field(default_factory=list)


def digest(
    key: str, messages: Sequence[Message], *, now: datetime, timetable: Timetable
) -> Message:
    """Return one message of several; `key` is its id for programs."""
    items = _items(messages)
    heading = _heading(items, now.astimezone(timetable.zone))
    return Message(
        subject=heading,
        text="\n".join([heading, *_rows(items)]),
        payload={
            "id": key,
            "type": "digest",
            "timestamp": now.astimezone(timetable.zone).isoformat(),
            "events": [dict(message.payload) for message in messages],
        },
    )


def _items(messages: Sequence[Message]) -> list[Item]:
    """Return the stories in the order in which they were found."""
    by_event: dict[str, Item] = {}
    by_story: dict[str, Item] = {}
    items: list[Item] = []
    for message in messages:
        payload = message.payload
        watch, uid = str(payload.get("watch") or ""), str(payload.get("id"))
        story = _story(payload)
        known = by_event.get(uid) or (by_story.get(story) if story else None)
        if known is None:
            known = Item(message=message, watches=[watch])
            items.append(known)
        elif uid not in by_event:
            known.also_on.append(_site(payload))
        if watch not in known.watches:
            known.watches.append(watch)
        by_event[uid] = known
        if story:
            by_story.setdefault(story, known)
    return items


def _story(payload: Mapping[str, Any]) -> str | None:
    """Return what articles of one story have in common; changes and withdrawals stand alone."""
    article = payload.get("article") or {}
    if payload.get("type") not in {"article.new", "article.reposted"}:
        return None
    story = article.get("story") or article.get("content_hash")
    return str(story) if story else None


def _site(payload: Mapping[str, Any]) -> str:
    site = payload.get("site") or {}
    return str(site.get("title") or site.get("name") or "")


def _heading(items: Sequence[Item], now: datetime) -> str:
    name = "早报" if now.hour < _NOON else "晚报" if now.hour >= _EVENING else "午报"
    counts = Counter(headline_kind(item.message.payload) for item in items)
    parts = "，".join(f"{kind} {count}" for kind, count in counts.most_common())
    return f"【{name}】{now:%m-%d} {len(items)} 条：{parts}"


def _rows(items: Sequence[Item]) -> list[str]:
    rows: list[str] = []
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault("、".join(item.watches), []).append(item)
    number = 0
    for watches, group in groups.items():
        rows += ["", f"■ {watches}"] if watches else [""]
        for item in group:
            number += 1
            rows += _item_rows(number, item)
    return rows


def _item_rows(number: int, item: Item) -> list[str]:
    payload = item.message.payload
    article = payload.get("article")
    if article is None:
        return [f"{number}. {item.message.subject}"]
    facts = [_site(payload), *_day(article, payload)]
    if item.also_on:
        sites = list(dict.fromkeys(item.also_on))
        facts.append(f"另有 {len(sites)} 家转载：{'、'.join(sites)}")
    rows = [f"{number}. 【{headline_kind(payload)}】{article.get('title')}", " | ".join(facts)]
    return [*rows, str(article["url"])] if article.get("url") else rows


def _day(article: Mapping[str, Any], payload: Mapping[str, Any]) -> list[str]:
    found = article.get("published_at") or payload.get("timestamp")
    return [str(found)[:10]] if found else []
