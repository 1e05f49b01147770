"""The command line as a user meets it: exit codes, one line on stderr, pipes, start-up."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.e2e.conftest import Ended, ended
from tests.processes import Process

WENXUN = Path(sys.executable).with_name("wenxun")
HEAVY = {"sqlalchemy", "alembic", "scrapy", "twisted", "httpx", "apscheduler", "bs4"}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["nosuch"], "No such command"),
        (["shw"], "Did you mean 'show'"),
        (["crawl"], "no site files in sites/"),
        (["crawl", "nosuch"], "no site 'nosuch'"),
        (["crawl", "--nosuch"], "wenxun crawl --help"),
        (["show"], "Missing argument"),
        (["show", "9" * 20], "Invalid value for 'article'"),
        (["status", "--config", "missing.toml"], "missing.toml: cannot be read"),
        (["status", "--database", "sqlite:////missing/x.db"], "folder of /missing/x.db"),
        (["export", "--format", "doc", "--out", "x"], "'text', 'jsonl', 'csv'"),
        (["export", "--format", "jsonl", "--out", "."], "is a folder"),
        (["export", "--format", "jsonl", "--out", "x", "--query", "(招生"], "query, column 1: ("),
        (["search"], "write what to find"),
        (["search", " "], "write what to find"),
        (["watch", "list", "--subscriber", "wang"], "no subscriber 'wang': write"),
        (["search", "招生", "AND"], "query, column 4: AND has no word behind it"),
        (["search", "招生", "--limt", "3"], "no such option: --limt"),
        (["search", "site:nowhere"], "no site 'nowhere' in the database"),
        (["backup", "."], "cannot back up to .: is a folder"),
    ],
)
def test_bad_use_is_one_line_on_stderr_and_exit_code_2(
    tmp_path: Path, arguments: list[str], names: str
) -> None:
    done = _run(tmp_path, *arguments)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wenxun: ")
    assert done.err.count("\n") == 1
    assert names in done.err


def test_what_is_printed_is_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    done = subprocess.run(
        [WENXUN, "search", "招生", "AND", "（"],
        cwd=tmp_path, env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, b"")
    assert "（" in done.stderr.decode()


def test_two_site_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        text = f'title = "{folder}"\nstart = ["https://{folder}.example/x.htm"]\n'
        (tmp_path / folder / "news.toml").write_text(text, "utf-8")

    done = _run(tmp_path, "crawl", "--site-file", "a/news.toml", "--site-file", "b/news.toml")

    assert (done.code, done.err) == (
        2,
        "wenxun: two site files are called news: rename one\n",
    )


def test_every_command_has_help_and_is_listed(tmp_path: Path) -> None:
    listed = _run(tmp_path, "--help").out
    names = [path.stem for path in _command_files()]

    missing = [name for name in names if f" {name} " not in listed]

    assert missing == []
    assert [name for name in names if _run(tmp_path, name, "--help").code] == []


def test_ctrl_c_is_told_in_one_line_and_exit_code_130(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.html")
    command = [WENXUN, "extract", "page.html", "--url", "https://example.edu.cn/a.htm"]
    with (
        subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE) as process,
        (tmp_path / "page.html").open("wb"),  # opens when somebody reads
    ):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, b"", b"wenxun: interrupted\n")


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    script = f'"{WENXUN}" --help | head -1; echo "${{PIPESTATUS[0]}}"'

    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_a_command_imports_only_what_it_needs() -> None:
    code = (
        "import sys, wenxun.cli, wenxun.commands.sites;"
        f"print(sorted({HEAVY!r} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def _run(folder: Path, *arguments: str) -> Ended:
    with Process(arguments, folder, {**os.environ, "COLUMNS": "80"}) as process:
        return ended(process)


def _command_files() -> list[Path]:
    folder = Path(__file__).parents[2] / "wenxun" / "commands"
    return [path for path in folder.glob("*.py") if path.stem != "__init__"]
