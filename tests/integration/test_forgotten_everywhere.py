"""What is forgotten stands in no column of any table, and in no file: also of tables added later.

Every text of every table is made to tell it, whatever the tables are; what is left is read by
reflection of the database as it is.
"""

import gzip
from collections.abc import Iterator
from typing import Any, get_type_hints

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    MetaData,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.types import BINARY, Boolean, Integer, LargeBinary, String

from storage.archive.compacting import compact
from storage.file_index import index_all
from storage.forgetting.articles import forget_articles
from storage.forgetting.names import forget_name
from storage.forgetting.purging import purge
from storage.forgetting.recording import Asked
from storage.schema import Base, Response, Segment, UtcDateTime
from storage.schema.table import StorableText
from tests.integration.desk import START, TEXT, Desk, article, link
from tests.integration.warc_files import files

NAME = "沈知秋"
SECRET = "只此一篇龘靐齉文章才说的一句话"
# By these rows are known, by us or on the web. They are left; where a name is in one, it is told.
KEYS = {
    "claimed_by", "content_hash", "deep_url", "done_by", "holder", "idempotency_key", "key",
    "lease_holder", "link_key", "page_key", "timezone", "uid", "url", "url_key", "walk_url",
}  # fmt: skip
BY_PEOPLE = {"watches", "channels"}
# What the texts of an article make, or keep once for equal bytes, tells it from the start.
MADE = {"contents", "bodies", "segments", "search_entries", "search_fill"} | {
    "forgettings", "forgotten_keys",
}  # fmt: skip
INDEXES = ("search_words", "file_words")
# What a site says of itself is no article's.
OF_THE_SITE = {
    "sites.title", "columns.title", "columns.etag", "columns.last_modified", "crawls.failures",
    "sites.counter_form",
}  # fmt: skip


def test_a_forgotten_article_stands_nowhere(desk: Desk) -> None:
    one = article(title=SECRET, text=f"{TEXT}\n{SECRET}")
    _crawled(desk, one)
    told = _tell_everywhere(desk, SECRET, but=OF_THE_SITE)
    before = _everything(desk)

    forget_articles(desk.store, [1], Asked(by="somebody", at=desk.now, reason=None))

    assert purge(desk.store) is None
    assert [table for table in told if SECRET not in before[table]] == []
    assert len(told) > 15
    after = _everything(desk)
    assert [place for place, said in after.items() if SECRET in said] == []
    assert "龘靐" in before["words"]
    assert "龘靐" not in after["words"]


def test_a_forgotten_name_stands_nowhere(desk: Desk) -> None:
    _crawled(desk, article(title=f"{NAME}老师获奖", text=f"{TEXT}\n{NAME}说"))
    told = _tell_everywhere(desk, f"通讯员{NAME}摄")
    before = _everything(desk)

    forget_name(desk.store, NAME, Asked(by="somebody", at=desk.now, reason=None))

    assert purge(desk.store) is None
    assert [table for table in told if NAME not in before[table]] == []
    after = _everything(desk)
    assert [place for place, said in after.items() if NAME in said] == []
    assert "知秋" in before["words"]
    assert "知秋" not in after["words"]


def test_what_stands_in_the_archive_without_a_row_goes_too(desk: Desk) -> None:
    """Retention leaves records in their file until enough of it may go."""
    _crawled(desk, article(title=SECRET))
    with desk.store.write() as connection:
        row = connection.execute(select(Response).where(Response.document_id == 1)).one()
        gone = {"segment_id": None, "record_offset": None, "record_length": None}
        dropped = update(Response).where(Response.id == row.id)
        connection.execute(dropped.values(body_sha256=None, dropped_at=desk.now, **gone))
        connection.exec_driver_sql(f"DELETE FROM bodies WHERE sha256 = '{row.body_sha256}'")
    compact(desk.store)
    assert SECRET in _everything(desk)["the archive"]

    forget_articles(desk.store, [1], Asked(by="somebody", at=desk.now, reason=None))

    assert purge(desk.store) is None
    assert SECRET not in _everything(desk)["the archive"]
    assert len(desk.rows(select(Segment.id).where(Segment.state != "gone"))) == 1


