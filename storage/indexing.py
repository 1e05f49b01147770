"""Keep the search index: what is saved is found, from the same transaction on.

Entries are made and, until a content is deleted, never taken back: an article that changed leaves
an entry that leads to nothing any more. Whoever searches asks the documents what stands.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from storage.bigrams import EVERY, OF_TITLE, OVERSIZED, bigrams, site_token
from storage.rows import AnyRow
from storage.schema import Content, SearchEntry, create_words

LAST_DAY = date.max.toordinal()
_DAY_BITS = 20  # so many articles of one day, in one database
_MOST_WORDS = 50_000  # PostgreSQL keeps at most 1 MB of them for one article
_LAST_UNDATED = (1 << 39) - 1  # below all days

_NEXT_NUMBERS = text(
    "SELECT value AS day, (SELECT max(id) FROM search_entries"
    " WHERE id BETWEEN (value << 20) AND CASE value WHEN 0 THEN :undated"
    " ELSE (value << 20) + 1048575 END) AS last FROM json_each(:days)"
).bindparams(undated=_LAST_UNDATED)
# Every batch asks these two, and making a statement costs as much as running it.
_KNOWN = select(SearchEntry.content_id, SearchEntry.site_id, SearchEntry.day).where(
    SearchEntry.content_id.in_(bindparam("contents", expanding=True))
)
_NUMBERED = insert(SearchEntry)
_ADD_WORDS = text("INSERT INTO search_words (rowid, words) VALUES (:id, :words)")
_SET_WORDS = text(
    "UPDATE search_entries SET words = array_to_tsvector(array_remove(string_to_array(:words, ' '),"
    " '')) WHERE id = :id"
)
_HOLDS = text("SELECT tsvector_to_array(words) @> :words FROM search_entries WHERE id = :id")
_BARE_POSTGRESQL = text(
    "SELECT id FROM search_entries WHERE id = ANY(:ids)"
    " AND :every <> ALL (coalesce(tsvector_to_array(words), '{}'))"
)
_BARE_SQLITE = text(
    "SELECT value FROM json_each(:ids) WHERE NOT EXISTS"
    " (SELECT 1 FROM search_words WHERE search_words MATCH :every AND rowid = value)"
)
_FINDS = text("SELECT rowid FROM search_words WHERE search_words MATCH :query AND rowid = :id")
_PROBES = 6  # words by which it is tried whether an entry is found
_DROP_WORDS = text(
    "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :id, :words)"
)
_ADD_ENTRIES = text(
    "INSERT INTO search_entries (content_id, site_id, day, oversized, words) VALUES (:content_id,"
    " :site_id, :day, :oversized,"
    " array_to_tsvector(array_remove(string_to_array(:words, ' '), '')))"
    " ON CONFLICT (content_id, site_id, day) DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one site says: a content, and when it was published there (aware UTC, or unknown)."""

    site_id: int
    content_id: int
    published_at: datetime | None
    title: str
    text: str

    @property
    def key(self) -> tuple[int, int, int]:
        """What there is one entry of, in the order in which all writers make them."""
        return self.content_id, self.site_id, day_number(self.published_at)


def day_number(published_at: datetime | None) -> int:
    """Return the day of an instant, in UTC, as the index orders by it; 0 for none."""
    return 0 if published_at is None else published_at.astimezone(UTC).toordinal()


def first_number(day: int) -> int:
    """Return the least number that an entry of this day can have on SQLite."""
    return day << _DAY_BITS


def day_of_number(number: int) -> int:
    """Return the day of an entry from its number on SQLite."""
    return number >> _DAY_BITS if number > _LAST_UNDATED else 0


def index(connection: Connection, said: Iterable[Said]) -> None:
    """Make the entries that are not there yet."""
    wanted = {one.key: one for one in said}
    contents = list({content_id for content_id, _, _ in wanted})
    known = connection.execute(_KNOWN, {"contents": contents})
    for row in known:
        wanted.pop((row.content_id, row.site_id, row.day), None)
    rows = [_entry(wanted[key]) for key in sorted(wanted)]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_ADD_ENTRIES, rows)
        return
    _number(connection, rows)
    connection.execute(_NUMBERED, [{k: v for k, v in row.items() if k != "words"} for row in rows])
    # In their order: FTS5 writes a piece of its index whenever a number is below the one before.
    rows.sort(key=lambda row: row["id"])
    connection.execute(_ADD_WORDS, [{"id": row["id"], "words": row["words"]} for row in rows])


