"""Save which files articles name, and what their addresses gave. Within a caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, literal, select, update

from storage.archive.keeping import Kept, keep
from storage.archive.warc import body_sha256
from storage.asset import KEPT, NO_READER, AssetMissed, AssetRead, AssetRecord, AssetSeen, FileText
from storage.crawl import AssetLink, Lease, Saved
from storage.file_index import index_text
from storage.prepared import Added
from storage.rows import AnyRow
from storage.schema import Asset, AssetCopy, AssetText, Version, VersionAsset
from storage.store import upsert

_MOST_KEYS = 500  # in one question
# What the page says now is new: its files may be, too, at the same addresses.
_ASKS_AGAIN = frozenset([Saved.CHANGED, Saved.RESTORED])


def name_assets(
    connection: Connection, lease: Lease, naming: Sequence[Added], *, now: datetime
) -> None:
    """Note which files the standing versions of these pages name; new ones are to be fetched."""
    links = {link.url_key: link for a in naming for link in a.prepared.read.assets}
    ids = _asset_ids(connection, lease, links, now=now)
    versions = _standing(connection, [a.document_id for a in naming])
    rows = [
        {
            "version_id": versions[a.document_id],
            "asset_id": ids[link.url_key],
            "position": position,
            "role": link.role,
            "name": link.name,
        }
        for a in naming
        for position, link in enumerate(a.prepared.read.assets)
    ]
    connection.execute(upsert(connection, VersionAsset).on_conflict_do_nothing(), rows)
    again = {
        ids[link.url_key]
        for a in naming
        if a.saved in _ASKS_AGAIN
        for link in a.prepared.read.assets
    }
    for some in _pieces(sorted(again)):
        connection.execute(update(Asset).where(Asset.id.in_(some)).values(next_try_at=now, tries=0))


def carry_over(connection: Connection, rereads: Sequence[Added]) -> None:
    """Let versions that a reread made name the files of those before, where they still do."""
    versions = _standing(connection, [a.document_id for a in rereads])
    for added in rereads:
        before, now = added.prepared.read.reread_of, versions[added.document_id]
        if before == now:
            continue
        article = added.prepared.read.article
        urls = {one.url for one in article.attachments} | {one.url for one in article.images}
        named = select(
            literal(now), VersionAsset.asset_id, VersionAsset.position, VersionAsset.role,
            VersionAsset.name,
        ).join(Asset, Asset.id == VersionAsset.asset_id)  # fmt: skip
        columns = ["version_id", "asset_id", "position", "role", "name"]
        kept = named.where(VersionAsset.version_id == before, Asset.url.in_(urls))
        connection.execute(insert(VersionAsset).from_select(columns, kept))


def save_assets(
    connection: Connection, lease: Lease, records: Sequence[AssetRecord], *, now: datetime
) -> None:
    """Save what was fetched, one after the other: files are few beside articles."""
    for record in records:
        row = connection.execute(select(Asset).where(Asset.id == record.asset_id)).one_or_none()
        if row is None:
            continue  # it was forgotten meanwhile
        match record:
            case AssetRead():
                _save_copy(connection, lease, row, record, now=now)
            case AssetSeen():
                _touch(
                    connection, row, state=KEPT, evidence=None, tries=0,
                    checked_at=record.seen_at, next_try_at=record.next_try_at,
                )  # fmt: skip
            case AssetMissed():
                _save_missed(connection, lease, row, record)


def _asset_ids(
    connection: Connection, lease: Lease, links: Mapping[str, AssetLink], *, now: datetime
) -> dict[str, int]:
    rows = [
        {
            "site_id": lease.site_id,
            "url": links[key].url,
            "url_key": key,
            "first_named_at": now,
            "next_try_at": now,
            "tries": 0,
        }
        for key in sorted(links)
    ]
    connection.execute(upsert(connection, Asset).on_conflict_do_nothing(), rows)
    found: dict[str, int] = {}
    for keys in _pieces(sorted(links)):
        question = select(Asset.url_key, Asset.id).where(
            Asset.site_id == lease.site_id, Asset.url_key.in_(keys)
        )
        found |= {row.url_key: row.id for row in connection.execute(question)}
    return found


def _standing(connection: Connection, document_ids: Sequence[int]) -> dict[int, int]:
    question = select(Version.document_id, Version.id).where(
        Version.document_id.in_(document_ids), Version.seen_to.is_(None)
    )
    return {row.document_id: row.id for row in connection.execute(question)}


def _save_copy(
    connection: Connection, lease: Lease, row: AnyRow, read: AssetRead, *, now: datetime
) -> None:
    response, sha256 = read.response, body_sha256(read.response.body)
    before = _standing_copy(connection, row.id)
    if before is None or before.sha256 != sha256:
        _close_copy(connection, row.id, at=response.fetched_at)
        number = connection.scalar(
            select(AssetCopy.number)
            .where(AssetCopy.asset_id == row.id)
            .order_by(AssetCopy.number.desc())
            .limit(1)
        )
        copy = {
            "asset_id": row.id,
            "number": (number or 0) + 1,
            "sha256": sha256,
            "size": len(response.body),
            "kind": read.kind,
            "content_type": response.headers.get("content-type"),
            "name": read.name,
            "url_key": response.url_key,
            "fetched_at": response.fetched_at,
            "crawl_id": lease.crawl_id,
        }
        connection.execute(insert(AssetCopy).values(copy))
        kept = Kept(response=response, outcome="file", body_hash=sha256)
        keep(connection, [kept], site_id=lease.site_id, crawl_id=lease.crawl_id)
    if read.text is not None:
        _save_text(connection, sha256, read.text, now=now)
    _touch(
        connection, row, state=KEPT, evidence=None, tries=0, checked_at=response.fetched_at,
        next_try_at=read.next_try_at, etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )  # fmt: skip


def _save_missed(connection: Connection, lease: Lease, row: AnyRow, missed: AssetMissed) -> None:
    stands = row.state == KEPT and not (missed.missing or missed.final)
    if missed.missing:
        _close_copy(connection, row.id, at=missed.seen_at)
    _touch(
        connection, row, state=KEPT if stands else missed.state, evidence=missed.evidence,
        tries=row.tries + 1, checked_at=missed.seen_at, next_try_at=missed.next_try_at,
    )  # fmt: skip
    if missed.response is not None:
        kept = Kept(
            response=missed.response, outcome="no_file", state=missed.state,
            evidence=missed.evidence,
        )  # fmt: skip
        keep(connection, [kept], site_id=lease.site_id, crawl_id=lease.crawl_id)


def _save_text(connection: Connection, sha256: str, text: FileText, *, now: datetime) -> None:
    statement = upsert(connection, AssetText).values(
        sha256=sha256, state=text.state, reason=text.reason, text=text.text, read_at=now
    )
    new = statement.excluded
    made = connection.scalar(
        statement.on_conflict_do_update(
            index_elements=["sha256"],
            set_={
                "state": new.state, "reason": new.reason, "text": new.text, "read_at": new.read_at
            },
            where=AssetText.state == NO_READER,
        ).returning(AssetText.id)
    )  # fmt: skip
    if made is not None and text.text:
        index_text(connection, made, text.text)


def _standing_copy(connection: Connection, asset_id: int) -> AnyRow | None:
    question = select(AssetCopy).where(AssetCopy.asset_id == asset_id, AssetCopy.seen_to.is_(None))
    return connection.execute(question).one_or_none()


def _close_copy(connection: Connection, asset_id: int, *, at: datetime) -> None:
    connection.execute(
        update(AssetCopy)
        .where(AssetCopy.asset_id == asset_id, AssetCopy.seen_to.is_(None))
        .values(seen_to=at)
    )


def _touch(connection: Connection, row: AnyRow, **values: Any) -> None:
    connection.execute(update(Asset).where(Asset.id == row.id).values(values))


def _pieces(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + _MOST_KEYS] for start in range(0, len(keys), _MOST_KEYS)]
