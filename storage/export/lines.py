"""One article a line: JSON Lines, and CSV for spreadsheets.

Source: https://jsonlines.org; RFC 4180.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from storage.articles import StoredArticle
from storage.export.letters import defused, is_whole, one_line, whole
from storage.export.order import Remark


class JsonWriter:
    """Writes a JSON object a line. Every value comes back as it was, half a letter too."""

    def __init__(self, file: IO[bytes], fields: Sequence[str], remarks: Counter[str]) -> None:
        del remarks  # nothing is lost
        self._file = file
        self._fields = fields

    def write(self, article: StoredArticle) -> None:
        """Add an article."""
        record = article.record()
        line = json_line({name: record[name] for name in self._fields})
        self._file.write(f"{line}\n".encode())

    def size(self) -> int:
        """Return how many bytes hold whole lines."""
        self._file.flush()
        return self._file.tell()

    def finish(self) -> None:
        """Close the file."""
        self._file.close()

    give_up = finish


class CsvWriter:
    """Writes a table. The mark at its start lets spreadsheets see that it is UTF-8.

    An empty cell is None (or a text that is empty); lists are JSON.
    """

    def __init__(self, file: IO[bytes], fields: Sequence[str], remarks: Counter[str]) -> None:
        self._file = file
        self._fields = fields
        self._remarks = remarks
        self._line = io.StringIO(newline="")
        self._table = csv.writer(self._line)
        if _is_new(file):
            file.write(b"\xef\xbb\xbf")
            self._write(self._fields)

    def write(self, article: StoredArticle) -> None:
        """Add an article."""
        record = article.record()
        self._write([self._cell(record[name]) for name in self._fields])

    def size(self) -> int:
        """Return how many bytes hold whole rows."""
        self._file.flush()
        return self._file.tell()

    def finish(self) -> None:
        """Close the file."""
        self._file.close()

    give_up = finish

    def _write(self, cells: Sequence[object]) -> None:
        self._table.writerow(cells)
        self._file.write(self._line.getvalue().encode())
        self._line.seek(0)
        self._line.truncate()

    def _cell(self, value: object) -> object:
        if isinstance(value, list | dict):
            return json_line(value)
        if not isinstance(value, str):
            return value
        if not is_whole(value):
            self._remarks[Remark.REPLACED] += 1
            value = whole(value)
        safe = defused(value)
        self._remarks[Remark.DEFUSED] += safe != value
        return safe


def json_line(value: object) -> str:
    """Return a value as JSON on one line that can be written as UTF-8, readable where it can be."""
    line = json.dumps(value, ensure_ascii=False, default=_time)
    return one_line(line) if is_whole(line) else json.dumps(value, default=_time)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a record")


def _is_new(file: IO[bytes]) -> bool:
    return not file.seekable() or file.tell() == 0
