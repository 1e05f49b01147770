"""The commands around stories and imported documents: what they say, and their exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from storage.article import document_of
from tests.unit.stories.labelled import texts
from wenxun.cli import app

Call = Callable[..., Result]
TEXTS = texts()


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in an empty folder; an error of ours is raised as itself."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def write(folder: str, name: str, day: str) -> None:
    title, text = TEXTS[name]
    Path(folder).mkdir(exist_ok=True)
    form = document_of(title=title, published_text=f"日期：{day}", views=None, text=text)
    Path(folder, f"{name}.txt").write_text(form, "utf-8", newline="\n")


@pytest.fixture
def two_sites(call: Call) -> None:
    write("a", "library", "2025-09-01 08:00")
    write("a", "bridge", "2025-09-01 09:00")
    write("b", "library~3", "2025-09-01 10:30")
    assert call("import", "a", "--site", "yunling").exit_code == 0
    assert call("import", "b", "--site", "hailan").exit_code == 0


@pytest.mark.usefixtures("two_sites")
def test_stories_say_who_was_first_how_late_the_others_were_and_what_they_changed(
    call: Call,
) -> None:
    said = call("stories").stdout
    [story] = map(json.loads, call("stories", "--json").stdout.splitlines())

    assert said.startswith(TEXTS["library"][0])
    assert "yunling 2025-09-01 08:00 +08 (first)" in said
    assert "hailan 2025-09-01 10:30 +08 (2 h 30 min later)" in said
    assert story["sites"] == ["yunling", "hailan"]
    assert [one["delay_s"] for one in story["tellings"]] == [0, 9000]
    assert story["tellings"][1]["credits"] == ["来源：松溪日报", "编辑：卓然  审核：尹星河"]


@pytest.mark.usefixtures("two_sites")
def test_an_article_says_who_else_tells_it(call: Call) -> None:
    alone = call("show", "1", "--story")
    listed = call("show", "3", "--story").stdout
    hint = call("show", "3").stderr
    record = json.loads(call("show", "3", "--json").stdout)

    assert "nobody else" in alone.stderr
    assert "* hailan" in listed
    assert "first published by yunling 2025-09-01 08:00 +08; this 2 h 30 min later" in hint
    assert record["story"]["sites"] == ["yunling", "hailan"]


@pytest.mark.usefixtures("two_sites")
def test_stories_of_a_site_and_of_a_time_are_listed(call: Call) -> None:
    assert call("stories", "--site", "nobody").stdout == ""
    assert call("stories", "--since", "2025-09-02").stdout == ""
    assert call("stories", "--site", "hailan", "--since", "2025-09-01").stdout != ""
    assert call("stories", "--since", "yesterday").exit_code == 2


def test_what_is_no_document_is_named_and_the_exit_code_says_so(call: Call) -> None:
    write("a", "market", "2025-01-01")
    Path("a/broken.txt").write_text("nothing", "utf-8")

    result = call("import", "a", "--site", "yunling", "--json")

    assert result.exit_code == 1
    assert "broken.txt does not begin with" in result.stderr
    assert json.loads(result.stdout) == {
        "site": "yunling", "files": 2, "new": 1, "joined": 0, "seen": 0,
        "broken": {"broken.txt": json.loads(result.stdout)["broken"]["broken.txt"]},
    }  # fmt: skip


def test_an_address_of_no_file_is_a_failure(call: Call) -> None:
    write("a", "market", "2025-01-01")
    Path("list.csv").write_text(
        "file,url\nmarket.txt,http://n.example/1\ngone.txt,http://n.example/2\n"
    )

    result = call("import", "a", "--site", "yunling", "--addresses", "list.csv")

    assert result.exit_code == 1
    assert "gone.txt has an address, but is not in the folder" in result.stderr
    assert json.loads(call("show", "1", "--json").stdout)["url"] == "http://n.example/1"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere", "--site", "x"),
        ("empty", "--site", "x"),
        ("empty",),
        ("a", "--site", "x", "--timezone", "Mars"),
    ],
)
def test_bad_use_is_told(call: Call, arguments: tuple[str, ...]) -> None:
    Path("empty").mkdir()
    write("a", "market", "2025-01-01")

    assert call("import", *arguments).exit_code == 2