def unindex(connection: Connection, content_ids: Sequence[int]) -> None:
    """Take contents that will be deleted out of the index."""
    found = connection.execute(
        select(SearchEntry, Content.title, Content.text)
        .join(Content, Content.id == SearchEntry.content_id)
        .where(SearchEntry.content_id.in_(content_ids))
    ).all()
    if connection.dialect.name == "sqlite" and found:
        # FTS5 has to be told what it was given: that follows from the content.
        connection.execute(_DROP_WORDS, [{"id": r.id, "words": _words_of(r)} for r in found])
    connection.execute(delete(SearchEntry).where(SearchEntry.content_id.in_(content_ids)))


def leads_to(connection: Connection, entry_id: int, said: Said) -> bool:
    """Say whether the index leads to an entry by its marks and by some of its words."""
    words = _words(said.title, said.text, site_id=said.site_id)[0].split()
    some = [*words[:2], *words[2 :: max(1, len(words) // _PROBES)]]
    if connection.dialect.name == "postgresql":
        held = connection.scalar(_HOLDS, {"id": entry_id, "words": some})
    else:
        query = " AND ".join('"' + word.replace('"', '""') + '"' for word in some)
        held = connection.scalar(_FINDS, {"id": entry_id, "query": query})
    return bool(held)


def bare(connection: Connection, entry_ids: Sequence[int]) -> set[int]:
    """Return those of these entries to which the index leads by nothing at all."""
    is_postgresql = connection.dialect.name == "postgresql"
    asked = list(entry_ids) if is_postgresql else json.dumps(list(entry_ids))
    question = _BARE_POSTGRESQL if is_postgresql else _BARE_SQLITE
    return set(connection.scalars(question, {"ids": asked, "every": EVERY}))


def write_words(connection: Connection, entry_id: int, said: Said) -> None:
    """Let the index lead to a bare entry by its words."""
    words = _words(said.title, said.text, site_id=said.site_id)[0]
    is_postgresql = connection.dialect.name == "postgresql"
    connection.execute(
        _SET_WORDS if is_postgresql else _ADD_WORDS, {"id": entry_id, "words": words}
    )


def empty(connection: Connection) -> None:
    """Take everything out of the index."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE search_words")
        create_words(connection)
        connection.execute(delete(SearchEntry))
    else:
        connection.exec_driver_sql("TRUNCATE search_entries")


def _entry(said: Said) -> dict[str, Any]:
    content_id, site_id, day = said.key
    words, oversized = _words(said.title, said.text, site_id=site_id)
    return {
        "content_id": content_id, "site_id": site_id, "day": day, "oversized": oversized,
        "words": words,
    }  # fmt: skip


def _words_of(row: AnyRow) -> str:
    return _words(row.title, row.text, site_id=row.site_id)[0]


def _words(title: str, body: str, *, site_id: int) -> tuple[str, bool]:
    """Return an article's index words, and whether there were too many of them."""
    always = f"{EVERY} {site_token(site_id)}"
    of_title, of_text = bigrams(title), bigrams(body)
    is_long = len(title) + len(body) > _MOST_WORDS
    if is_long and len({*of_title.split(), *of_text.split()}) > _MOST_WORDS:
        return f"{always} {OVERSIZED}", True
    in_title = " ".join([OF_TITLE + token for token in of_title.split()])
    return f"{always} {in_title} {of_title} {of_text}", False


def _number(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Give each entry the next number of its day."""
    days = sorted({row["day"] for row in rows})
    found = connection.execute(_NEXT_NUMBERS, {"days": str(days)})
    last = {row.day: row.last or first_number(row.day) for row in found}
    for row in rows:
        row["id"] = last[row["day"]] = last[row["day"]] + 1
