"""What the documents tell people to type exists."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from crawler.site import parse_site
from wenxun.cli import app
from wenxun.config import load_config, parse_config
from wenxun.subscribers import read_subscribers

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "wenxun.example.toml"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EVERY_DOCUMENT = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
)
_COMMENTED_OUT = re.compile(r"^# (?=\[|\w+ = )", re.MULTILINE)
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_END = re.compile(r" +(?:#|\||>|&&|\\$)")  # a remark, a pipe, a redirection, a line that goes on
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"[a-z|-]+")  # other words are placeholders: SITE, …
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@EVERY_DOCUMENT
def test_every_wenxun_command_of_a_document_exists(document: Path) -> None:
    unknown = [line for line in _typed(document, "wenxun") if not _is_known(line.split()[1:])]

    assert unknown == []


@EVERY_DOCUMENT
def test_every_make_target_of_a_document_exists(document: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    unknown = [
        line
        for line in _typed(document, "make")
        if not {word for word in line.split()[1:] if word.isalpha()} <= set(targets)
    ]

    assert unknown == []


@EVERY_DOCUMENT
def test_every_local_link_of_a_document_leads_somewhere(document: Path) -> None:
    dead = [
        link
        for link in _LINK.findall(document.read_text("utf-8"))
        if not (document.parent / link).exists()
    ]

    assert dead == []


def test_the_example_configuration_is_accepted() -> None:
    load_config(EXAMPLE, {})


def test_every_line_of_the_example_that_is_commented_out_is_accepted_too() -> None:
    everything = _COMMENTED_OUT.sub("", EXAMPLE.read_text("utf-8"))

    parse_config(tomllib.loads(everything), path=EXAMPLE, environ={})


@EVERY_DOCUMENT
def test_every_configuration_and_site_file_of_a_document_is_accepted(
    document: Path, tmp_path: Path
) -> None:
    for written in _TOML.findall(document.read_text("utf-8")):
        table = tomllib.loads(written)
        if "start" in table:
            parse_site(document.stem, table, families=())
        elif written.startswith("# subscribers/"):
            (tmp_path / "one.toml").write_text(written, "utf-8")
            assert read_subscribers(tmp_path, general=["desk"]).broken == ()
        else:
            parse_config(table, path=document, environ={})


def _typed(document: Path, program: str) -> list[str]:
    """Return what the reader shall type: lines of code blocks and inline code."""
    text = document.read_text("utf-8")
    lines = [line for block in _FENCED.findall(text) for line in block.splitlines()]
    lines += _INLINE.findall(_FENCED.sub("", text))
    typed = re.compile(rf"^\s*(?:\$ )?(?:\.venv/bin/)?({program}(?: +[\w-].*)?)$")
    return [_END.split(match.group(1))[0] for line in lines if (match := typed.match(line))]


def _is_known(words: list[str]) -> bool:
    """Say whether these words name a command of ours, with options that it has."""
    command: Any = typer.main.get_command(app)
    options = _options(command)
    for word in words:
        if word.startswith("--"):
            if word.partition("=")[0] not in options:
                return False
        elif hasattr(command, "commands") and _NAME.fullmatch(word):
            named = [command.commands.get(name) for name in word.split("|")]
            if None in named:
                return False
            command = named[0]
            options |= _options(command)
    return True


def _options(command: Any) -> set[str]:
    return {"--help"} | {name for parameter in command.params for name in parameter.opts}
