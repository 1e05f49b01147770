"""Keep raw responses: content-addressed, compressed, found again by address and time.

Only what gave or changed something, or failed to, is kept: evidence, and food for re-extraction.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import zstandard
from sqlalchemy import Connection, Select, func, insert, select

from storage.crawl import RawResponse
from storage.rows import AnyRow
from storage.schema import Body, Response
from storage.store import Store, upsert

# Outcomes of responses that an article was read from.
GIVING = ("new", "joined", "changed", "reparsed", "restored", "updated")
_CODEC = "zstd"
_LEVEL = 1  # pages: 27 % of their size in 60 % of the time that level 3 takes for 25 %
# Headers that say what the body is and how fresh; cookies are never kept.
_KEPT_HEADERS = (
    "content-type", "content-length", "content-encoding", "content-disposition", "date",
    "last-modified", "etag", "location", "server", "retry-after", "refresh",
    # By these a page is told to be a challenge and no article.
    "cf-mitigated", "cf-ray", "x-amzn-waf-action", "x-vercel-mitigated", "bxpunish",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A response to be kept, and why. `body_hash` where it was computed already."""

    response: RawResponse
    outcome: str
    body_hash: str | None = None
    document_id: int | None = None
    state: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResponse:
    """What the database knows of a kept response."""

    id: int
    document_id: int | None
    url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    outcome: str
    state: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(KeptResponse):
    """A kept response, read back whole."""

    body: bytes


def body_sha256(body: bytes) -> str:
    """Return the address of these bytes."""
    return hashlib.sha256(body).hexdigest()


def keep(
    connection: Connection, kept: Sequence[Kept], *, site_id: int, crawl_id: int | None
) -> None:
    """Keep these responses within the caller's transaction; equal bodies are kept once."""
    if not kept:
        return
    hashes = [k.body_hash or body_sha256(k.response.body) for k in kept]
    known = set(connection.scalars(select(Body.sha256).where(Body.sha256.in_(hashes))))
    fresh = {h: k.response.body for h, k in zip(hashes, kept, strict=True) if h not in known}
    if fresh:
        # Of its own: one compressor must not be used by two threads at once.
        compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        rows = [
            {"sha256": h, "codec": _CODEC, "size": len(b), "data": compress(b)}
            # In one order for all writers: two with the same bodies never block each other.
            for h, b in sorted(fresh.items())
        ]
        connection.execute(upsert(connection, Body).on_conflict_do_nothing(), rows)
    connection.execute(
        insert(Response),
        [_row(k, h, site_id=site_id, crawl_id=crawl_id) for k, h in zip(kept, hashes, strict=True)],
    )


def find(store: Store, url_key: str, *, until: datetime | None = None) -> Archived | None:
    """Return the newest kept response of an address, not after `until`."""
    question = (
        _kept()
        .where(Response.url_key == url_key)
        .order_by(Response.fetched_at.desc(), Response.id.desc())
        .limit(1)
    )
    if until is not None:
        question = question.where(Response.fetched_at <= until)
    with store.read() as connection:
        row = connection.execute(question).one_or_none()
    return None if row is None else _archived(row)


def read_all(store: Store, response_ids: Sequence[int]) -> Iterator[KeptResponse]:
    """Yield kept responses by their numbers, in order of these."""
    question = _kept().where(Response.id.in_(response_ids)).order_by(Response.id)
    with store.read() as connection:
        rows = connection.execute(question).all()
    yield from (_archived(row) for row in rows)


def standing(
    store: Store, documents: Sequence[int]
) -> Iterator[tuple[int, tuple[KeptResponse, ...]]]:
    """Yield (document, the responses that its newest article was read from, in order).

    Of an article on several pages, all of them. A response that cannot be read back comes without
    a body, as `KeptResponse`: the caller counts it.
    """
    newest = (
        select(Response.document_id, func.max(Response.crawl_id).label("crawl_id"))
        .where(Response.document_id.in_(documents), Response.outcome.in_(GIVING))
        .group_by(Response.document_id)
        .subquery()
    )
    question = (
        _kept()
        .join(
            newest,
            (newest.c.document_id == Response.document_id)
            & (newest.c.crawl_id == Response.crawl_id),
        )
        .where(Response.outcome.in_(GIVING))
        .order_by(Response.document_id, Response.id)
    )
    with store.read() as connection:
        rows = connection.execute(question).all()
    for document_id, group in groupby(rows, key=lambda row: int(row.document_id)):
        yield document_id, tuple(_archived(row) for row in group)


def _kept() -> Select[*tuple[Any, ...]]:
    return select(Response, Body.data, Body.codec).outerjoin(
        Body, Body.sha256 == Response.body_sha256
    )


def _archived(row: AnyRow) -> Archived:
    return Archived(
        id=row.id,
        document_id=row.document_id,
        url=row.url,
        status=row.status,
        headers=row.headers,
        body=b"" if row.data is None else zstandard.ZstdDecompressor().decompress(row.data),
        fetched_at=row.fetched_at,
        outcome=row.outcome,
        state=row.state,
        evidence=row.evidence,
    )


def _row(kept: Kept, sha256: str, *, site_id: int, crawl_id: int | None) -> dict[str, object]:
    response = kept.response
    return {
        "site_id": site_id,
        "crawl_id": crawl_id,
        "document_id": kept.document_id,
        "url": response.url,
        "url_key": response.url_key,
        "status": response.status,
        "headers": {n: v for n, v in response.headers.items() if n in _KEPT_HEADERS},
        "body_sha256": sha256,
        "fetched_at": response.fetched_at,
        "outcome": kept.outcome,
        "state": kept.state,
        "evidence": kept.evidence,
    }