def test_a_link_that_was_not_followed_yet_keeps_its_address_alone(desk: Desk) -> None:
    one = article(title=SECRET)
    _crawled(desk, one)
    desk.begin()
    desk.save(desk.listing(desk.column("other"), [link(one)]))
    desk.finish()

    forget_articles(desk.store, [1], Asked(by="somebody", at=desk.now, reason=None))

    assert {s.title for s in desk.sightings() if s.url == one.url} == {None}


def _crawled(desk: Desk, one: Any) -> None:
    """Two articles, one of them this."""
    column = desk.begin() and desk.column("xw")
    desk.save(desk.listing(column, [link(one)]))
    desk.finish()
    desk.crawl(desk.read(one), desk.read(article("info/1001/2")))


def _tell_everywhere(desk: Desk, said: str, *, but: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Let every text of a row of every table tell it; return these tables.

    Rows that are made for it hang on the first row of what they refer to: on the first article.
    """
    told = []
    tables = [table for table in Base.metadata.sorted_tables if table.name not in MADE]
    with desk.store.write() as connection:
        for table in tables:
            values = {
                column.name: _telling(column, said)
                for column in table.columns
                if _may_tell(column) and str(column) not in but
            }
            _write(connection, table, values)
            if values:
                told.append(table.name)
        index_all(connection)  # the texts of files
    return told


def _write(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    first = connection.execute(select(*table.primary_key).order_by(*table.primary_key)).first()
    if first is None:
        connection.execute(insert(table).values({**_needed(connection, table), **values}))
    elif values:
        where = [key == value for key, value in zip(table.primary_key, first, strict=True)]
        connection.execute(update(table).where(*where).values(values))


def _may_tell(column: Any) -> bool:
    table = column.table
    if table.name in BY_PEOPLE:
        return False
    unique = {
        one.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for one in constraint.columns
    }
    is_text = isinstance(column.type, StorableText | JSON)
    is_key = column.primary_key or column.foreign_keys or column.name in KEYS | unique
    return is_text and not is_key


def _telling(column: Column[Any], said: str) -> Any:
    if not isinstance(column.type, JSON):
        return said
    mapped = next(m.class_ for m in Base.registry.mappers if m.local_table is column.table)
    if "list" not in str(get_type_hints(mapped)[column.name]):
        return {"said": said}
    return [{"kind": "file", "url": "http://n/1", "name": said, "alt": said, "printed": said}]


def _needed(connection: Connection, table: Table) -> dict[str, Any]:
    """What a row of this table cannot be without."""
    values: dict[str, Any] = {}
    for column in table.columns:
        others = [key.column for key in column.foreign_keys if key.column.table is not table]
        if others:
            values[column.name] = connection.scalar(select(*others).order_by(*others).limit(1))
        elif not (column.nullable or column.server_default or column.name == "id"):
            values[column.name] = _some(column)
    return values


def _some(column: Column[Any]) -> Any:
    match column.type:
        case UtcDateTime():
            return START
        case Boolean():
            return False
        case String() | StorableText():
            return "x"
        case JSON():
            return []
        case LargeBinary() | BINARY():
            return b""
        case Integer() | _:
            return 1


def _everything(desk: Desk) -> dict[str, str]:
    """All that is kept, by table; the words of the indexes; the files of the archive."""
    with desk.store.read() as connection:
        found = MetaData()
        found.reflect(connection)
        kept = {
            name: "\n".join(str(tuple(row)) for row in connection.execute(select(table)))
            for name, table in found.tables.items()
            if name not in INDEXES  # these cannot be read in rows
        }
        kept["words"] = " ".join(_words(connection, kept))
    kept["the archive"] = "\n".join(
        gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in files(desk.store)
    )
    return kept


def _words(connection: Connection, kept: dict[str, str]) -> Iterator[str]:
    if connection.dialect.name == "postgresql":
        yield kept["search_entries"]
        return
    for index in INDEXES:
        vocabulary = f"temp.vocabulary_of_{index}"
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {vocabulary} USING fts5vocab(main, {index}, row)"
        )
        yield from connection.exec_driver_sql(f"SELECT term FROM {vocabulary}").scalars()
