"""The command line as a user meets it: exit codes, one line on stderr, pipes, start-up."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

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
        (["search", "招生", "AND"], "query, column 4: AND has no word behind it"),
        (["search", "招生", "--limt", "3"], "no such option: --limt"),
        (["search", "site:nowhere"], "no site 'nowhere' in the database"),
        (["backup", "."], "cannot back up to .: is a folder"),
    ],
)
def test_bad_use_is_one_line_on_stderr_and_exit_code_2(
    tmp_path: Path, arguments: list[str], names: str
) -> None:
    ended = _run(tmp_path, *arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("wenxun: ")
    assert ended.stderr.count("\n") == 1
    assert names in ended.stderr


def test_two_site_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        text = f'title = "{folder}"\nstart = ["https://{folder}.example/x.htm"]\n'
        (tmp_path / folder / "news.toml").write_text(text, "utf-8")

    ended = _run(tmp_path, "crawl", "--site-file", "a/news.toml", "--site-file", "b/news.toml")

    assert (ended.returncode, ended.stderr) == (
        2,
        "wenxun: two site files are called news: rename one\n",
    )


def test_every_command_has_help_and_is_listed(tmp_path: Path) -> None:
    listed = _run(tmp_path, "--help").stdout
    names = [path.stem for path in _command_files()]

    missing = [name for name in names if f" {name} " not in listed]

    assert missing == []
    assert [name for name in names if _run(tmp_path, name, "--help").returncode] == []


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

    ended = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ended.stdout.splitlines()[-1] == "0"
    assert ended.stderr == ""


def test_a_command_imports_only_what_it_needs() -> None:
    code = (
        "import sys, wenxun.cli, wenxun.commands.sites;"
        f"print(sorted({HEAVY!r} & sys.modules.keys()))"
    )

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it without Chinese in the locale: what it prints is UTF-8 all the same."""
    return subprocess.run(
        [WENXUN, *arguments],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C", "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _command_files() -> list[Path]:
    folder = Path(__file__).parents[2] / "wenxun" / "commands"
    return [path for path in folder.glob("*.py") if path.stem != "__init__"]
