"""Values as records: what is kept as JSON and what programs are given. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.article import (
    Article,
    Attachment,
    Credit,
    DateClaim,
    DateSource,
    Image,
    Precision,
)


def article_record(article: Article, *, site: str | None, timezone: str) -> dict[str, object]:
    """Return an article as programs are given it; times carry the zone's offset."""
    return {
        "site": site,
        "url": article.url,
        "content_hash": article.content_hash,
        "title": article.title,
        "subtitle": article.subtitle,
        "published_text": article.published_text,
        "published_at": _local(article.published_at, timezone),
        "published_precision": article.published_precision,
        "dates": [local_date(date_record(one), timezone) for one in article.dates],
        "views": article.views,
        "text": article.text,
        "html": article.html,
        "empty_reason": article.empty_reason,
        "source": article.source,
        "section": article.section,
        "language": article.language,
        "credits": [credit_record(one) for one in article.credits],
        "attachments": [attachment_record(one) for one in article.attachments],
        "images": [image_record(one) for one in article.images],
        "flags": list(article.flags),
        "unreadable_letters": article.unreadable_letters,
        "family": article.family,
        "page_key": article.page_key,
    }


def beside(article: Article) -> dict[str, Any]:
    """Return what a page says beside title and text, as a version keeps it."""
    return {
        "subtitle": article.subtitle,
        "published_text": article.published_text,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "dates": [date_record(one) for one in article.dates],
        "source": article.source,
        "section": article.section,
        "language": article.language,
        "html": article.html,
        "empty_reason": article.empty_reason,
        "credits": [credit_record(c) for c in article.credits],
        "attachments": [attachment_record(a) for a in article.attachments],
        "images": [image_record(i) for i in article.images],
        "flags": list(article.flags),
    }


def credit_record(credit: Credit) -> dict[str, object]:
    """Return a credit as it is kept."""
    return {"role": credit.role, "name": credit.name, "printed": credit.printed}


def date_record(claim: DateClaim) -> dict[str, Any]:
    """Return a claimed date as it is kept; its instant is UTC."""
    return {
        "source": str(claim.source),
        "text": claim.text,
        "at": claim.at.astimezone(UTC).isoformat() if claim.at else None,
        "precision": str(claim.precision) if claim.precision else None,
        "doubt": claim.doubt,
    }


def date_claim(kept: Mapping[str, Any]) -> DateClaim:
    """Return a claimed date that was kept."""
    return DateClaim(
        source=DateSource(kept["source"]),
        text=kept["text"],
        at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
        precision=Precision(kept["precision"]) if kept["precision"] else None,
        doubt=kept["doubt"],
    )


def local_date(kept: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    """Return a kept date as programs are given it; its instant carries the zone's offset."""
    at = kept["at"]
    return {**kept, "at": _local(datetime.fromisoformat(at), timezone) if at else None}


def attachment_record(attachment: Attachment) -> dict[str, object]:
    """Return an attachment as it is kept."""
    return {"kind": str(attachment.kind), "name": attachment.name, "url": attachment.url}


def image_record(image: Image) -> dict[str, object]:
    """Return an image as it is kept."""
    return {"url": image.url, "alt": image.alt}


def _local(instant: datetime | None, timezone: str) -> str | None:
    return None if instant is None else instant.astimezone(ZoneInfo(timezone)).isoformat()
