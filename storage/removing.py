"""Take articles away with all that hangs on them, whoever asks: forgetting, or retention.

Rows go within the caller's transaction. What is dropped from the archive stands in its files until
they are written anew, and who calls condemns them: at once, or when it is worth it.
"""

from collections import Counter as Tally
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from storage.file_index import drop_texts
from storage.indexing import unindex
from storage.rows import AnyRow
from storage.schema import (
    Asset,
    AssetCopy,
    Base,
    Body,
    Content,
    Document,
    Response,
    Version,
    VersionAsset,
)

_MOST_KEYS = 500  # in one question


def documents_of(connection: Connection, leads: Sequence[int]) -> Sequence[AnyRow]:
    """Return all documents of these articles."""
    return connection.execute(
        select(Document).where(or_(Document.id.in_(leads), Document.lead_id.in_(leads)))
    ).all()


def contents_of(connection: Connection, documents: Sequence[AnyRow]) -> set[int]:
    """Return what these documents say, or ever said."""
    ids = [row.id for row in documents]
    said = select(Version.content_id).where(Version.document_id.in_(ids))
    return set(connection.scalars(said)) | {row.content_id for row in documents}


def drop_documents(connection: Connection, documents: Sequence[AnyRow]) -> int:
    """Drop whole articles, with what refers to them; return how many documents those were."""
    following = [row.id for row in documents if row.lead_id is not None]
    leading = [row.id for row in documents if row.lead_id is None]
    return sum(
        connection.execute(delete(Document).where(Document.id.in_(some))).rowcount
        for some in (following, leading)
    )


def drop_responses(connection: Connection, ids: Collection[int]) -> list[int]:
    """Drop these responses, with the bytes that no other has; return the files they stand in."""
    hashes: set[str | None] = set()
    segments: set[int | None] = set()
    for some in _pieces(sorted(ids)):
        chosen = Response.id.in_(some)
        rows = connection.execute(select(Response.body_sha256, Response.segment_id).where(chosen))
        for row in rows.all():
            hashes.add(row.body_sha256)
            segments.add(row.segment_id)
        connection.execute(delete(Response).where(chosen))
    for some in _pieces(sorted(hash_ for hash_ in hashes if hash_ is not None)):
        needed = select(Response.body_sha256).where(Response.body_sha256.in_(some))
        left = set(some) - set(connection.scalars(needed))
        segments |= set(connection.scalars(select(Body.segment_id).where(Body.sha256.in_(left))))
        connection.execute(delete(Body).where(Body.sha256.in_(left)))
    return sorted(segment for segment in segments if segment is not None)


def drop_contents(connection: Connection, ids: Collection[int]) -> int:
    """Drop those of these contents that nobody says any more; return how many."""
    said = set(
        connection.scalars(select(Version.content_id).where(Version.content_id.in_(ids)))
    ) | set(connection.scalars(select(Document.content_id).where(Document.content_id.in_(ids))))
    return drop_content(connection, set(ids) - said)


def drop_content(connection: Connection, ids: Collection[int]) -> int:
    """Drop contents that no version has, with all that other tables derive from them."""
    unindex(connection, sorted(ids))
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            # Others say themselves what becomes of them.
            to_content = any(
                key.column.table.name == "contents" and key.ondelete is None
                for key in column.foreign_keys
            )
            if to_content and table.name not in {"documents", "versions"}:
                connection.execute(delete(table).where(column.in_(ids)))
    return connection.execute(delete(Content).where(Content.id.in_(ids))).rowcount


def assets_of(connection: Connection, documents: Sequence[AnyRow]) -> set[int]:
    """Return the files that versions of these documents name."""
    ids = [row.id for row in documents]
    named = select(VersionAsset.asset_id).join(Version, Version.id == VersionAsset.version_id)
    return set(connection.scalars(named.where(Version.document_id.in_(ids))))


def unnamed_assets(connection: Connection, among: Collection[int] | None = None) -> set[int]:
    """Return the files (of these; None: of all, which reads them all) that no version names."""
    if among is None:
        named = select(VersionAsset.asset_id)
        return set(connection.scalars(select(Asset.id).where(Asset.id.not_in(named))))
    unnamed = set(among)
    for some in _pieces(sorted(among)):
        named = select(VersionAsset.asset_id).where(VersionAsset.asset_id.in_(some))
        unnamed -= set(connection.scalars(named))
    return unnamed


def drop_assets(connection: Connection, ids: Collection[int], counts: Tally[str]) -> list[int]:
    """Drop files: their addresses, copies, responses, and the texts of bytes that are no more.

    `counts` is told how many rows of which table go. Returns the files of the archive they stand
    in.
    """
    segments: set[int] = set()
    for some in _pieces(sorted(ids)):
        segments.update(_drop_assets(connection, some, counts))
    return sorted(segments)


def _drop_assets(connection: Connection, ids: list[int], counts: Tally[str]) -> list[int]:
    copies = select(AssetCopy.url_key, AssetCopy.sha256).where(AssetCopy.asset_id.in_(ids))
    rows = connection.execute(copies).all()
    keys = {row.url_key for row in rows} | set(
        connection.scalars(select(Asset.url_key).where(Asset.id.in_(ids)))
    )
    sites = select(Asset.site_id).where(Asset.id.in_(ids))
    responses = connection.scalars(
        select(Response.id).where(
            Response.url_key.in_(keys), Response.site_id.in_(sites), Response.document_id.is_(None)
        )
    ).all()
    counts["responses"] += len(responses)
    segments = drop_responses(connection, responses)
    counts["assets"] += connection.execute(delete(Asset).where(Asset.id.in_(ids))).rowcount
    hashes = {row.sha256 for row in rows}
    left = hashes - set(
        connection.scalars(select(AssetCopy.sha256).where(AssetCopy.sha256.in_(hashes)))
    )
    drop_texts(connection, left)
    return segments


def _pieces(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), _MOST_KEYS):
        yield keys[start : start + _MOST_KEYS]
