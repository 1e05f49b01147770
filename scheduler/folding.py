"""One alert a story: how a message says where else its text was published. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scheduler.render import Message

Payload = Mapping[str, Any]


def with_repost(message: Message, repost: Message) -> Message:
    """Return the message with a repost named in it, after those that it names already."""
    known = list(message.payload.get("reposts") or ())
    one = as_repost(repost.payload)
    if one["id"] in [other["id"] for other in known]:
        return message
    text = "\n".join(message.text.split("\n")[: _length(message)])
    reposts = [*known, one]
    return replace(
        message,
        text="\n".join([text, *repost_rows(reposts)]),
        payload={**message.payload, "reposts": reposts},
    )


def repost_rows(reposts: Sequence[Payload]) -> list[str]:
    """Return who else has what was told, and where; `reposts` hold `site` and `url`."""
    return [elsewhere(reposts), *(str(one["url"]) for one in reposts if one.get("url"))]


def elsewhere(reposts: Iterable[Payload]) -> str:
    """Return in one line who else has what was told: `另有 2 家转载：红枫大学、青山日报`."""
    names = list({site_key(one): site_name(one) for one in reposts}.values())
    return f"另有 {len(names)} 家转载：{'、'.join(names)}"


def site_key(payload: Payload) -> str:
    """Return what tells the site of a payload from others."""
    site = payload.get("site") or {}
    return str(site.get("name") or site.get("title") or "")


def site_name(payload: Payload) -> str:
    """Return how people call the site of a payload."""
    site = payload.get("site") or {}
    return str(site.get("title") or site.get("name") or "")


def as_repost(payload: Payload) -> dict[str, Any]:
    """Return what a message says of a repost: its event, its site, its address."""
    article = payload.get("article") or {}
    return {"id": payload.get("id"), "site": payload.get("site"), "url": article.get("url")}


def _length(message: Message) -> int:
    """Return how many lines the message has without those about reposts."""
    reposts = message.payload.get("reposts") or ()
    lines = message.text.count("\n") + 1
    return lines - len(repost_rows(reposts)) if reposts else lines
