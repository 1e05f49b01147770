"""Columns for programs (Apache Parquet), with a type for each field.

Times are UTC with their zone in the type, days are dates, lists are lists of structs; None is null.
Row groups are as large as memory allows them to be, whatever the number of articles.

Source: https://parquet.apache.org/docs/file-format/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from storage.articles import StoredArticle
from storage.export.letters import whole_value
from storage.export.order import Remark

GROUP_ROWS = 2_000
GROUP_CHARACTERS = 4_000_000  # of titles, texts and HTML
_LEVEL = 3  # of zstd
_TIME = pa.timestamp("us", tz="UTC")


def _struct(**fields: Any) -> Any:
    return pa.list_(pa.struct([pa.field(name, kind) for name, kind in fields.items()]))


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, pa.string())


TYPES: Mapping[str, Any] = {
    **_texts(
        "site", "timezone", "url", "content_hash", "title", "subtitle", "published_text",
        "published_precision", "text", "html", "empty_reason", "source", "section", "language",
    ),
    **dict.fromkeys(("id", "views", "unreadable_letters", "version", "sightings"), pa.int64()),
    **dict.fromkeys(
        ("published_at", "views_at", "first_seen_at", "last_seen_at", "withdrawn_at"), _TIME
    ),
    "published_day": pa.date32(),
    "dates": _struct(**_texts("source", "text"), at=_TIME, **_texts("precision", "doubt")),
    "credits": _struct(**_texts("role", "name", "printed")),
    "attachments": _struct(**_texts("kind", "name", "url")),
    "images": _struct(**_texts("url", "alt")),
    "flags": pa.list_(pa.string()),
    "reposts": _struct(
        id=pa.int64(), **_texts("site", "url", "content_hash", "title"), published_day=pa.date32(),
        published_at=_TIME, first_seen_at=_TIME, withdrawn_at=_TIME,
    ),
}  # fmt: skip
_TEXT_FIELDS = ("title", "text", "html")


class ParquetWriter:
    """Writes one Parquet file, a row group at a time."""

    def __init__(self, file: IO[bytes], fields: Sequence[str], remarks: Counter[str]) -> None:
        self._file, self._fields, self._remarks = file, fields, remarks
        self._schema = pa.schema([pa.field(name, TYPES[name]) for name in fields])
        self._writer = pq.ParquetWriter(
            file, self._schema, compression="zstd", compression_level=_LEVEL
        )
        self._rows: list[dict[str, Any]] = []
        self._characters = 0

    def write(self, article: StoredArticle) -> None:
        """Add an article."""
        row = {name: getattr(article, name) for name in self._fields}
        whole = {name: whole_value(value) for name, value in row.items()}
        self._remarks[Remark.REPLACED] += sum(
            whole[name] != (list(value) if isinstance(value, tuple) else value)
            for name, value in row.items()
        )
        self._rows.append({name: typed(value, TYPES[name]) for name, value in whole.items()})
        self._characters += sum(len(whole.get(name) or "") for name in _TEXT_FIELDS)
        if len(self._rows) >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
            self._write_group()

    def size(self) -> int:
        """Return 0: a Parquet file can only be begun anew."""
        return 0

    def finish(self) -> None:
        """Write the last row group and the footer, and close the file."""
        if self._rows:
            self._write_group()
        self._writer.close()
        self._file.close()

    def give_up(self) -> None:
        """Close the file."""
        self._writer.is_open = False  # else it writes the rest when it is collected
        self._file.close()

    def _write_group(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._characters = [], 0


def typed(value: Any, kind: Any) -> Any:
    """Return a value of a record as its column takes it: days and times are written as texts."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [typed(one, kind.value_type) for one in value]
    if pa.types.is_struct(kind):
        return {field.name: typed(value.get(field.name), field.type) for field in kind}
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    if isinstance(value, str) and pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return value
