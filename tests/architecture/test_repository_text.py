"""What is published speaks of Wenxun, not of the place or the machines where it was written."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in pieces, so that this file does not hold what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"\bshare" + r"d/",
            r"(?<![\w.])/wo" + r"rk/",
            r"(?<![\w.])/ro" + r"ot/",
            r"(?<![\w.])/ho" + r"me/(?!\$)\w",
            r"\.lib" + r"rary/",
            r"/tmp/br" + r"ief",
            r"\bbase-im" + r"age\.sh",
            r"\bcms" + r"\.md\b",
            r"\bpe" + r"ers\.md\b",
            r"\bfeasi" + r"bility\.md\b",
            r"\bfie" + r"ld\.md\b",
            r"\bClau" + r"de\b",
        )
    )
)


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file that git keeps, by its name."""
    files = _files()
    if not files:
        pytest.skip("not a git checkout: what is published is what git keeps")
    return {
        path.relative_to(ROOT).as_posix(): body.decode("utf-8", "replace")
        for path in files
        if b"\0" not in (body := path.read_bytes())
    }


def test_no_file_speaks_of_the_place_where_it_was_written(texts: dict[str, str]) -> None:
    found = [
        f"{name}:{number}: {match.group()}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := FORBIDDEN.search(line))
    ]

    assert found == []


def test_nothing_is_left_for_later(texts: dict[str, str]) -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    code = {name: text for name, text in texts.items() if name.endswith(".py")}

    found = [name for name, text in code.items() if marks.search(text)]

    assert found == []
