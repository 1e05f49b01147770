"""An export that broke off goes on, and gives what an unbroken one gives."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import ExportError
from storage.export import ExportFormat
from storage.export.parts import kept_articles
from tests.integration.printed import ODD, PLAIN, order, written

# The 1,234th is odd, so that what is cut in two is not a plain line.
MANY = [replace(PLAIN, id=n, content_hash=f"1:{n:016x}") for n in range(1, 1501)]
MANY[1233] = replace(ODD[1], id=1234)
CONTINUED = [ExportFormat.JSONL, ExportFormat.CSV]
ANEW = [ExportFormat.XLSX, ExportFormat.PARQUET]


class CutError(Exception):
    """An export breaks off."""


def break_off(form: ExportFormat, out: Path, *, at: int, **more: object) -> None:
    def cut(done: int) -> None:
        if done == at:
            raise CutError

    with pytest.raises(CutError):
        written(MANY, form, out, progress=cut, **more)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", CONTINUED)
@pytest.mark.parametrize("at", [501, 1233, 1234, 1499])
def test_lines_go_on_behind_what_was_written(tmp_path: Path, form: ExportFormat, at: int) -> None:
    written(MANY, form, tmp_path / "whole")
    out = tmp_path / "here" / "a"
    out.parent.mkdir()
    break_off(form, out, at=at)
    assert not out.exists()

    done = written(MANY, form, out, resume=True)

    assert files(out.parent) == {"a": (tmp_path / "whole").read_bytes()}
    assert (done.resumed, done.tally.articles) == (at // 500 * 500, 1500)
    assert done.tally.sites == {"yunling": 1500}


def test_documents_go_on(tmp_path: Path) -> None:
    written(MANY, ExportFormat.TEXT, tmp_path / "whole")
    out = tmp_path / "here"
    break_off(ExportFormat.TEXT, out, at=777)
    assert len(list(out.glob("*.txt"))) == 777

    done = written(MANY, ExportFormat.TEXT, out, resume=True)

    assert files(out) == files(tmp_path / "whole")
    assert (done.resumed, done.tally.articles) == (500, 1500)


@pytest.mark.parametrize("form", ANEW)
def test_what_cannot_be_written_on_is_begun_anew(tmp_path: Path, form: ExportFormat) -> None:
    out = tmp_path / "a"
    break_off(form, out, at=777)
    assert files(tmp_path) == {}

    done = written(MANY, form, out, resume=True)

    assert (done.resumed, done.tally.articles, list(files(tmp_path))) == (0, 1500, ["a"])


@pytest.mark.parametrize("form", [*CONTINUED, *ANEW])
def test_shards_go_on_behind_the_last_whole_one(tmp_path: Path, form: ExportFormat) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "here").mkdir()
    written(MANY, form, tmp_path / "whole" / "a.x", shards=4)
    break_off(form, tmp_path / "here" / "a.x", at=800, shards=4)
    first = (tmp_path / "here" / "a-00001-of-00004.x").stat().st_mtime_ns

    done = written(MANY, form, tmp_path / "here" / "a.x", shards=4, resume=True)

    assert done.resumed == 750
    assert sorted(files(tmp_path / "here")) == [f"a-0000{n}-of-00004.x" for n in range(1, 5)]
    assert (tmp_path / "here" / "a-00001-of-00004.x").stat().st_mtime_ns == first
    if form is not ExportFormat.XLSX:  # which holds the time when it was made
        assert files(tmp_path / "here") == files(tmp_path / "whole")


def test_more_shards_than_articles_are_all_there(tmp_path: Path) -> None:
    written(MANY[:3], ExportFormat.JSONL, tmp_path / "a.jsonl", shards=5)

    lines = [path.read_bytes().count(b"\n") for path in sorted(tmp_path.iterdir())]
    assert lines == [1, 1, 1, 0, 0]


def test_an_export_that_begins_anew_forgets_the_one_that_broke_off(tmp_path: Path) -> None:
    out = tmp_path / "a"
    break_off(ExportFormat.JSONL, out, at=600)
    assert kept_articles(order(ExportFormat.JSONL, out)) == 500

    written(MANY[:2], ExportFormat.JSONL, out)

    assert list(files(tmp_path)) == ["a"]
    assert out.read_bytes().count(b"\n") == 2


def test_another_export_does_not_go_on(tmp_path: Path) -> None:
    out = tmp_path / "a"
    break_off(ExportFormat.JSONL, out, at=600, asked={"site": "yunling"})

    for other in ({"asked": {"site": None}}, {"asked": {"site": "yunling"}, "fields": ("id",)}):
        with pytest.raises(
            ExportError, match=r"what broke off was asked with .*leave out --resume"
        ):
            written(MANY, ExportFormat.JSONL, out, resume=True, **other)
    with pytest.raises(ExportError, match="format 'jsonl', not 'csv'"):
        written(MANY, ExportFormat.CSV, out, resume=True, asked={"site": "yunling"})


@pytest.mark.parametrize("harm", ["gone", "shorter", "mark"])
def test_a_part_that_was_touched_is_not_written_on(tmp_path: Path, harm: str) -> None:
    out = tmp_path / "a"
    break_off(ExportFormat.JSONL, out, at=600)
    if harm == "mark":
        (tmp_path / ".a.resume").write_text('{"terms"')
    elif harm == "gone":
        (tmp_path / ".a.part").unlink()
    else:
        (tmp_path / ".a.part").write_bytes(b"{}\n")

    with pytest.raises(ExportError, match="leave out --resume"):
        written(MANY, ExportFormat.JSONL, out, resume=True)


def test_a_killed_export_goes_on(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from storage.export import ExportFormat
from tests.integration.printed import written
from tests.integration.test_export_resume import MANY
def slow(done):
    if done > 1000: print(flush=True); sys.stdin.readline()
written(MANY, ExportFormat.JSONL, Path({str(tmp_path / "a")!r}), progress=slow)
"""
    run = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stdin is not None
    run.stdout.readline()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    written(MANY, ExportFormat.JSONL, tmp_path / "whole")

    done = written(MANY, ExportFormat.JSONL, tmp_path / "a", resume=True)

    assert done.resumed == 1000
    assert (tmp_path / "a").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_pipe_is_not_written_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ExportError, match="only an ordinary file"):
        written(MANY, ExportFormat.JSONL, tmp_path / "pipe", resume=True)
