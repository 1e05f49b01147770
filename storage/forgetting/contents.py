"""Contents without a name: as the next crawl will read them, so that it finds nothing new.

A content is immutable and known by its hash; what is mended gets the hash of what it says now.
Where that is there already, the two become one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.article import Article, Attachment, AttachmentKind, Image, content_hash
from storage.forgotten import Forgotten
from storage.indexing import Said, index, unindex
from storage.removing import drop_content
from storage.rows import AnyRow
from storage.schema import Content, Document, Version


class Contents:
    """The contents of a site (None: of all), to be mended within a transaction."""

    def __init__(
        self, connection: Connection, forgotten: Forgotten, *, site_id: int | None
    ) -> None:
        self._connection = connection
        self._forgotten = forgotten
        self._site_id = site_id

    def mend(self, note: Callable[[str], bool]) -> int:
        """Put the mark in place of the name; return how many contents told it.

        `note` says of a text whether it does. What versions say beside has to be mended before.
        """
        question = select(Content.id, Content.title, Content.text, Content.created_at)
        if self._site_id is not None:
            question = question.where(Content.id.in_(self._said_here()))
        mended = 0
        for row in self._connection.execute(question).all():
            if note(row.title) | note(row.text):
                self._replace(row)
                mended += 1
        return mended

    def _said_here(self) -> Any:
        said = select(Version.content_id).join(Document, Document.id == Version.document_id)
        return said.where(Document.site_id == self._site_id)

    def _replace(self, row: AnyRow) -> None:
        title = self._forgotten.redacted(row.title)
        text = self._forgotten.redacted(row.text)
        known_by = self._hash_of(row.id, title=title, text=text)
        same = self._connection.scalar(
            select(Content.id).where(Content.content_hash == known_by, Content.id != row.id)
        )
        if same is None and not self._is_said_elsewhere(row.id):
            unindex(self._connection, [row.id])
            values = {"title": title, "text": text, "content_hash": known_by}
            self._connection.execute(update(Content).where(Content.id == row.id).values(values))
            same = row.id
        else:
            if same is None:
                same = self._insert(title, text, known_by, created_at=row.created_at)
            self._move(row.id, same)
        self._index(same, title=title, text=text)

    def _index(self, content_id: int, *, title: str, text: str) -> None:
        """Let what is said now be found, on every site and day on which it is said."""
        said = self._connection.execute(
            select(Document.site_id, Version.published_at)
            .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
            .where(Document.content_id == content_id)
        )
        index(
            self._connection,
            [
                Said(
                    site_id=row.site_id, content_id=content_id, published_at=row.published_at,
                    title=title, text=text,
                )
                for row in said
            ],
        )  # fmt: skip

    def _hash_of(self, content_id: int, *, title: str, text: str) -> str:
        """Return the hash that a crawl computes: for a short text it asks what hangs on it."""
        row = self._connection.execute(
            select(Document.link_key, Document.url, Version.attachments, Version.images)
            .join(Version, Version.document_id == Document.id)
            .where(Version.content_id == content_id)
            .order_by(Version.id.desc())
            .limit(1)
        ).one_or_none()
        files = () if row is None else row.attachments
        images = () if row is None else row.images
        article = Article(
            url="" if row is None else row.url,
            page_key="" if row is None else row.link_key,
            title=title,
            text=text,
            attachments=tuple(
                Attachment(kind=AttachmentKind(one["kind"]), name=one["name"], url=one["url"])
                for one in files
            ),
            images=tuple(Image(url=one["url"], alt=one["alt"]) for one in images),
        )
        return content_hash(article)

    def _is_said_elsewhere(self, content_id: int) -> bool:
        """Say whether a site says this too from which the name is not to go."""
        if self._site_id is None:
            return False
        others = (
            select(Document.id)
            .join(Version, Version.document_id == Document.id)
            .where(Version.content_id == content_id, Document.site_id != self._site_id)
        )
        return self._connection.scalar(others.limit(1)) is not None

    def _insert(self, title: str, text: str, known_by: str, *, created_at: datetime) -> int:
        values = {"title": title, "text": text, "content_hash": known_by, "created_at": created_at}
        return self._connection.execute(
            insert(Content).values(values).returning(Content.id)
        ).scalar_one()

    def _move(self, old: int, new: int) -> None:
        """Let what is said here be the other content; drop the old one where nobody says it."""
        ours = select(Document.id)
        if self._site_id is not None:
            ours = ours.where(Document.site_id == self._site_id)
        for table, owner in ((Version, Version.document_id), (Document, Document.id)):
            moving = update(table).where(table.content_id == old, owner.in_(ours))
            self._connection.execute(moving.values(content_id=new))
        if self._is_said_elsewhere(old):
            return
        drop_content(self._connection, {old})
