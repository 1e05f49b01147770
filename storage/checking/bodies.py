"""Bodies that an older version kept in the database, each held against its digest."""

import hashlib
from collections.abc import Iterator

import zstandard
from sqlalchemy import Connection, func, select

from storage.checking.finding import Check, Found, Looking
from storage.schema import Body

_PAGE = 50  # bodies, which are large


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield bodies that cannot be read, or are not what their digest was made of."""
    here = Body.codec == "zstd"
    total = connection.scalar(select(func.count()).select_from(Body).where(here)) or 0
    decompress = zstandard.ZstdDecompressor().decompress
    last, done = "", 0
    page = select(Body.sha256, Body.size, Body.data).where(here).order_by(Body.sha256).limit(_PAGE)
    while rows := connection.execute(page.where(Body.sha256 > last)).all():
        for row in rows:
            try:
                body = decompress(row.data)
            except zstandard.ZstdError:
                body = None
            if body is None or hashlib.sha256(body).hexdigest() != row.sha256:
                what = "cannot be unpacked" if body is None else "is not what was fetched"
                says = f"{what}: evidence is damaged, take it from a backup"
                yield Found(where=f"body {row.sha256[:16]}", says=says)
            elif len(body) != row.size:
                yield Found(where=f"body {row.sha256[:16]}", says=f"has not {row.size} bytes")
        last, done = rows[-1].sha256, done + len(rows)
        looking.progress(done, total)


CHECK = Check(name="bodies", rank=11, find=find, slow=True)
