"""The search index, held against the articles: whatever stands is found by its words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.checking.finding import Check, Found, Looking
from storage.indexing import Said, bare, index, leads_to, write_words
from storage.schema import Content, Document, SearchEntry, SearchFill, Version

_PAGE = 500
_SAMPLE = 20  # of so many documents one is looked for by words of its own
_Key = tuple[int, int, int]


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield documents that no query finds. A quick look asks for entries alone."""
    filled_to = connection.scalar(select(SearchFill.filled_to))
    if filled_to is not None:
        yield Found(
            where="the search index",
            says=f"is filled up to document {filled_to} only, later ones may not be found: run "
            "`wenxun migrate`",
        )
        return
    total, done = connection.scalar(select(func.count(Document.id))) or 0, 0
    for page in _pages(connection):
        entries = _entries(connection, [said.content_id for _, said in page])
        empty = set() if looking.quick else bare(connection, list(entries.values()))
        for number, said in page:
            entry = entries.get(said.key)
            if entry is None:
                yield _missing(number, said)
            elif entry in empty:
                yield _wordless(number, said, entry)
            elif not looking.quick and number % _SAMPLE == 1:
                yield from _probed(connection, number, said, entry)
        done += len(page)
        looking.progress(done, total)


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Make the entries and words that are missing."""
    for one in found:
        entry, said = one.key
        if entry is None:
            index(connection, [said])
        else:
            write_words(connection, entry, said)


def _missing(number: int, said: Said) -> Found:
    return Found(
        where=f"document {number}",
        says="is not in the search index: no query finds it",
        repair="puts it there",
        key=(None, said),
    )


def _wordless(number: int, said: Said, entry: int) -> Found:
    return Found(
        where=f"document {number}",
        says="is in the search index without its words: no query finds it",
        repair="writes its words",
        key=(entry, said),
    )


def _probed(connection: Connection, number: int, said: Said, entry: int) -> Iterator[Found]:
    if not leads_to(connection, entry, said):
        yield Found(
            where=f"document {number}",
            says="is in the search index under other words than its own, and others may be too: "
            "run `wenxun search --reindex`",
        )


def _pages(connection: Connection) -> Iterator[list[tuple[int, Said]]]:
    """Yield documents with what they say, in pages."""
    question = (
        select(
            Document.id, Document.site_id, Document.content_id, Version.published_at,
            Content.title, Content.text,
        )
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .join(Content, Content.id == Document.content_id)
        .order_by(Document.id)
        .limit(_PAGE)
    )  # fmt: skip
    last = 0
    while rows := connection.execute(question.where(Document.id > last)).mappings().all():
        last = rows[-1]["id"]
        yield [
            (row["id"], Said(**{name: value for name, value in row.items() if name != "id"}))
            for row in rows
        ]


def _entries(connection: Connection, contents: Sequence[int]) -> dict[_Key, int]:
    question = select(
        SearchEntry.id, SearchEntry.content_id, SearchEntry.site_id, SearchEntry.day
    ).where(SearchEntry.content_id.in_(contents))
    return {(row.content_id, row.site_id, row.day): row.id for row in connection.execute(question)}


CHECK = Check(name="index", rank=12, find=find, mend=mend)
