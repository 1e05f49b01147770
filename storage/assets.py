"""Ask for files and pictures: those that are due to be fetched, and those of an article."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from storage.archive.reading import find
from storage.asset import KEPT, NO_READER, PENDING, DueAsset
from storage.errors import NotFoundError, RecordLostError
from storage.schema import Asset, AssetCopy, AssetText, Document, Version, VersionAsset
from storage.store import Store

# The fields of a file's record, in their order.
_RECORD_FIELDS = (
    "url", "role", "named", "name", "versions", "stands_as", "state", "evidence", "kind", "size",
    "sha256", "fetched_at", "seen_to", "text_state", "text_reason",
)  # fmt: skip
_OF_LEAD = aliased(Document)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAsset:
    """What an address gave that an article names: one copy, or none and why.

    `versions` are the numbers of the versions that name it. `sha256` and all about the bytes are
    None where there are none; `text_state` is None for what has no text to be read.
    """

    url: str
    role: str
    named: str | None
    versions: tuple[int, ...]
    state: str
    evidence: str | None
    sha256: str | None
    size: int | None
    kind: str | None
    name: str | None
    url_key: str | None
    fetched_at: datetime | None
    seen_to: datetime | None
    text_state: str | None
    text_reason: str | None

    @property
    def stands_as(self) -> str:
        """How a copy (or an address without one) stands, in a word."""
        if self.sha256 is None or (self.seen_to is None and self.state == KEPT):
            return self.state
        if self.seen_to is None:
            return f"kept, now {self.state}"
        return "gone" if self.state == "not_found" else "replaced"

    def record(self, timezone: str) -> dict[str, object]:
        """Return it as programs are given it; times carry the zone's offset."""
        zone = ZoneInfo(timezone)
        values = {name: getattr(self, name) for name in _RECORD_FIELDS}
        return {
            name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }


class Assets:
    """Questions about files and pictures."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, site_id: int, *, now: datetime, limit: int) -> list[DueAsset]:
        """Return addresses to be asked for: those never asked first, then the longest due.

        What was kept is asked for again only while a live article names it.
        """
        is_due = and_(Asset.next_try_at <= now, or_(Asset.state == PENDING, _is_named_now()))
        with self._store.read() as connection:
            rows = connection.execute(
                _due()
                .where(Asset.site_id == site_id, is_due)
                .order_by(Asset.state != PENDING, Asset.next_try_at, Asset.id)
                .limit(limit)
            )
            return _due_assets(rows)

    def named_now(self, site_id: int) -> list[DueAsset]:
        """Return every address that live articles name, for a full crawl."""
        with self._store.read() as connection:
            question = _due().where(Asset.site_id == site_id, _is_named_now())
            return _due_assets(connection.execute(question.order_by(Asset.id)))

    def waiting(self, site_id: int) -> int:
        """Return how many addresses were never asked."""
        with self._store.read() as connection:
            return (
                connection.scalar(
                    select(func.count()).where(Asset.site_id == site_id, Asset.state == PENDING)
                )
                or 0
            )

    def of(self, article_id: int) -> list[StoredAsset]:
        """Return what the versions of an article's leading document name, in their order.

        An address whose bytes changed stands there once for each, the oldest first.
        """
        lead = select(func.coalesce(_OF_LEAD.lead_id, _OF_LEAD.id)).where(_OF_LEAD.id == article_id)
        question = (
            select(
                VersionAsset.version_id, VersionAsset.asset_id, VersionAsset.role,
                VersionAsset.name.label("named"), Version.number, Asset.url, Asset.state,
                Asset.evidence, AssetCopy.id.label("copy_id"), AssetCopy.sha256, AssetCopy.size,
                AssetCopy.kind, AssetCopy.name, AssetCopy.url_key, AssetCopy.fetched_at,
                AssetCopy.seen_to, AssetText.state.label("text_state"),
                AssetText.reason.label("text_reason"),
            )
            .join_from(VersionAsset, Version, Version.id == VersionAsset.version_id)
            .join(Asset, Asset.id == VersionAsset.asset_id)
            .outerjoin(AssetCopy, and_(AssetCopy.asset_id == Asset.id, _overlaps()))
            .outerjoin(AssetText, AssetText.sha256 == AssetCopy.sha256)
            .where(Version.document_id == lead.scalar_subquery())
            .order_by(VersionAsset.position, Asset.id, AssetCopy.number, Version.number)
        )  # fmt: skip
        with self._store.read() as connection:
            return _merged(connection.execute(question))

    def body(self, asset: StoredAsset) -> bytes:
        """Return the bytes of a copy, as they came.

        Raises:
            NotFoundError: the archive does not hold them (any more), or holds others.
        """
        try:
            found = asset.url_key and find(self._store, asset.url_key, until=asset.fetched_at)
        except RecordLostError:
            found = None
        if not found or found.body_sha256 != asset.sha256:
            raise NotFoundError("file in the archive", asset.url)
        return found.body


def _is_named_now() -> ColumnElement[bool]:
    return exists(
        select(VersionAsset.asset_id)
        .join(Version, Version.id == VersionAsset.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            VersionAsset.asset_id == Asset.id,
            Version.seen_to.is_(None),
            Document.state == "live",
        )
        .correlate(Asset)
    )


def _overlaps() -> ColumnElement[bool]:
    """Say whether a copy stood at some moment while the version did."""
    return and_(
        or_(Version.seen_to.is_(None), AssetCopy.fetched_at <= Version.seen_to),
        or_(AssetCopy.seen_to.is_(None), AssetCopy.seen_to >= Version.seen_from),
    )


def _due() -> Any:
    newest = (
        select(func.max(VersionAsset.version_id))
        .where(VersionAsset.asset_id == Asset.id)
        .correlate(Asset)
        .scalar_subquery()
    )
    standing = exists(
        select(AssetCopy.id)
        .outerjoin(AssetText, AssetText.sha256 == AssetCopy.sha256)
        .where(
            AssetCopy.asset_id == Asset.id,
            AssetCopy.seen_to.is_(None),
            # What nobody could read yet has to be sent once more.
            AssetText.state.is_distinct_from(NO_READER),
        )
        .correlate(Asset)
    )
    return (
        select(
            Asset.id, Asset.url, Asset.url_key, Asset.tries, Asset.first_named_at, Asset.etag,
            Asset.last_modified, VersionAsset.role, VersionAsset.name.label("named"),
            Document.url.label("referer"), standing.label("stands"),
        )
        .join(VersionAsset, VersionAsset.asset_id == Asset.id)
        .join(Version, Version.id == VersionAsset.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(VersionAsset.version_id == newest)
    )  # fmt: skip


def _due_assets(rows: Iterable[Any]) -> list[DueAsset]:
    found = []
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001 (public, despite its name)
        if not values.pop("stands"):  # nothing is kept that could be unchanged
            values |= {"etag": None, "last_modified": None}
        found.append(DueAsset(**values))
    return found


def _merged(rows: Iterable[Any]) -> list[StoredAsset]:
    """Return one asset for each copy (or address without one), with all versions that name it."""
    found: dict[tuple[int, int | None], dict[str, Any]] = {}
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001 (public, despite its name)
        number = values.pop("number")
        del values["version_id"]
        key = (values.pop("asset_id"), values.pop("copy_id"))
        first = found.setdefault(key, values | {"versions": ()})
        first["versions"] = (*first["versions"], number)
    bare = {key[0] for key in found if key[1] is not None}
    return [
        StoredAsset(**values)
        for (asset_id, copy_id), values in found.items()
        if copy_id is not None or asset_id not in bare
    ]
