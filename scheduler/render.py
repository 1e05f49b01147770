"""What a message says. Pure; the only place where times are local (the site's zone)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.watch import Match, Reason
from storage.alert import SITE_EVENTS, EventKind, Subject
from storage.snippets import snippet
from storage.wording import folded_word

_EXCERPT_CHARACTERS = 200  # receivers refuse large payloads; the whole text is behind the URL
_FALLBACK_ZONE = "Asia/Shanghai"
_KINDS = {
    EventKind.NEW: "新文章",
    EventKind.CHANGED: "文章有修改",
    EventKind.WITHDRAWN: "文章已撤下",
    EventKind.RESTORED: "文章已恢复",
    EventKind.REPOSTED: "他站转载",
    EventKind.BROKEN: "站点异常",
    EventKind.RECOVERED: "站点恢复",
}
_CHANGES = {"title": "标题有修改", "text": "正文有修改", "both": "标题和正文有修改"}
_FIELDS = {
    "title": "标题",
    "subtitle": "副标题",
    "text": "正文",
    "source": "来源",
    "section": "栏目",
    "credits": "署名",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert as it is told: one line, a short text for people, a payload for programs."""

    subject: str
    text: str
    payload: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        """Return the message as it is frozen in the outbox."""
        return {"subject": self.subject, "text": self.text, "payload": dict(self.payload)}


def message_of(record: Mapping[str, Any]) -> Message:
    """Return the message that was frozen."""
    return Message(subject=record["subject"], text=record["text"], payload=record["payload"])


def render(subject: Subject, match: Match, *, watch: str, subscriber: str | None = None) -> Message:
    """Return what the channels of a watch, somebody's or (None) everybody's, say of an event."""
    return Message(
        subject=_subject_line(subject),
        text=_text(subject, match, watch),
        payload={**_payload(subject, match, watch), "subscriber": subscriber},
    )


def matched(match: Match) -> tuple[dict[str, str], ...]:
    """Return the reasons of a match as records."""
    return tuple(asdict(reason) for reason in match.reasons)


def said(reason: Reason) -> str:
    """Return a reason in words: `标题：“招聘”`."""
    shown = f"“{reason.found}”"
    if reason.found != reason.wanted:
        shown += f"（{reason.wanted}）"
    return f"{field_name(reason.where)}：{shown}"


def field_name(field: str) -> str:
    """Return what people call a field of an article: `标题`."""
    return _FIELDS.get(field, field)


def headline_kind(payload: Mapping[str, Any]) -> str:
    """Return what happened, in the words of a headline, from the payload of a message."""
    return _KINDS[EventKind(str(payload["type"]).partition(".")[2])]


def local(instant: datetime, timezone: str) -> datetime:
    """Return an instant in a site's zone."""
    try:
        return instant.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return instant.astimezone(ZoneInfo(_FALLBACK_ZONE))


def _subject_line(subject: Subject) -> str:
    site = subject.site_title or subject.site
    if subject.kind in SITE_EVENTS:
        return f"【{_kind(subject)}】{site}"
    return f"【{_kind(subject)}】{subject.title} - {site}"


def _text(subject: Subject, match: Match, watch: str) -> str:
    retitled = subject.previous_title is not None and subject.previous_title != subject.title
    lines = [
        f"【{_kind(subject)}】{subject.title or subject.site_title or subject.site}",
        f"原标题：{subject.previous_title}" if retitled else None,
        f"站点：{subject.site_title or subject.site}",
        f"栏目：{'、'.join(subject.columns)}" if subject.columns else None,
        subject.published_text,
        f"来源：{subject.source}" if subject.source else None,
        subject.url,
        f"说明：{subject.detail}" if subject.detail else None,
        f"命中：{'；'.join(said(reason) for reason in match.reasons)}" if match.reasons else None,
        f"关注：{watch}",
        f"发现：{local(subject.occurred_at, subject.timezone):%Y-%m-%d %H:%M}",
    ]
    return "\n".join(line for line in lines if line)


def _payload(subject: Subject, match: Match, watch: str) -> dict[str, Any]:
    of_site = subject.kind in SITE_EVENTS
    return {
        "id": subject.uid,
        "type": f"{'site' if of_site else 'article'}.{subject.kind}",
        "timestamp": local(subject.occurred_at, subject.timezone).isoformat(),
        "watch": watch,
        "site": {"name": subject.site, "title": subject.site_title},
        "change": subject.change,
        "detail": subject.detail,
        "article": None if of_site else _article(subject, match),
        "matched": list(matched(match)),
    }


def _article(subject: Subject, match: Match) -> dict[str, Any]:
    published_at = subject.published_at
    return {
        "id": subject.article_id,
        "site": subject.site,
        "url": subject.url,
        "title": subject.title,
        "previous_title": subject.previous_title,
        "subtitle": subject.subtitle,
        "published_text": subject.published_text,
        "published_at": local(published_at, subject.timezone).isoformat() if published_at else None,
        "published_precision": subject.published_precision,
        "source": subject.source,
        "section": subject.section,
        "columns": list(subject.columns),
        "credits": [asdict(credit) for credit in subject.credits],
        "content_hash": subject.content_hash,
        "excerpt": _excerpt(subject.text),
        "snippet": _snippet(subject.text, match),
    }


def _snippet(text: str | None, match: Match) -> str | None:
    """Return the piece of the text that shows best what was met there; None: nothing was."""
    words = [folded_word(reason.found) for reason in match.reasons if reason.where == "text"]
    return snippet(text, words).text if text and words else None


def _excerpt(text: str | None) -> str | None:
    if text is None or len(text) <= _EXCERPT_CHARACTERS:
        return text
    return text[: _EXCERPT_CHARACTERS - 1].rstrip() + "…"


def _kind(subject: Subject) -> str:
    if subject.kind is EventKind.CHANGED and subject.change in _CHANGES:
        return _CHANGES[subject.change]
    return _KINDS[subject.kind]
