"""A known document was read again: the same, changed, restored, or only read differently."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.crawl import ArticleRead, Doubted, Lease, Saved
from storage.events import event_row
from storage.grouping import regroup
from storage.identity import change_between
from storage.prepared import Added, Prepared
from storage.record import beside
from storage.rows import AnyRow
from storage.schema import Amendment, Document, Event, Version

_TAKEN_BACK = "the page went back to what it said before"


def doubt(row: AnyRow | None, prepared: Prepared) -> Doubted | None:
    """Return a known article that reads otherwise now, or None.

    It is none where the other reading comes from us, or where nothing that stands could be lost.
    """
    if row is None or prepared.read.reread_of is not None or _is_reparsed(row, prepared):
        return None
    lost_date = row.printed_day is not None and prepared.printed_day is None
    if row.content_hash == prepared.content_hash and not lost_date:
        return None
    return Doubted(
        read=prepared.read, document_id=row.id, title=row.title, text=row.text,
        was_dated=row.printed_day is not None, is_dated=prepared.printed_day is not None,
    )  # fmt: skip


def see_again(
    connection: Connection,
    lease: Lease,
    row: AnyRow,
    prepared: Prepared,
    *,
    content_id: int,
    now: datetime,
) -> Added:
    """Note that the content still stands, and what else the page says now."""
    read, said = prepared.read, _said(prepared.read, lease)
    before = connection.execute(select(Version).where(Version.id == row.version_id)).one()
    other = {name: old for name, value in said.items() if (old := getattr(before, name)) != value}
    _amend(connection, lease, before, prepared, other, now=now)
    connection.execute(
        update(Version)
        .where(Version.id == row.version_id)
        .values(
            extractor_version=read.extractor_version, body_hash=prepared.pages_hash,
            last_look_at=read.response.fetched_at, **said,
        )
    )  # fmt: skip
    group: dict[str, Any] = {}
    is_back = row.state == "withdrawn"
    if is_back or row.printed_day != prepared.printed_day:
        lead_id, stands = regroup(
            connection, lease, row, content_id=content_id, day=prepared.printed_day
        )
        group = {"lead_id": lead_id}
        if is_back and not stands:
            _tell_restored(connection, lease, row, version_id=row.version_id, now=now)
    _touch(connection, row, prepared, now=now, **group)
    if is_back:
        return _added(prepared, row, Saved.RESTORED, evidence="restored")
    return _added(prepared, row, Saved.SEEN, evidence="updated" if other else None)


def revise(
    connection: Connection,
    lease: Lease,
    row: AnyRow,
    prepared: Prepared,
    *,
    content_id: int,
    now: datetime,
) -> Added:
    """Keep another content as a new version, with an event unless only we read differently."""
    is_reparsed = _is_reparsed(row, prepared)
    saved = Saved.REPARSED if is_reparsed else Saved.CHANGED
    version_id = _next_version(
        connection, lease, row, prepared, content_id=content_id, reason=saved, now=now
    )
    lead_id, stands = regroup(
        connection, lease, row, content_id=content_id, day=prepared.printed_day
    )
    _touch(
        connection, row, prepared, now=now, content_id=content_id, lead_id=lead_id,
        next_check_at=_next_check(prepared, is_reparsed=is_reparsed),
    )  # fmt: skip
    if row.state == "withdrawn" and not stands:
        _tell_restored(connection, lease, row, version_id=version_id, now=now)
    if is_reparsed or stands or _takes_back(connection, row, content_id):
        return _added(prepared, row, saved, evidence=saved)
    article = prepared.read.article
    change = change_between(
        old_title=row.title, old_text=row.text, title=article.title, text=article.text
    )
    event = event_row(
        lease, kind="changed", key=f"changed:{version_id}", now=now, document_id=row.id,
        version_id=version_id, previous_version_id=row.version_id, change=change,
        state="provisional",
    )  # fmt: skip
    connection.execute(insert(Event), [event])
    return _added(prepared, row, saved, evidence=saved)


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
        "last_look_at": read.response.fetched_at,
        "extractor_version": read.extractor_version,
        "body_hash": body_hash,
        "crawl_id": lease.crawl_id,
        **_said(read, lease),
    }


def _is_reparsed(row: AnyRow, prepared: Prepared) -> bool:
    """Say whether another reading comes from us: equal bytes, or another extractor."""
    is_other_reading: bool = row.extractor_version != prepared.read.extractor_version
    return is_other_reading or row.body_hash == prepared.pages_hash


def _amend(
    connection: Connection,
    lease: Lease,
    version: AnyRow,
    prepared: Prepared,
    other: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep what the page said before beside its content, where that became other."""
    before = {name: _as_kept(value) for name, value in other.items() if name != "html"}
    if not before:
        return
    connection.execute(
        insert(Amendment).values(
            version_id=version.id,
            reason="reparsed" if _is_reparsed(version, prepared) else "changed",
            found_at=now,
            last_look_at=version.last_look_at,
            crawl_id=lease.crawl_id,
            before=before,
        )
    )


