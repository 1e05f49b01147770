"""A workbook for spreadsheets (XLSX), written row by row.

Times are real date cells in the site's local time, shown as exactly as they are known; the printed
text stands beside. All texts are texts, never formulas or links. Nothing is cut: a cell of more
than 32,767 characters goes on in a sheet of its own, a full sheet in another one.

Source: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 (limits); ECMA-376
22.9.2.19 (`_x0007_`: how letters are written that XML forbids).
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]

from storage.articles import StoredArticle
from storage.export.letters import is_whole, pieces, whole
from storage.export.lines import json_line
from storage.export.order import Remark

ROWS = 1_048_576  # of a sheet, with its header
CHARACTERS = 32_767  # of a cell, in UTF-16 units
GOES_ON = '… [goes on in the sheet "long texts"]'
_FIRST_YEAR = 1900  # of the calendar of spreadsheets
_WIDTHS = {"title": 48, "text": 64, "url": 40, "published_text": 26, "source": 20, "section": 20}
_DAY = "yyyy-mm-dd"
_FORMATS = {"day": _DAY, "minute": f"{_DAY} hh:mm", "second": f"{_DAY} hh:mm:ss"}


class WorkbookWriter:
    """Writes one workbook with the sheet `articles`, and more where that is full."""

    def __init__(
        self,
        file: IO[bytes],
        fields: Sequence[str],
        remarks: Counter[str],
        *,
        rows: int = ROWS,
        characters: int = CHARACTERS,
    ) -> None:
        self._file, self._fields, self._remarks = file, fields, remarks
        self._rows, self._characters = rows, characters
        self._folder = tempfile.mkdtemp(prefix="wenxun-export-")
        options = {"constant_memory": True, "tmpdir": self._folder}
        self._book = xlsxwriter.Workbook(file, options)
        self._book.use_zip64()  # a book of more than 4 GiB is written, whoever may open it
        self._bold = self._book.add_format({"bold": True})
        self._formats = {
            name: self._book.add_format({"num_format": shown}) for name, shown in _FORMATS.items()
        }
        self._sheets: Counter[str] = Counter()
        self._sheet, self._row = self._begin("articles", fields)
        self._long: Any = None
        self._long_row = 0

    def write(self, article: StoredArticle) -> None:
        """Add an article."""
        if self._row >= self._rows:
            self._remarks[Remark.SHEETS] += 1
            self._sheet, self._row = self._begin("articles", self._fields)
        record = article.record()
        for column, name in enumerate(self._fields):
            value = getattr(article, name)
            if isinstance(value, datetime):
                self._write_time(column, name, value, article)
            elif name == "published_day" and value is not None:
                day = datetime.combine(date.fromisoformat(value), time())
                self._sheet.write_datetime(self._row, column, day, self._formats["day"])
            elif isinstance(value, int) and not isinstance(value, bool):
                self._sheet.write_number(self._row, column, value)
            elif value is not None:
                self._write_text(column, name, record[name], article)
        self._row += 1

    def size(self) -> int:
        """Return 0: a workbook can only be begun anew."""
        return 0

    def finish(self) -> None:
        """Write the file and close it."""
        self._book.close()
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def give_up(self) -> None:
        """Close the file, remove the sheets."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()  # what a sheet was collected in
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, name: str, fields: Sequence[str]) -> tuple[Any, int]:
        self._sheets[name] += 1
        number = self._sheets[name]
        sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(fields):
            sheet.set_column(column, column, _WIDTHS.get(field, 16))
            sheet.write_string(0, column, field, self._bold)
        return sheet, 1

    def _write_time(self, column: int, name: str, value: datetime, article: StoredArticle) -> None:
        precision = article.published_precision if name == "published_at" else None
        local = value.astimezone(ZoneInfo(article.timezone)).replace(tzinfo=None)
        if local.year < _FIRST_YEAR:
            self._sheet.write_string(self._row, column, local.isoformat(" "))
            return
        shown = self._formats[precision or "second"]
        self._sheet.write_datetime(self._row, column, local, shown)

    def _write_text(self, column: int, name: str, value: object, article: StoredArticle) -> None:
        text = value if isinstance(value, str) else json_line(value)
        if not is_whole(text):
            self._remarks[Remark.REPLACED] += 1
            text = whole(text)
        limit = self._characters
        first, *rest = pieces(text, first=limit, rest=limit)
        if rest:
            first, *rest = pieces(text, first=limit - len(GOES_ON), rest=limit)
            first += GOES_ON
            self._remarks[Remark.CONTINUED] += 1
            self._write_rest(article.id, name, rest)
        self._sheet.write_string(self._row, column, first)

    def _write_rest(self, article_id: int, name: str, rest: Sequence[str]) -> None:
        for number, piece in enumerate(rest, start=2):
            if self._long is None or self._long_row >= self._rows:
                self._long, self._long_row = self._begin(
                    "long texts", ("id", "field", "part", "text")
                )
            self._long.write_number(self._long_row, 0, article_id)
            self._long.write_string(self._long_row, 1, name)
            self._long.write_number(self._long_row, 2, number)
            self._long.write_string(self._long_row, 3, piece)
            self._long_row += 1
