"""The folder of the demonstration: a site file, a configuration, and what comes of them.

Each demonstration starts afresh; a folder that is not a demonstration's is never touched.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wenxun.newssite import NewsSite

SITE = "yunling"
WATCH = "招生"
_MARK = ".wenxun-demo"
_MADE = ("wenxun.db", "wenxun.db-wal", "wenxun.db-shm", "alerts.jsonl", "console.log")
_SITE_FILE = """\
# Written by `wenxun demo`, which starts afresh each time: copy what you want to keep.
# `title` and `start` make a site; the other lines are there because a demonstration is in a hurry.
title = "{title}"
start = [
{start}
]
every = "2s"      # how often it is looked at; 30 minutes where a file does not say
delay_s = 0       # no pause between requests: accepted only for private addresses
"""
_CONFIGURATION = f"""\
# Written by `wenxun demo`, which starts afresh each time: copy what you want to keep.

[[watch]]
name = "{WATCH}"
any_of = ["招生", "录取"]
channels = ["console", "log"]

[[channel]]
name = "log"
kind = "file"
path = "alerts.jsonl"
"""


class FolderRefusedError(Exception):
    """The folder cannot be the demonstration's. Name another one with --dir."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFolder:
    """Where everything of the demonstration is."""

    path: Path

    @property
    def database(self) -> Path:
        """The database."""
        return self.path / "wenxun.db"

    @property
    def alerts(self) -> Path:
        """What the file channel writes."""
        return self.path / "alerts.jsonl"

    @property
    def console(self) -> Path:
        """What the service prints: the console channel."""
        return self.path / "console.log"

    @property
    def log(self) -> Path:
        """What the service logs."""
        return self.path / "service.log"


@contextmanager
def fresh_folder(path: Path, site: NewsSite) -> Iterator[DemoFolder]:
    """Yield the folder with its files written and the rest of an earlier time removed.

    Raises:
        FolderRefusedError: it holds something else, is in use, or cannot be written.
    """
    try:
        if path.exists() and any(path.iterdir()) and not (path / _MARK).exists():
            raise FolderRefusedError(f"{path}: holds something else; name another with --dir")
        path.mkdir(parents=True, exist_ok=True)
        with (path / _MARK).open("w") as mark:
            _lock(mark.fileno(), path)
            _write(path, site)
            yield DemoFolder(path=path)
    except OSError as error:
        if error.filename is None:  # not about a file of ours: somebody else's to handle
            raise
        raise FolderRefusedError(f"{path}: {error.strerror}; name another with --dir") from error


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderRefusedError(
            f"{path}: another demonstration runs there; name another with --dir"
        ) from error


def _write(path: Path, site: NewsSite) -> None:
    for name in _MADE:
        (path / name).unlink(missing_ok=True)
    for file in (path / "wenxun-archive").glob("*.warc.gz"):
        file.unlink()
    start = "\n".join(f'    "{site.base}{column.path}",' for column in site.columns)
    (path / "sites").mkdir(exist_ok=True)
    (path / "sites" / f"{SITE}.toml").write_text(
        _SITE_FILE.format(title=site.name, start=start), "utf-8"
    )
    (path / "wenxun.toml").write_text(_CONFIGURATION, "utf-8")
