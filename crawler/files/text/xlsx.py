"""The text of an Excel workbook: its sheets, a row a line, cells parted by tabs."""

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime

from crawler.files.text import UnreadableError
from crawler.files.text.containers import opened


def pieces(body: bytes) -> Iterator[str]:
    """Yield the name of each sheet and its rows; empty rows are left out.

    Raises:
        UnreadableError: it is damaged, encrypted, or unpacks to too much.
        ImportError: the library is not installed.
    """
    opened(body).close()
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415 (untyped)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no text
        try:
            workbook = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()  # what a sheet says of its size may be a million rows
                yield sheet.title
                for row in sheet.iter_rows(values_only=True):
                    line = "\t".join(_shown(value) for value in row).strip("\t")
                    if line:
                        yield line
        except (KeyError, ValueError, OSError, SyntaxError, AttributeError, TypeError) as error:
            # What openpyxl raises on parts that are missing or are no XML.
            raise UnreadableError("damaged", f"{type(error).__name__}: {error}") from error


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return " ".join(str(value).split())
