"""The settings of the archive: the table `[archive]` of `wenxun.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from crawler.errors import SettingError
from crawler.keys import Table, duration, only_known, size, text
from storage.archive.limits import Limits

_NO_TIME = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """Where the archive's files stand (None: beside the database), and how much is kept."""

    folder: Path | None = None
    limits: Limits = field(default_factory=Limits)


def archive_settings(table: Table) -> ArchiveSettings:
    """Return the settings of the archive.

    Raises:
        SettingError: names the key.
    """
    archive = table.get("archive", {})
    if not isinstance(archive, Mapping):
        raise SettingError("archive", "must be a table: [archive]")
    only_known(archive, ("dir", "max_age", "max_size"), "archive")
    folder = text(archive, "dir", "archive")
    return ArchiveSettings(
        folder=Path(folder) if folder else None,
        limits=Limits(
            max_age=duration(archive, "max_age", "archive", default=_NO_TIME) or None,
            max_bytes=size(archive, "max_size", "archive"),
        ),
    )
