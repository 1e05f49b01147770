"""`wenxun archive` as people and programs see it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from storage.store import open_store
from tests.integration.desk import Desk, article
from tests.integration.test_archive_import import Tool
from tests.integration.warc_files import files, records
from wenxun.cli import app
from wenxun.config import ConfigError

FIRST = article("info/1001/1")
Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in a folder with one article, read twice."""
    monkeypatch.chdir(tmp_path)
    store = open_store()
    desk = Desk(store)
    desk.crawl(desk.read(FIRST, body=b"first"))
    desk.later(days=3)
    desk.crawl(desk.again(article("info/1001/1", title="更正"), body="第二".encode()))
    store.close()

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, ["archive", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_was_kept_of_an_address_is_listed(call: Call) -> None:
    exact = lines(call("list", FIRST.url, "--json"))
    below = lines(call("list", "https://www.news.yunling.example/info/*", "--json"))
    nothing = call("list", "http://elsewhere.example/")

    assert [one["outcome"] for one in exact] == ["changed", "new"]
    assert exact[1]["fetched_at"] == "2026-03-02T16:00:00+08:00"
    assert "body" not in exact[0]
    assert below == exact
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "2026-03-02 16:00:00" in call("list", FIRST.url).stdout


def test_a_page_is_given_as_it_was_at_a_time(call: Call, tmp_path: Path) -> None:
    newest = call("get", FIRST.url)
    that_day = call("get", FIRST.url, "--at", "2026-03-02")
    too_early = call("get", FIRST.url, "--at", "2026-03-02T15:59")
    known = lines(call("get", FIRST.url, "--at", "2026-03-02T08:00:00+00:00", "--json"))
    out = tmp_path / "page.warc.gz"
    call("get", FIRST.url, "--warc", "--out", str(out))

    assert newest.stdout_bytes == "第二".encode()
    assert that_day.stdout_bytes == b"first"
    assert (too_early.exit_code, "nothing was kept" in too_early.stderr) == (1, True)
    assert known[0]["outcome"] == "new"
    [record] = records(out)
    assert record.content == "第二".encode()
    assert call("get", FIRST.url, "--at", "yesterday").exit_code == 2


def test_numbers_and_checks(call: Call, tmp_path: Path) -> None:
    [numbers] = lines(call("stats", "--json"))
    sound = call("verify")
    [path] = (tmp_path / "wenxun-archive").iterdir()
    path.unlink()
    broken = call("verify", "--json")

    assert (numbers["files"], numbers["responses"], numbers["dropped"]) == (1, 2, 0)
    assert numbers["folder"] == "wenxun-archive"
    assert (sound.exit_code, sound.stdout) == (0, "")
    assert broken.exit_code == 1
    assert lines(broken) == [{"file": path.name, "url": None, "what": "is not there"}]


def test_the_limits_of_the_configuration_are_applied(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlimited = call("prune")
    monkeypatch.setenv("WENXUN_ARCHIVE_MAX_AGE", "1d")
    [would] = lines(call("prune", "--dry-run", "--json"))
    pruned = call("prune")
    [numbers] = lines(call("stats", "--json"))

    assert "no limits are set" in unlimited.stderr
    assert (would["responses"], would["dry_run"]) == (1, True)
    assert pruned.stdout.startswith(
        "1 responses went (0.0 MB), 0 of them what an article stands on"
    )
    assert numbers["dropped"] == 1
    assert call("get", FIRST.url).stdout_bytes == "第二".encode()


def test_files_of_others_are_taken_and_bad_ones_told(call: Call, tmp_path: Path) -> None:
    tool = Tool()
    tool.response()
    good, bad = tool.save(tmp_path / "good.warc.gz"), tmp_path / "bad.warc"
    bad.write_text("notes")

    result = call("import", str(good), str(bad), "--json")

    one, two = lines(result)
    assert result.exit_code == 1
    assert (one["taken"], one["error"]) == (1, None)
    assert two["error"].startswith(f"cannot import {bad}: is no WARC file")


def test_the_folder_may_stand_elsewhere(call: Call, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("WENXUN_ARCHIVE_DIR", str(tmp_path / "elsewhere"))

    call("import", str(_one_page(tmp_path)))

    assert len(list((tmp_path / "elsewhere").glob("*.warc.gz"))) == 1


def _one_page(folder: Path) -> Path:
    tool = Tool()
    tool.response()
    return tool.save(folder / "one.warc.gz")


@pytest.mark.parametrize(
    ("key", "value"), [("MAX_SIZE", "50"), ("MAX_SIZE", "0GB"), ("MAX_AGE", "long")]
)
def test_a_limit_that_is_none_is_an_error(
    call: Call, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(f"WENXUN_ARCHIVE_{key}", value)

    with pytest.raises(ConfigError, match=f"WENXUN_ARCHIVE_{key}: must be a "):
        call("stats")


def test_rows_of_an_old_version_are_moved_by_a_command(call: Call) -> None:
    result = call("move")

    assert (result.exit_code, result.stderr.strip()) == (0, "0 responses moved")


def test_the_files_stand_beside_the_database(call: Call, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/wenxun.db")

    assert store.folder.path == tmp_path / "wenxun-archive"
    assert len(files(store)) == 1
    store.close()


def test_the_service_keeps_the_archive_within_its_limits(call: Call, tmp_path: Path) -> None:
    del call  # a folder with an article that was read twice
    service = subprocess.Popen(
        [sys.executable, "-m", "wenxun", "run"],
        cwd=tmp_path, env={**os.environ, "WENXUN_ARCHIVE_MAX_AGE": "1d"}, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with service:
        assert service.stderr is not None
        said = next((line for line in service.stderr if "archive" in line), "")
        service.terminate()

    assert "archive pruned responses=1 bytes=" in said
