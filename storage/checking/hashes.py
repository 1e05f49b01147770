"""Contents, each held against its hash: nothing of what was published was altered since."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from storage.article import (
    HASH_VERSION,
    Article,
    Attachment,
    AttachmentKind,
    Image,
    content_hash,
)
from storage.checking.finding import Check, Found, Looking
from storage.rows import AnyRow
from storage.schema import Content, Document, Version

_PAGE = 500


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield contents that do not give their hash."""
    total = connection.scalar(select(func.count(Content.id))) or 0
    last = done = 0
    page = (
        select(Content.id, Content.content_hash, Content.title, Content.text)
        .order_by(Content.id)
        .limit(_PAGE)
    )
    while rows := connection.execute(page.where(Content.id > last)).all():
        # Of a long text the hash needs no more; what else a short one needs, its versions know.
        doubted = [row for row in rows if not _fits(row, ({},))]
        said = _said(connection, [row.id for row in doubted])
        for row in doubted:
            if not _fits(row, said.get(row.id, ())):
                yield Found(
                    where=f"content {row.id}",
                    says="is not what its hash was made of: title or text was altered, or the "
                    "disk lies; take it from a backup",
                )
        last, done = rows[-1].id, done + len(rows)
        looking.progress(done, total)


def _fits(row: AnyRow, said: Sequence[Mapping[str, Any]]) -> bool:
    if not row.content_hash.startswith(f"{HASH_VERSION}:"):
        return True  # of a rule that this version does not know
    return any(_hash(row, one) == row.content_hash for one in said)


def _said(connection: Connection, contents: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what the versions of these contents hang on them, and the pages' keys."""
    found: dict[int, list[dict[str, Any]]] = {}
    if contents:
        question = (
            select(Version.content_id, Version.attachments, Version.images, Document.link_key)
            .join(Document, Document.id == Version.document_id)
            .where(Version.content_id.in_(contents))
        )
        for row in connection.execute(question).mappings():
            found.setdefault(row["content_id"], []).append(dict(row))
    return found


def _hash(row: AnyRow, said: Mapping[str, Any]) -> str:
    attachments = tuple(
        Attachment(kind=AttachmentKind.FILE, name=None, url=one["url"])
        for one in said.get("attachments", ())
    )
    images = tuple(Image(url=one["url"]) for one in said.get("images", ()))
    key = said.get("link_key", "")
    return content_hash(
        Article(
            url="", page_key=key, title=row.title, text=row.text, attachments=attachments,
            images=images,
        )
    )  # fmt: skip


CHECK = Check(name="hashes", rank=10, find=find, slow=True)
