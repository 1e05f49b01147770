"""Where the browser is, and what is said where there is none."""

import sys
from pathlib import Path

import pytest

from crawler.browser.chromium import find_chromium
from crawler.errors import BrowserMissingError


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program of this system is a Chromium."""
    path = tmp_path / "chromium"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return path


def test_the_browser_of_the_system_is_found(program: Path) -> None:
    assert find_chromium(None) == str(program)


def test_a_browser_that_is_named_is_taken(program: Path) -> None:
    named = program.with_name("another")
    program.rename(named)

    assert find_chromium(str(named)) == str(named)


def test_a_browser_that_is_named_and_missing_is_not_replaced(program: Path) -> None:
    with pytest.raises(BrowserMissingError, match="WENXUN_CHROMIUM names no program: /nowhere"):
        find_chromium("/nowhere")


def test_what_is_missing_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "playwright", None)

    with pytest.raises(BrowserMissingError) as caught:
        find_chromium(None)

    assert "pip install 'wenxun[browser]'" in str(caught.value)
    assert "apt-get install chromium" in str(caught.value)
