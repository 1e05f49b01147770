"""What the tests of the archive share: files as other tools read them."""

from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from storage.store import Store


def files(store: Store) -> list[Path]:
    return sorted(store.folder.path.glob("*.warc.gz"))


def records(path: Path) -> list[Any]:
    """Every record as warcio reads it, its content read and its digests checked."""
    read = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content = record.content_stream().read()
            read.append(record)
    return read


def all_records(store: Store) -> list[Any]:
    return [record for path in files(store) for record in records(path)]


def header(record: Any, name: str) -> str | None:
    value: str | None = record.rec_headers.get_header(name)
    return value
