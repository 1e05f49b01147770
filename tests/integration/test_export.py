"""Articles in files: the document form, lines of JSON, tables."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.article import document
from storage.articles import StoredArticle
from storage.errors import ExportError
from storage.export import ExportFormat, export
from storage.store import Store
from tests.integration.desk import Desk, article, at

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
ARTICLES = [
    article("info/1", views=12, text="第一段 “话”。\n\n第二段。" * 9),
    article("info/2", published_at=None, published_text=None),
    article("info/3", title="=1+1", text=""),
]


def ignore(_: int) -> None:
    """Show no progress."""


@pytest.fixture
def stored(desk: Desk) -> list[StoredArticle]:
    desk.crawl(*(desk.read(a) for a in ARTICLES))
    return desk.all()


def test_a_document_a_file_is_the_document_form_byte_for_byte(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    count = export(stored, form=ExportFormat.TEXT, out=tmp_path / "a" / "b", progress=ignore)

    files = {p.name: p.read_bytes() for p in (tmp_path / "a" / "b").iterdir()}
    days = ["2026-02-28", "undated", "2026-02-28"]
    assert files == {
        f"{day}_{a.content_hash[2:18]}.txt": document(a).encode()
        for day, a in zip(days, ARTICLES, strict=True)
    }
    assert count == 3
    assert (
        sum(content.endswith("。".encode()) or content[-1:].isdigit() for content in files.values())
        == 2
    )


def test_the_same_content_of_two_sites_is_two_files(store: Store, tmp_path: Path) -> None:
    for site in ("yunling", "beihai"):
        desk = Desk(store, site)
        desk.crawl(desk.read(at(ARTICLES[0], f"http://{site}.example/1", page_key="1")))

    count = export(desk.all(), form=ExportFormat.TEXT, out=tmp_path / "out", progress=ignore)

    contents = {p.read_bytes() for p in (tmp_path / "out").iterdir()}
    assert (count, len(list((tmp_path / "out").iterdir()))) == (2, 2)
    assert contents == {document(ARTICLES[0]).encode()}


def test_lines_of_json_hold_the_records(stored: list[StoredArticle], tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"

    export(stored, form=ExportFormat.JSONL, out=out, progress=ignore)

    lines = out.read_text("utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [a.record() for a in stored]
    assert "第一段" in lines[0]


def test_a_table_opens_as_utf8_in_spreadsheets(stored: list[StoredArticle], tmp_path: Path) -> None:
    out = tmp_path / "all.csv"

    export(stored, form=ExportFormat.CSV, out=out, progress=ignore)

    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [a.text for a in ARTICLES]
    assert [row["views"] for row in rows] == ["12", "", ""]
    assert json.loads(rows[0]["credits"]) == []


def test_a_table_of_nothing_still_names_its_columns(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    export([], form=ExportFormat.CSV, out=tmp_path / "none.csv", progress=ignore)

    header = (tmp_path / "none.csv").read_text("utf-8-sig").strip().split(",")
    assert header == list(stored[0].record())


@pytest.mark.parametrize("form", list(ExportFormat))
def test_an_export_that_breaks_off_leaves_what_was_there(
    stored: list[StoredArticle], tmp_path: Path, form: ExportFormat
) -> None:
    out = tmp_path / "out"
    if form is not ExportFormat.TEXT:
        out.write_text("before")

    def broken() -> Iterator[StoredArticle]:
        yield stored[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), form=form, out=out, progress=ignore)

    if form is ExportFormat.TEXT:
        assert [p.read_text("utf-8") for p in out.iterdir()] == [document(ARTICLES[0])]
    else:
        assert out.read_text() == "before"
        assert not list(tmp_path.glob(".out*"))


def test_a_killed_export_leaves_no_half_file(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from storage.export import ExportFormat, export
class Article:
    def record(self): return {{"text": "x" * 100_000}}
def forever():
    while True:
        print(flush=True)
        yield Article()
export(forever(), form=ExportFormat.JSONL, out=Path({str(tmp_path / "all.jsonl")!r}),
       progress=lambda n: None)
"""
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert run.stdout is not None
    for _ in range(3):
        run.stdout.readline()

    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()

    assert not (tmp_path / "all.jsonl").exists()


@pytest.mark.parametrize("form", list(ExportFormat))
def test_a_place_that_cannot_be_written_is_named(
    stored: list[StoredArticle], tmp_path: Path, form: ExportFormat
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ExportError, match=r"cannot write .*file/out"):
        export(stored, form=form, out=tmp_path / "file" / "out", progress=ignore)


@pytest.mark.skipif(CORPUS is None, reason="WENXUN_TEST_CORPUS names no folder of real documents")
def test_real_documents_come_back_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    seeds = sorted((Path(CORPUS or "") / "seeds").glob("*.txt"))
    desk.begin()
    for seed in seeds:
        head, _, text = seed.read_text("utf-8").partition("\n正文内容:\n")
        title, printed, views = (line.partition(": ")[2] for line in head.split("\n"))
        known = None if views == "未知" else int(views)
        given = article(seed.stem, title=title, text=text, published_text=printed, views=known)
        desk.save(desk.read(replace(given, published_text=printed)))

    export(desk.all(), form=ExportFormat.TEXT, out=tmp_path / "out", progress=ignore)

    assert {p.read_bytes() for p in (tmp_path / "out").iterdir()} == {p.read_bytes() for p in seeds}


def test_what_a_link_leads_to_is_written_and_the_link_stays(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    real.touch()
    link.symlink_to(real)

    export(stored, form=ExportFormat.JSONL, out=link, progress=ignore)

    assert link.is_symlink()
    assert len(real.read_text("utf-8").splitlines()) == len(stored)


def test_a_pipe_is_written_straight(stored: list[StoredArticle], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    export(stored, form=ExportFormat.JSONL, out=pipe, progress=ignore)

    with os.fdopen(reader, encoding="utf-8") as read:
        assert [json.loads(line)["id"] for line in read] == [a.id for a in stored]
    assert pipe.is_fifo()


def test_a_reader_that_goes_away_is_not_an_export_that_failed(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    with pytest.raises(BrokenPipeError):
        export(stored, form=ExportFormat.JSONL, out=Path(f"/dev/fd/{writer}"), progress=ignore)

    os.close(writer)
