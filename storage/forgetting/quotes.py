"""What an article says, to be found again where it was quoted, cut somewhere.

Whatever shares a run of letters with it is a quotation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from storage.forgotten import MARK
from storage.schema import Content, Document, Version

_RUN = 8  # letters in a row that no other article has by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """Runs of letters that go wherever they stand, and words that go only as a whole.

    The whole are addresses, which begin as all of the site do, and titles of a few letters.
    """

    runs: Collection[str]
    exact: Sequence[str]

    def blanked(self, value: Any) -> Any:
        """Return a value with the mark in place of all quotations, however deep they stand."""
        if isinstance(value, str):
            return self._blanked_text(value)
        if isinstance(value, dict):
            return {key: self.blanked(one) for key, one in value.items()}
        return [self.blanked(one) for one in value] if isinstance(value, list) else value

    def _blanked_text(self, text: str) -> str:
        for word in self.exact:
            text = text.replace(word, MARK)
        told = bytearray(len(text))
        for at in range(len(text) - _RUN + 1):
            if text[at : at + _RUN] in self.runs:
                told[at : at + _RUN] = b"\1" * _RUN
        pieces = []
        for at, letter in enumerate(text):
            if not told[at]:
                pieces.append(letter)
            elif at == 0 or not told[at - 1]:
                pieces.append(MARK)
        return "".join(pieces)


def quotes(
    connection: Connection, document_ids: Sequence[int], content_ids: Collection[int]
) -> Quotes:
    """Return what these documents, which have these contents, can be quoted with."""
    contents = connection.execute(
        select(Content.title, Content.text).where(Content.id.in_(content_ids))
    ).all()
    subtitles = select(Version.subtitle).where(Version.document_id.in_(document_ids))
    titles = {row.title for row in contents} | set(connection.scalars(subtitles))
    addresses = set(connection.scalars(select(Document.url).where(Document.id.in_(document_ids))))
    short = {title for title in titles if title and len(title) < _RUN}
    said = {line for row in contents for line in row.text.splitlines()}
    said |= {title for title in titles if title}
    return Quotes(
        runs={word[at : at + _RUN] for word in said for at in range(len(word) - _RUN + 1)},
        exact=sorted(addresses | short, key=len, reverse=True),
    )