def _as_kept(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _added(prepared: Prepared, row: AnyRow, saved: Saved, *, evidence: str | None) -> Added:
    return Added(prepared=prepared, document_id=row.id, saved=saved, evidence=evidence)


def _said(read: ArticleRead, lease: Lease) -> Mapping[str, Any]:
    """Return what a page says beside its content."""
    zone = lease.timezone if read.article.published_at else None
    return {**beside(read.article), "published_zone": zone}


def _next_version(
    connection: Connection,
    lease: Lease,
    row: AnyRow,
    prepared: Prepared,
    *,
    content_id: int,
    reason: Saved,
    now: datetime,
) -> int:
    connection.execute(update(Version).where(Version.id == row.version_id).values(seen_to=now))
    version = version_row(
        lease, prepared.read, document_id=row.id, content_id=content_id,
        body_hash=prepared.pages_hash, number=row.number + 1, reason=reason, now=now,
    )  # fmt: skip
    return connection.execute(insert(Version).values(version).returning(Version.id)).scalar_one()


def _next_check(prepared: Prepared, *, is_reparsed: bool) -> datetime | None:
    read = prepared.read
    return read.next_check_at if is_reparsed else read.next_check_if_changed or read.next_check_at


def _touch(
    connection: Connection, row: AnyRow, prepared: Prepared, *, now: datetime, **more: Any
) -> None:
    article = prepared.read.article
    values = {
        "published_day": prepared.day,
        "printed_day": prepared.printed_day,
        "last_seen_at": now,
        "next_check_at": prepared.read.next_check_at,
        "not_found_since": None,
        "state": "live",
        "withdrawn_at": None,
        "owner": article.owner or row.owner,
        **more,
    }
    if article.counter is not None:
        values |= {
            "counter_owner": article.counter.owner,
            "counter_id": article.counter.article_id,
            "counter_kind": article.counter.kind,
        }
    connection.execute(update(Document).where(Document.id == row.id).values(values))


def _tell_restored(
    connection: Connection, lease: Lease, row: AnyRow, *, version_id: int, now: datetime
) -> None:
    event = event_row(
        lease, kind="restored", key=f"restored:{row.id}:{lease.crawl_id}", now=now,
        document_id=row.id, version_id=version_id,
    )  # fmt: skip
    connection.execute(insert(Event), [event])


def _takes_back(connection: Connection, row: AnyRow, content_id: int) -> bool:
    """Cancel a held change that this one reverts; say whether there was one."""
    held = connection.execute(
        select(Event.id)
        .join(Version, Version.id == Event.previous_version_id)
        .where(
            Event.document_id == row.id,
            Event.version_id == row.version_id,
            Event.kind == "changed",
            Event.state == "held",
            Version.content_id == content_id,
        )
    ).scalar()
    if held is None:
        return False
    connection.execute(
        update(Event).where(Event.id == held).values(state="cancelled", state_reason=_TAKEN_BACK)
    )
    return True
