"""`wenxun demo`, as a user runs it: it shows an alert, ends by itself and leaves no process."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Where tests run side by side, these are run by one process: it fills the folder once.
pytestmark = pytest.mark.xdist_group("demo")
WENXUN = Path(sys.executable).with_name("wenxun")
NEWS = "云岭大学2026年硕士研究生招生简章发布"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a blank in its name."""
    folder = tmp_path_factory.mktemp("demo") / "my news"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> str:
    """What a demonstration without a terminal printed; it ended well."""
    demo = _demo(folder)
    printed, complaints = demo.communicate(timeout=120)

    assert (demo.returncode, complaints) == (0, "")
    return printed


def test_it_shows_the_articles_and_one_in_the_document_form(shown: str) -> None:
    assert "66 new articles" in shown
    assert "未知" in shown
    assert "浏览次数: " in shown


def test_it_shows_the_alert_of_both_channels_and_the_seconds(shown: str) -> None:
    assert re.search(r"Alert after \d+\.\d s", shown)
    assert f"【新文章】{NEWS}" in shown
    assert '"type": "article.new"' in shown


def test_it_tells_nobody_of_what_was_there_before(folder: Path, shown: str) -> None:
    alerts = (folder / "demo-data" / "alerts.jsonl").read_text("utf-8").splitlines()

    assert len(alerts) == 1


def test_it_fits_a_terminal_of_80_columns(shown: str) -> None:
    commands = set(_commands(shown))

    too_wide = [
        line for line in shown.splitlines() if len(line) > 80 and line.strip() not in commands
    ]

    assert too_wide == []


def test_it_leaves_no_process(folder: Path, shown: str) -> None:
    assert _processes_in(folder) == []


def test_the_commands_that_it_advises_work_as_printed(folder: Path, shown: str) -> None:
    script = "\n".join(["set -e", *_commands(shown)])

    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )

    assert (done.returncode, NEWS in done.stdout) == (0, True), done.stderr


def test_ctrl_c_ends_all_of_it_without_a_traceback(tmp_path: Path) -> None:
    demo = _demo(tmp_path)
    assert demo.stdout is not None
    next(line for line in demo.stdout if line.startswith("Up after"))

    os.killpg(demo.pid, signal.SIGINT)
    _, complaints = demo.communicate(timeout=60)

    assert (demo.returncode, complaints) == (130, "")
    assert _processes_in(tmp_path) == []


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "demo-data" / "wenxun.toml"
    mine.parent.mkdir()
    mine.write_text("contact = 'me'", "utf-8")

    demo = _demo(tmp_path)
    _, complaint = demo.communicate(timeout=60)

    assert demo.returncode == 2
    assert complaint == "wenxun: demo-data: holds something else; name another with --dir\n"
    assert list(mine.parent.iterdir()) == [mine]


def _demo(folder: Path) -> subprocess.Popen[str]:
    """Start it in a session of its own, without a terminal, in a locale without Chinese."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LANG"}
    }
    return subprocess.Popen(
        [WENXUN, "demo"],
        cwd=folder,
        env={**environment, "LC_ALL": "C", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def _commands(shown: str) -> list[str]:
    """What it advises to type; the program's own name stands for this environment's."""
    lines = [line.strip() for line in shown.split("Try next")[1].splitlines()]
    return [line for line in lines if shlex.split(line)[:1] and _is_command(line)]


def _is_command(line: str) -> bool:
    first = line.split(maxsplit=1)[0]
    return first == "cd" or first.endswith("wenxun")


def _processes_in(folder: Path) -> list[str]:
    """The processes whose working folder is this one or below."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it ended, or is somebody else's
            continue
    return found
