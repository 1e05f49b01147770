"""Keep the index of files' texts, in the transaction that keeps the texts.

By the rules of the articles' index (`storage/indexing.py`), in a place of its own: a text is there
once, whichever articles, sites and days it belongs to.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, delete, select, text

from storage.bigrams import EVERY, OVERSIZED, bigrams
from storage.query_index import Condition, fts5, tsquery
from storage.schema import AssetText

_MOST_WORDS = 50_000  # PostgreSQL keeps at most 1 MB of them for one text
_PAGE = 200

_ADD = {
    "sqlite": text("INSERT INTO file_words (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        "UPDATE asset_texts SET words ="
        " array_to_tsvector(array_remove(string_to_array(:words, ' '), '')) WHERE id = :id"
    ),
}
_DROP = text("INSERT INTO file_words (file_words, rowid, words) VALUES ('delete', :id, :words)")
_FIND = {
    "sqlite": text(
        "SELECT rowid AS id FROM file_words WHERE file_words MATCH :query AND rowid < :before"
        " ORDER BY rowid DESC LIMIT :limit"
    ),
    "postgresql": text(
        "SELECT id FROM asset_texts WHERE words @@ CAST(:query AS tsquery) AND id < :before"
        " ORDER BY id DESC LIMIT :limit"
    ),
}
_BEHIND_ALL = 1 << 62


def index_text(connection: Connection, number: int, said: str) -> None:
    """Put a text into the index."""
    connection.execute(_ADD[connection.dialect.name], {"id": number, "words": _words(said)})


def index_all(connection: Connection) -> None:
    """Put all texts into the index, which is empty."""
    numbers = connection.scalars(select(AssetText.id).where(AssetText.text != "")).all()
    for number in numbers:
        said = connection.scalar(select(AssetText.text).where(AssetText.id == number))
        index_text(connection, number, said or "")


def drop_texts(connection: Connection, hashes: Collection[str]) -> None:
    """Drop the texts of these bytes, and take them out of the index."""
    chosen = AssetText.sha256.in_(hashes)
    if connection.dialect.name == "sqlite":
        rows = connection.execute(select(AssetText.id, AssetText.text).where(chosen)).all()
        for row in rows:
            if row.text:
                connection.execute(_DROP, {"id": row.id, "words": _words(row.text)})
    connection.execute(delete(AssetText).where(chosen))


def found_texts(connection: Connection, condition: Condition) -> Iterator[list[int]]:
    """Yield the numbers of the texts that may be meant, those read last first, in pages."""
    name = connection.dialect.name
    query = fts5(condition) if name == "sqlite" else tsquery(condition)
    before = _BEHIND_ALL
    while True:
        values = {"query": query, "before": before, "limit": _PAGE}
        numbers = list(connection.scalars(_FIND[name], values))
        if numbers:
            yield numbers
        if len(numbers) < _PAGE:
            return
        before = numbers[-1]


def _words(said: str) -> str:
    pairs = bigrams(said)
    if len(said) > _MOST_WORDS and len(set(pairs.split())) > _MOST_WORDS:
        return f"{EVERY} {OVERSIZED}"
    return f"{EVERY} {pairs}"
