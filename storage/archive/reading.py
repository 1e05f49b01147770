"""Read kept responses back: by number, by address and time, by document; each is checked.

Everything that works on the archive's content (re-extraction, evidence, checks) asks here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import zstandard
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from storage.archive.places import UnreadableError, record_at
from storage.archive.segments import Folder
from storage.archive.warc import NoRecordError, body_sha256
from storage.errors import NotFoundError, RecordLostError
from storage.rows import AnyRow
from storage.schema import Body, Response, Segment, Site
from storage.store import Store

# Outcomes of responses that an article was read from.
GIVING = ("new", "joined", "changed", "reparsed", "restored", "updated")
_OWN = aliased(Segment)
_FULL = aliased(Segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResponse:
    """What the database knows of a kept response. Header names are lower case.

    `bytes` is the size of the body; `file` and `offset` say where its own record stands (None: in
    the database, or dropped). `timezone` is that of its site; None: it is of none that is known.
    """

    id: int
    site_id: int | None
    document_id: int | None
    url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    outcome: str
    state: str | None
    evidence: str | None
    body_sha256: str | None
    bytes: int | None
    file: str | None
    offset: int | None
    dropped_at: datetime | None
    timezone: str | None = None

    @property
    def is_dropped(self) -> bool:
        """Say whether its body was given up."""
        return self.dropped_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(KeptResponse):
    """A kept response, read back whole."""

    body: bytes


def find(store: Store, url_key: str, *, until: datetime | None = None) -> Archived | None:
    """Return the newest kept response of an address, not after `until`. What was dropped is passed.

    Raises:
        RecordLostError: it cannot be read back.
    """
    wanted = (
        question()
        .where(Response.url_key == url_key, Response.dropped_at.is_(None))
        .order_by(Response.fetched_at.desc(), Response.id.desc())
        .limit(1)
    )
    if until is not None:
        wanted = wanted.where(Response.fetched_at <= until)
    return _read_one(store, wanted)


def read(store: Store, response_id: int) -> Archived:
    """Return a kept response by its number.

    Raises:
        NotFoundError: there is none of this number.
        RecordLostError: it cannot be read back.
    """
    found = _read_one(store, question().where(Response.id == response_id))
    if found is None:
        raise NotFoundError("kept response", str(response_id))
    return found


def kept_of_address(store: Store, url_key: str, *, limit: int) -> list[KeptResponse]:
    """Return what is known of the responses of an address, the newest first, bodies unread.

    An address that ends in `*` stands for all that begin so.
    """
    begin = url_key.removesuffix("*")
    wanted = Response.url_key == url_key
    if url_key.endswith("*"):
        wanted = (Response.url_key >= begin) & (Response.url_key < begin + "\U0010ffff")
    newest = (Response.fetched_at.desc(), Response.id.desc())
    with store.read() as connection:
        rows = connection.execute(question().where(wanted).order_by(*newest).limit(limit))
        return [KeptResponse(**_facts(row)) for row in rows]


def read_all(store: Store, response_ids: Sequence[int]) -> Iterator[KeptResponse | Archived]:
    """Yield these kept responses in order; one that cannot be read comes without a body."""
    with store.read() as connection:
        wanted = question().where(Response.id.in_(response_ids)).order_by(Response.id)
        rows = connection.execute(wanted).all()
    yield from (_as_far_as_readable(store, row) for row in rows)


def standing(
    store: Store, documents: Sequence[int]
) -> Iterator[tuple[int, tuple[KeptResponse | Archived, ...]]]:
    """Yield (document, the responses that its newest article was read from, in order).

    Of an article on several pages, all of them. A response that cannot be read back comes as
    `KeptResponse`, without a body: the caller counts it.
    """
    with store.read() as connection:
        rows = connection.execute(_standing(documents)).all()
    for document_id, group in groupby(rows, key=lambda row: int(row.document_id)):
        yield document_id, tuple(_as_far_as_readable(store, row) for row in group)


def problem_of(store: Store, response_id: int) -> str | None:
    """Return why a kept response cannot be read back whole; None: it can, or was dropped.

    Raises:
        NotFoundError: there is none of this number.
    """
    try:
        read(store, response_id)
    except RecordLostError as error:
        return error.reason
    return None


def newest_giving() -> Select[*tuple[Any, ...]]:
    """Return the question for each document's newest crawl that kept what gave its article."""
    return (
        select(Response.document_id, func.max(Response.crawl_id).label("crawl_id"))
        .where(Response.document_id.is_not(None), Response.outcome.in_(GIVING))
        .group_by(Response.document_id)
    )


