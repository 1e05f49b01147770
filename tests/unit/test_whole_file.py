"""Files that appear whole or not at all."""

import os
from pathlib import Path

import pytest

from storage.errors import ExportError
from storage.whole_file import whole_file


def test_a_file_in_the_place_of_another_one_is_read_by_no_more_people(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("before", "utf-8")
    path.chmod(0o600)

    with whole_file(path) as file:
        rights = [one.stat().st_mode & 0o777 for one in tmp_path.iterdir()]
        file.write("after")

    assert rights == [0o600, 0o600]  # … nor while it is written
    assert path.read_text("utf-8") == "after"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("before", "utf-8")
    path.chmod(0o400)

    with pytest.raises(ExportError, match="Permission denied"), whole_file(path) as file:
        file.write("after")

    assert [one.read_text("utf-8") for one in tmp_path.iterdir()] == ["before"]


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("before", "utf-8")

    def fail() -> None:
        with whole_file(path) as file:
            file.write("half")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert [one.read_text("utf-8") for one in tmp_path.iterdir()] == ["before"]
