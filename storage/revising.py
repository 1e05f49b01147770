"""A known document was read again: the same, changed, restored, or only read differently."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.crawl import ArticleRead, Lease, Saved
from storage.events import event_row
from storage.identity import change_between
from storage.record import attachment_record, credit_record, image_record
from storage.schema import Document, Event, Version

Step = tuple[Saved, str | None]  # what it came to, and why its response is kept (None: it is not)


def see_again(
    connection: Connection,
    lease: Lease,
    row: Row[Any],
    read: ArticleRead,
    *,
    content_id: int,
    body_hash: str,
    day: str | None,
    now: datetime,
) -> Step:
    """Note that the content still stands, and what else the page says now."""
    del content_id
    said = _said(read, lease)
    before = connection.execute(select(Version).where(Version.id == row.version_id)).one()
    updated = any(getattr(before, name) != value for name, value in said.items())
    connection.execute(
        update(Version)
        .where(Version.id == row.version_id)
        .values(extractor_version=read.extractor_version, body_hash=body_hash, **said)
    )
    _touch(connection, row, read, day=day, now=now)
    if row.state == "withdrawn":
        _restore(connection, lease, row, version_id=row.version_id, now=now)
        return Saved.RESTORED, "restored"
    return Saved.SEEN, "updated" if updated else None


def revise(
    connection: Connection,
    lease: Lease,
    row: Row[Any],
    read: ArticleRead,
    *,
    content_id: int,
    body_hash: str,
    day: str | None,
    now: datetime,
) -> Step:
    """Keep another content as a new version, with an event unless only we read differently."""
    newer_extractor = row.extractor_version != read.extractor_version
    reparsed = newer_extractor or row.body_hash == body_hash
    connection.execute(update(Version).where(Version.id == row.version_id).values(seen_to=now))
    version_id = connection.scalar(
        insert(Version)
        .values(
            version_row(
                lease, read, document_id=row.id, content_id=content_id, body_hash=body_hash,
                number=row.number + 1, reason="reparsed" if reparsed else "changed", now=now,
            )
        )
        .returning(Version.id)
    )  # fmt: skip
    leave(connection, row)
    lead_id, joined = _join(connection, lease, row, content_id=content_id, day=day)
    _touch(connection, row, read, day=day, now=now, content_id=content_id, lead_id=lead_id)
    if row.state == "withdrawn":
        _restore(connection, lease, row, version_id=version_id, now=now)
    if reparsed:
        return Saved.REPARSED, "reparsed"
    if not joined and not _takes_back(connection, row, content_id):
        change = change_between(
            old_title=row.title, old_text=row.text,
            title=read.article.title, text=read.article.text,
        )  # fmt: skip
        event = event_row(
            lease, kind="changed", key=f"changed:{version_id}", now=now, document_id=row.id,
            version_id=version_id, previous_version_id=row.version_id, change=change,
            state="provisional",
        )  # fmt: skip
        connection.execute(insert(Event), [event])
    return Saved.CHANGED, "changed"


def version_row(
    lease: Lease,
    read: ArticleRead,
    *,
    document_id: int,
    content_id: int,
    body_hash: str,
    number: int,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the row of a version that stands from now on."""
    return {
        "document_id": document_id,
        "number": number,
        "content_id": content_id,
        "reason": reason,
        "seen_from": now,
        "extractor_version": read.extractor_version,
        "body_hash": body_hash,
        "crawl_id": lease.crawl_id,
        **_said(read, lease),
    }


def _said(read: ArticleRead, lease: Lease) -> dict[str, Any]:
    """Return what a page says beside its content."""
    article = read.article
    return {
        "subtitle": article.subtitle,
        "published_text": article.published_text,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "published_zone": lease.timezone if article.published_at else None,
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


def _touch(
    connection: Connection,
    row: Row[Any],
    read: ArticleRead,
    *,
    day: str | None,
    now: datetime,
    **more: Any,
) -> None:
    counter = read.article.counter
    values = {
        "published_day": day,
        "last_seen_at": now,
        "next_check_at": read.next_check_at,
        "not_found_since": None,
        "owner": read.article.owner or row.owner,
        **more,
    }
    if counter is not None:
        values |= {
            "counter_owner": counter.owner,
            "counter_id": counter.article_id,
            "counter_kind": counter.kind,
        }
    connection.execute(update(Document).where(Document.id == row.id).values(values))


def _restore(
    connection: Connection, lease: Lease, row: Row[Any], *, version_id: int | None, now: datetime
) -> None:
    connection.execute(
        update(Document).where(Document.id == row.id).values(state="live", withdrawn_at=None)
    )
    event = event_row(
        lease, kind="restored", key=f"restored:{row.id}:{lease.crawl_id}", now=now,
        document_id=row.id, version_id=version_id,
    )  # fmt: skip
    connection.execute(insert(Event), [event])


def leave(connection: Connection, row: Row[Any]) -> bool:
    """Leave the article; where this document led others, the next leads on. Say whether."""
    heir = connection.scalar(
        select(Document.id).where(Document.lead_id == row.id).order_by(Document.id).limit(1)
    )
    if heir is not None:
        connection.execute(update(Document).where(Document.lead_id == row.id).values(lead_id=heir))
        connection.execute(update(Document).where(Document.id == heir).values(lead_id=None))
    return heir is not None


def _join(
    connection: Connection, lease: Lease, row: Row[Any], *, content_id: int, day: str | None
) -> tuple[int | None, bool]:
    """Return who leads the article of this content (None: this one), and whether it was there."""
    candidates = connection.execute(
        select(Document.id, Document.published_day)
        .where(
            Document.site_id == lease.site_id,
            Document.content_id == content_id,
            Document.lead_id.is_(None),
            Document.state == "live",
            Document.id != row.id,
        )
        .order_by(Document.id)
    )
    agrees = (c.id for c in candidates if day is None or c.published_day in {None, day})
    lead_id = next(agrees, None)
    if lead_id is None or lead_id < row.id:
        return lead_id, lead_id is not None
    # The earliest document leads: this one takes over.
    followers = (Document.lead_id == lead_id) | (Document.id == lead_id)
    connection.execute(update(Document).where(followers).values(lead_id=row.id))
    return None, True


def _takes_back(connection: Connection, row: Row[Any], content_id: int) -> bool:
    """Cancel a held change that this one reverts; say whether there was one."""
    held = connection.execute(
        select(Event.id)
        .join(Version, Version.id == Event.previous_version_id)
        .where(
            Event.version_id == row.version_id,
            Event.kind == "changed",
            Event.state == "held",
            Version.content_id == content_id,
        )
    ).scalar()
    if held is None:
        return False
    connection.execute(update(Event).where(Event.id == held).values(state="cancelled"))
    return True
