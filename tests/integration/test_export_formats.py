"""What is exported comes back: odd letters, long texts, None beside empty and zero."""

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from storage.article import Attachment, AttachmentKind, Credit, DateClaim, DateSource, Image
from storage.articles import RECORD_FIELDS
from storage.corpus import CORPUS_FIELDS
from storage.export import ExportFormat
from storage.export.columns import TYPES, typed
from storage.export.letters import defused, pieces, whole, whole_value
from storage.export.lines import json_line
from storage.export.order import Remark
from storage.export.workbook import GOES_ON, WorkbookWriter
from storage.record import attachment_record, credit_record, date_record, image_record
from tests.integration.printed import LONG, ODD, PLAIN, written


def test_lines_of_json_give_back_every_value(tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"

    done = written(ODD, ExportFormat.JSONL, out)

    lines = out.read_bytes().decode().splitlines()  # which breaks at U+2028 too
    assert [json.loads(line) for line in lines] == [one.record() for one in ODD]
    assert "标题" in lines[0]
    assert not any(done.tally.remarks.values())


def test_a_table_gives_back_every_value_that_utf8_can_hold(tmp_path: Path) -> None:
    out = tmp_path / "all.csv"

    done = written(ODD, ExportFormat.CSV, out)

    with out.open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(10**6)
        rows = list(csv.DictReader(file))
    lists = {name for name, value in PLAIN.record().items() if isinstance(value, list)}
    read = [{n: json.loads(v) if n in lists else _plain(v) for n, v in r.items()} for r in rows]
    assert read == [_cells(one.record()) for one in ODD]
    assert done.tally.remarks == {Remark.REPLACED: 1, Remark.DEFUSED: 4}


def _plain(cell: str) -> str:
    return re.sub("^'(?='*[=+\\-@\t\r＝＋－＠])", "", cell)


def _cells(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, list) else "" if value is None else whole(str(value))
        for name, value in record.items()
    }


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@a", "\t=1", "\r=1", "＝1", "'=1", "''@"])
def test_no_cell_of_a_table_is_a_formula(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1+1", "标题=", "'tis", "http://a/=b", "'"])
def test_other_cells_of_a_table_are_left_alone(text: str) -> None:
    assert defused(text) == text


def test_columns_give_back_every_value_that_utf8_can_hold(tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"

    done = written(ODD, ExportFormat.PARQUET, out)

    table = pq.read_table(out)
    assert table.to_pylist() == [
        {name: typed(whole_value(getattr(one, name)), TYPES[name]) for name in RECORD_FIELDS}
        for one in ODD
    ]
    assert table.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert table.column("published_day").to_pylist()[0] == date(2026, 2, 28)
    assert table.column("views").to_pylist()[:2] == [None, 0]
    assert table.column("text").to_pylist()[3] == LONG
    assert table.column("dates").to_pylist()[4][0]["at"] == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert done.tally.remarks == {Remark.REPLACED: 2}


def test_every_field_has_a_type_and_no_part_of_a_list_is_left_out() -> None:
    claim = DateClaim(source=DateSource.META, text="", at=None, precision=None)
    parts = {
        "dates": date_record(claim),
        "credits": credit_record(Credit(role="", name="", printed="")),
        "attachments": attachment_record(Attachment(kind=AttachmentKind.FILE, name="", url="")),
        "images": image_record(Image(url="")),
    }

    assert set(TYPES) == set(CORPUS_FIELDS)
    assert {n: {f.name for f in TYPES[n].value_type} for n in parts} == {
        n: set(part) for n, part in parts.items()
    }


def test_a_workbook_gives_back_every_value_that_utf8_can_hold(tmp_path: Path) -> None:
    out = tmp_path / "all.xlsx"

    done = written(ODD, ExportFormat.XLSX, out)

    articles, long = _sheets(out)
    for one, row in zip(ODD, articles, strict=True):
        record = one.record()
        assert {n: _joined(v, one.id, n, long) for n, v in row.items()} == {
            name: _shown(value, name, one) for name, value in record.items()
        }
    assert done.tally.remarks == {Remark.REPLACED: 1, Remark.CONTINUED: 1}


def _sheets(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    book = openpyxl.load_workbook(path)
    rows: dict[str, list[dict[str, Any]]] = {}
    for sheet in book.worksheets:
        head, *body = sheet.iter_rows(values_only=True)
        rows[sheet.title] = [
            {n: unescape(v) if isinstance(v, str) else v for n, v in zip(head, r, strict=True)}
            for r in body
        ]
    return rows["articles"], rows.get("long texts", [])


def _joined(value: object, number: int, name: str, long: list[dict[str, Any]]) -> object:
    """Put together what goes on in the other sheet."""
    if not isinstance(value, str) or not value.endswith(GOES_ON):
        return value
    rest = [one["text"] for one in long if (one["id"], one["field"]) == (number, name)]
    return value.removesuffix(GOES_ON) + "".join(rest)


def _shown(value: Any, name: str, one: Any) -> object:
    given = getattr(one, name)
    if isinstance(given, datetime):
        local = given.astimezone(ZoneInfo(one.timezone)).replace(tzinfo=None)
        return local.replace(microsecond=round(local.microsecond, -3))  # a sheet counts thousandths
    if name == "published_day" and value:
        return datetime.fromisoformat(value)
    if isinstance(value, list):
        return json_line(value)
    return whole_value(value)


def test_a_time_is_shown_as_exactly_as_it_is_known_with_the_printed_text_beside(
    tmp_path: Path,
) -> None:
    out = tmp_path / "all.xlsx"

    written(ODD, ExportFormat.XLSX, out, fields=("published_text", "published_at"))

    sheet = openpyxl.load_workbook(out)["articles"]
    shown = [
        (row[0].value, row[1].value.isoformat(), row[1].number_format)
        for row in sheet.iter_rows(2, 3)
    ]
    assert shown == [
        ("日期：2026-02-28", "2026-02-28T00:00:00", "yyyy-mm-dd"),
        ("日期：2026-02-28", "2026-02-28T09:28:00", "yyyy-mm-dd hh:mm"),
    ]


def test_texts_of_a_workbook_are_texts(tmp_path: Path) -> None:
    out = tmp_path / "all.xlsx"

    written(ODD, ExportFormat.XLSX, out, fields=("id", "title", "url"))

    kinds = [[c.data_type for c in row] for row in openpyxl.load_workbook(out).active.iter_rows(2)]
    assert kinds == [["n", "s", "s"]] * len(ODD)
    assert openpyxl.load_workbook(out).active["B3"].value == "=1+1"


def test_a_full_sheet_is_followed_by_another_and_it_is_told(tmp_path: Path) -> None:
    out, remarks = tmp_path / "all.xlsx", Counter[str]()
    with out.open("wb") as file:
        writer = WorkbookWriter(file, ("id", "text"), remarks, rows=4, characters=100)
        for number in range(1, 9):
            writer.write(replace(PLAIN, id=number, text="字" * 150))
        writer.finish()

    book = openpyxl.load_workbook(out)
    ids = [[row[0].value for row in book[name].iter_rows(2)] for name in book.sheetnames]
    assert dict(zip(book.sheetnames, ids, strict=True)) == {
        "articles": [1, 2, 3], "articles 2": [4, 5, 6], "articles 3": [7, 8],
        "long texts": [1, 2, 3], "long texts 2": [4, 5, 6], "long texts 3": [7, 8],
    }  # fmt: skip
    assert remarks == {Remark.SHEETS: 2, Remark.CONTINUED: 8}


def test_a_document_with_half_a_letter_is_written_and_it_is_told(tmp_path: Path) -> None:
    done = written(ODD, ExportFormat.TEXT, tmp_path / "out")

    assert done.tally.remarks == {Remark.REPLACED: 1}
    assert done.tally.articles == len(ODD)


def test_fields_are_chosen_and_keep_their_order(tmp_path: Path) -> None:
    for form in (ExportFormat.JSONL, ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.PARQUET):
        written(ODD, form, tmp_path / form, fields=("title", "id"))

    first = json.loads((tmp_path / "jsonl").read_text("utf-8").split("\n")[0])
    header = (tmp_path / "csv").read_text("utf-8-sig").split("\n")[0]
    assert list(first.items()) == [("title", "标题"), ("id", 1)]
    assert header == "title,id"
    assert pq.read_schema(tmp_path / "parquet").names == ["title", "id"]
    (tmp_path / "xlsx").rename(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert next(sheet.iter_rows(values_only=True)) == ("title", "id")


@pytest.mark.parametrize("form", [f for f in ExportFormat if f is not ExportFormat.TEXT])
def test_an_export_of_nothing_is_a_file_that_can_be_read(
    tmp_path: Path, form: ExportFormat
) -> None:
    out = tmp_path / f"none.{form}"

    written([], form, out)

    match form:
        case ExportFormat.JSONL:
            assert out.read_bytes() == b""
        case ExportFormat.CSV:
            assert out.read_text("utf-8-sig").strip().split(",") == list(RECORD_FIELDS)
        case ExportFormat.XLSX:
            assert [*openpyxl.load_workbook(out).active.iter_rows(values_only=True)] == [
                RECORD_FIELDS
            ]
        case ExportFormat.PARQUET:
            table = pq.read_table(out)
            assert (table.num_rows, table.schema.names) == (0, list(RECORD_FIELDS))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(), st.integers(2, 9), st.integers(2, 9))
def test_pieces_of_a_text_are_short_and_make_the_text(text: str, first: int, rest: int) -> None:
    cut = list(pieces(text, first=first, rest=rest))

    assert "".join(cut) == text
    assert _units(cut[0]) <= first
    assert all(0 < _units(one) <= rest for one in cut[1:])


def test_two_halves_side_by_side_are_a_letter() -> None:
    assert whole("\ud83d\ude00\ud83d") == "😀\ufffd"


@given(st.text(st.characters(exclude_categories=())))
def test_a_text_is_made_whole_once(text: str) -> None:
    made = whole(text)

    assert made.encode().decode() == made == whole(made)
