"""Drop kept responses, with the bytes that no other response has."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import zstandard
from sqlalchemy import Connection, delete, select

from storage.schema import Body, Response

_MOST_KEYS = 500  # in one question


def drop(connection: Connection, ids: Collection[int]) -> int:
    """Drop these responses; return how many."""
    hashes: set[str] = set()
    for some in _pieces(sorted(ids)):
        chosen = Response.id.in_(some)
        hashes |= {h for h in connection.scalars(select(Response.body_sha256).where(chosen)) if h}
        connection.execute(delete(Response).where(chosen))
    for some in _pieces(sorted(hashes)):
        needed = select(Response.body_sha256).where(Response.body_sha256.in_(some))
        left = set(some) - set(connection.scalars(needed))
        connection.execute(delete(Body).where(Body.sha256.in_(left)))
    return len(ids)


def holding(
    connection: Connection, is_told: Callable[[bytes], bool], *, site_id: int | None
) -> Iterator[int]:
    """Yield the responses whose bodies a function says to be told in, of a site or of all."""
    question = select(Response.id, Response.body_sha256).order_by(Response.body_sha256)
    if site_id is not None:
        question = question.where(Response.site_id == site_id)
    last: tuple[str | None, bool] = (None, False)
    for row in connection.execute(question).all():
        if row.body_sha256 != last[0]:
            body = _body(connection, row.body_sha256)
            last = (row.body_sha256, body is not None and is_told(body))
        if last[1]:
            yield row.id


def _body(connection: Connection, sha256: str | None) -> bytes | None:
    data = connection.scalar(select(Body.data).where(Body.sha256 == sha256))
    return None if data is None else zstandard.ZstdDecompressor().decompress(data)


def _pieces(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), _MOST_KEYS):
        yield keys[start : start + _MOST_KEYS]
