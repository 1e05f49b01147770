"""Articles in files: the document form, lines of JSON, tables."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.article import document
from storage.articles import StoredArticle
from storage.errors import ExportError
from storage.export import Exported, ExportFormat, Order, export
from storage.export.order import Source
from storage.store import Store
from tests.integration.desk import Desk, article, at

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
ARTICLES = [
    article("info/1", views=12, text="第一段 “话”。\n\n第二段。" * 9),
    article("info/2", published_at=None, published_text=None),
    article("info/3", title="=1+1", text=""),
]


FILES = [form for form in ExportFormat if form is not ExportFormat.TEXT]


def write(articles: Iterable[StoredArticle], form: ExportFormat, out: Path) -> Exported:
    """Export these; no progress is shown."""
    source = Source(count=lambda: 0, after=lambda _: iter(articles))
    return export(source, Order(form=form, out=out), progress=lambda _: None)


@pytest.fixture
def stored(desk: Desk) -> list[StoredArticle]:
    desk.crawl(*(desk.read(a) for a in ARTICLES))
    return desk.all()


def test_a_document_a_file_is_the_document_form_byte_for_byte(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    done = write(stored, ExportFormat.TEXT, tmp_path / "a" / "b")

    files = {p.name: p.read_bytes() for p in (tmp_path / "a" / "b").iterdir()}
    days = ["2026-02-28", "undated", "2026-02-28"]
    assert files == {
        f"{day}_{a.content_hash[2:18]}.txt": document(a).encode()
        for day, a in zip(days, ARTICLES, strict=True)
    }
    assert done.tally.articles == 3
    assert (
        sum(content.endswith("。".encode()) or content[-1:].isdigit() for content in files.values())
        == 2
    )


def test_the_same_content_of_two_sites_is_two_files(store: Store, tmp_path: Path) -> None:
    for site in ("yunling", "beihai"):
        desk = Desk(store, site)
        desk.crawl(desk.read(at(ARTICLES[0], f"http://{site}.example/1", page_key="1")))

    done = write(desk.all(), ExportFormat.TEXT, tmp_path / "out")

    contents = {p.read_bytes() for p in (tmp_path / "out").iterdir()}
    assert (done.tally.articles, len(list((tmp_path / "out").iterdir()))) == (2, 2)
    assert contents == {document(ARTICLES[0]).encode()}


def test_lines_of_json_hold_the_records(stored: list[StoredArticle], tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"

    write(stored, ExportFormat.JSONL, out)

    lines = out.read_text("utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [a.record() for a in stored]
    assert "第一段" in lines[0]


def test_a_table_opens_as_utf8_in_spreadsheets(stored: list[StoredArticle], tmp_path: Path) -> None:
    out = tmp_path / "all.csv"

    write(stored, ExportFormat.CSV, out)

    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [a.text for a in ARTICLES]
    assert [row["views"] for row in rows] == ["12", "", ""]
    assert json.loads(rows[0]["credits"]) == []


def test_a_table_of_nothing_still_names_its_columns(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    write([], ExportFormat.CSV, tmp_path / "none.csv")

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
        write(broken(), form, out)

    if form is ExportFormat.TEXT:
        assert [p.read_text("utf-8") for p in out.iterdir()] == [document(ARTICLES[0])]
    else:
        assert out.read_text() == "before"
        assert not list(tmp_path.glob(".out*"))


def test_a_killed_export_leaves_no_half_file(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from storage.export import ExportFormat, Order, export
from storage.export.order import Source
class Article:
    id, site, published_day = 1, "yunling", None
    def record(self): return {{"text": "x" * 100_000}}
def forever(last):
    while True:
        print(flush=True)
        yield Article()
order = Order(form=ExportFormat.JSONL, out=Path({str(tmp_path / "all.jsonl")!r}), fields=("text",))
export(Source(count=lambda: 0, after=forever), order, progress=lambda n: None)
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
        write(stored, form, tmp_path / "file" / "out")


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

    write(desk.all(), ExportFormat.TEXT, tmp_path / "out")

    assert {p.read_bytes() for p in (tmp_path / "out").iterdir()} == {p.read_bytes() for p in seeds}


def test_what_a_link_leads_to_is_written_and_the_link_stays(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    real.touch()
    link.symlink_to(real)

    write(stored, ExportFormat.JSONL, link)

    assert link.is_symlink()
    assert len(real.read_text("utf-8").splitlines()) == len(stored)


def test_a_pipe_is_written_straight(stored: list[StoredArticle], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write(stored, ExportFormat.JSONL, pipe)

    with os.fdopen(reader, encoding="utf-8") as read:
        assert [json.loads(line)["id"] for line in read] == [a.id for a in stored]
    assert pipe.is_fifo()


def test_a_reader_that_goes_away_is_not_an_export_that_failed(
    stored: list[StoredArticle], tmp_path: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    with pytest.raises(BrokenPipeError):
        write(stored, ExportFormat.JSONL, Path(f"/dev/fd/{writer}"))

    os.close(writer)
