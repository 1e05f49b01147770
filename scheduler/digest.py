"""Several messages as one: what a digest (早报, 晚报) says. Pure.

Grouped by watch; an event that met several watches is told once, and articles of one story stand
under the first of them. What has no article (a broken site) is told in the words it had. Reposts of
what was told in an earlier message stand together, at the end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scheduler.folding import as_repost, elsewhere, repost_rows, site_key, site_name
from scheduler.render import Message, headline_kind
from scheduler.timetable import Timetable

_NOON, _EVENING = 12, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A message that waited; members of one `story` tell the same. None: its content tells.

    `told`: the message, which left earlier, that it was folded into.
    """

    message: Message
    story: str | None = None
    told: Message | None = None
    is_folded: bool = False


@dataclass(slots=True)
class Item:
    """A story as it is told: its first message, the watches that it met, who else has it."""

    message: Message
    watches: list[str]
    others: dict[str, dict[str, Any]] = field(default_factory=dict)  # by their events


def digest(key: str, waited: Sequence[Waited], *, now: datetime, timetable: Timetable) -> Message:
    """Return one message of several; `key` is its id for programs."""
    items = _items([one for one in waited if not one.is_folded])
    reposts = _reposts([one for one in waited if one.is_folded])
    heading = _heading(items, reposts, now.astimezone(timetable.zone))
    rows = [*_rows(items), *_repost_rows(reposts, after=len(items))]
    return Message(
        subject=heading,
        text="\n".join([heading, *rows]),
        payload={
            "id": key,
            "type": "digest",
            "timestamp": now.astimezone(timetable.zone).isoformat(),
            "events": [dict(one.message.payload) for one in waited if not one.is_folded],
            "reposts": [
                {"of": item.message.payload.get("id"), **other}
                for item in reposts
                for other in item.others.values()
            ],
        },
    )


def _items(waited: Sequence[Waited]) -> list[Item]:
    """Return the stories in the order in which they were found."""
    by_event: dict[str, Item] = {}
    by_story: dict[str, Item] = {}
    items: list[Item] = []
    for one in waited:
        payload = one.message.payload
        watch, uid = str(payload.get("watch") or ""), str(payload.get("id"))
        story = _story(one)
        known = by_event.get(uid) or (by_story.get(story) if story else None)
        if known and uid not in by_event and site_key(payload) == site_key(known.message.payload):
            known = None  # what a site says twice is two
        if known is None:
            known = Item(message=one.message, watches=[watch])
            items.append(known)
        elif uid not in by_event:
            known.others[uid] = as_repost(payload)
        if watch not in known.watches:
            known.watches.append(watch)
        by_event[uid] = known
        if story:
            by_story.setdefault(story, known)
    return items


def _reposts(waited: Sequence[Waited]) -> list[Item]:
    """Return what was told before, with its reposts, in the order in which these were found."""
    by_story: dict[str, Item] = {}
    for one in waited:
        payload = one.message.payload
        story = _story(one) or str(payload.get("id"))
        known = by_story.setdefault(story, Item(message=one.told or one.message, watches=[]))
        known.others[str(payload.get("id"))] = as_repost(payload)
    return list(by_story.values())


def _story(one: Waited) -> str | None:
    """Return what articles of one story have in common; changes and withdrawals stand alone."""
    payload = one.message.payload
    article = payload.get("article") or {}
    if payload.get("type") not in {"article.new", "article.reposted"}:
        return None
    story = one.story or article.get("content_hash")
    return str(story) if story else None


def _heading(items: Sequence[Item], reposts: Sequence[Item], now: datetime) -> str:
    times = sum(len(item.others) for item in reposts)
    if not items:
        return f"【转载】{now:%m-%d} {len(reposts)} 篇报道又有 {times} 处转载"
    name = "早报" if now.hour < _NOON else "晚报" if now.hour >= _EVENING else "午报"
    counts = Counter(headline_kind(item.message.payload) for item in items)
    parts = [f"{kind} {count}" for kind, count in counts.most_common()]
    parts += [f"又有转载 {times}"] if times else []
    return f"【{name}】{now:%m-%d} {len(items)} 条：{'，'.join(parts)}"


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
    facts = [site_name(payload), *_day(article, payload)]
    if item.others:
        facts.append(elsewhere(item.others.values()))
    rows = [f"{number}. 【{headline_kind(payload)}】{article.get('title')}", " | ".join(facts)]
    return [*rows, str(article["url"])] if article.get("url") else rows


def _repost_rows(reposts: Sequence[Item], *, after: int) -> list[str]:
    rows = ["", *(["■ 又有转载"] if after else [])] if reposts else []
    for number, item in enumerate(reposts, start=after + 1):
        payload = item.message.payload
        title = (payload.get("article") or {}).get("title") or item.message.subject
        facts, *addresses = repost_rows(list(item.others.values()))
        rows += [f"{number}. {title}", f"{site_name(payload)} | {facts}", *addresses]
    return rows


def _day(article: Mapping[str, Any], payload: Mapping[str, Any]) -> list[str]:
    found = article.get("published_at") or payload.get("timestamp")
    return [str(found)[:10]] if found else []