def _standing(documents: Sequence[int]) -> Select[*tuple[Any, ...]]:
    newest = newest_giving().where(Response.document_id.in_(documents)).subquery()
    return (
        question()
        .join(
            newest,
            (newest.c.document_id == Response.document_id)
            & (newest.c.crawl_id == Response.crawl_id),
        )
        .where(Response.outcome.in_(GIVING))
        .order_by(Response.document_id, Response.id)
    )


def question() -> Select[*tuple[Any, ...]]:
    """Return the question for kept responses, with all that `archived` needs of them."""
    return (
        select(
            Response,
            Body.size,
            Body.codec,
            Body.data,
            Body.segment_id.label("full_segment_id"),
            Body.record_offset.label("full_offset"),
            Body.record_length.label("full_length"),
            _OWN.name.label("own_name"),
            _FULL.name.label("full_name"),
            _FULL.host.label("full_host"),
            Site.timezone,
        )
        .outerjoin(Body, Body.sha256 == Response.body_sha256)
        .outerjoin(_OWN, _OWN.id == Response.segment_id)
        .outerjoin(_FULL, _FULL.id == Body.segment_id)
        .outerjoin(Site, Site.id == Response.site_id)
    )


def _read_one(store: Store, wanted: Select[*tuple[Any, ...]]) -> Archived | None:
    row = _ask(store, wanted)
    if row is None:
        return None
    try:
        return archived(store.folder, row)
    except RecordLostError:
        now = _ask(store, wanted)
        if now is None or (now.full_name, now.full_offset) == (row.full_name, row.full_offset):
            raise
        return archived(store.folder, now)  # its file was written anew in between


def _ask(store: Store, wanted: Select[*tuple[Any, ...]]) -> AnyRow | None:
    with store.read() as connection:
        return connection.execute(wanted).one_or_none()


def _as_far_as_readable(store: Store, row: AnyRow) -> KeptResponse | Archived:
    try:
        return archived(store.folder, row)
    except RecordLostError:
        pass  # perhaps its file was written anew in between
    try:
        return read(store, row.id)
    except RecordLostError:
        return KeptResponse(**_facts(row))


def archived(folder: Folder, row: AnyRow) -> Archived:
    """Return the response of a row of `question`, whole.

    Raises:
        RecordLostError: it cannot be read back.
    """
    try:
        body = _body(folder, row)
    except (UnreadableError, NoRecordError) as error:
        raise RecordLostError(row.url, str(error)) from error
    if row.body_sha256 is not None and body_sha256(body) != row.body_sha256:
        raise RecordLostError(row.url, "what stands there is not what was kept")
    return Archived(**_facts(row), body=body)


def _body(folder: Folder, row: AnyRow) -> bytes:
    if row.codec == "zstd":
        try:
            return zstandard.ZstdDecompressor().decompress(row.data)
        except zstandard.ZstdError as error:
            raise UnreadableError(f"its row cannot be unpacked ({error})") from error
    if row.codec == "dropped":
        raise UnreadableError("it was dropped to make room")
    if row.full_name is None:
        return b""
    try:
        return record_at(folder.file(row.full_name), row.full_offset, row.full_length).payload
    except UnreadableError as error:
        own = _own_payload(folder, row)
        if own is not None:
            return own
        if row.full_host != folder.host and not folder.file(row.full_name).exists():
            raise UnreadableError(
                f"{row.full_name} is on the machine {row.full_host}, not in {folder.path}"
            ) from error
        raise


def _own_payload(folder: Folder, row: AnyRow) -> bytes | None:
    """Return the body of the response's own record, where that is a full one too."""
    if row.own_name is None or (row.segment_id, row.record_offset) == (
        row.full_segment_id, row.full_offset,
    ):  # fmt: skip
        return None
    try:
        record = record_at(folder.file(row.own_name), row.record_offset, row.record_length)
    except UnreadableError:
        return None
    return record.payload if record.kind == "response" else None


def _facts(row: AnyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "site_id": row.site_id,
        "document_id": row.document_id,
        "url": row.url,
        "status": row.status,
        "headers": row.headers,
        "fetched_at": row.fetched_at,
        "outcome": row.outcome,
        "state": row.state,
        "evidence": row.evidence,
        "body_sha256": row.body_sha256,
        "bytes": row.size,
        "file": row.own_name,
        "offset": row.record_offset,
        "dropped_at": row.dropped_at,
        "timezone": row.timezone,
    }
