"""Files that appear whole or not at all."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from storage.errors import ExportError
from storage.whole_file import whole_file

NOBODY = 65534


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


def test_a_file_that_may_not_be_written_is_not_replaced() -> None:
    with TemporaryDirectory() as folder:  # pytest's own folder is closed to other users
        path = Path(folder, "site.toml")
        path.write_text("before", "utf-8")
        path.chmod(0o444)
        Path(folder).chmod(0o777)

        told = failure_as_an_ordinary_user(path)

        assert "Permission denied" in told
        assert [one.read_text("utf-8") for one in Path(folder).iterdir()] == ["before"]


def failure_as_an_ordinary_user(path: Path) -> str:
    """Replace a file in another process, which is not root's: root may write everything."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            with whole_file(path) as file:
                file.write("after")
        except ExportError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading, encoding="utf-8") as told:
        return told.read()


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
