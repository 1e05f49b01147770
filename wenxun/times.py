"""Times as commands show them: those of a site in its zone, all others in the machine's. Pure.

People see the offset wherever it is not the machine's, programs always.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.render import local

MINUTES, SECONDS = "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"
SHORT = "%m-%d %H:%M"
_SHORT_LENGTH = len("03-02 16:05")


def shown(instant: datetime, zone: str | None, form: str = MINUTES) -> str:
    """Return an instant as people read it: `2026-03-02 16:05`, elsewhere `… 16:05 +08`.

    `zone` is that of the site that it belongs to, None where it belongs to none.
    """
    at = _in(instant, zone)
    is_here = at.utcoffset() == instant.astimezone().utcoffset()
    return f"{at:{form}}" if is_here else f"{at:{form}} {_offset(at)}"


def column(heading: str, cells: Sequence[str]) -> tuple[str, list[str]]:
    """Return a column of times with the offset in its heading, where it is that of all of them."""
    offsets = {cell[_SHORT_LENGTH:] for cell in cells if cell}
    if len(offsets) != 1:
        return heading, list(cells)
    return heading + offsets.pop(), [cell[:_SHORT_LENGTH] for cell in cells]


def iso(instant: datetime, zone: str | None) -> str:
    """Return an instant as programs read it: ISO 8601 with the offset of its zone."""
    return _in(instant, zone).isoformat()


def in_zone(written: datetime, zone: str | None) -> datetime:
    """Return a time without an offset as the instant that it means in a zone."""
    return written.astimezone() if zone is None else written.replace(tzinfo=ZoneInfo(zone))


def _in(instant: datetime, zone: str | None) -> datetime:
    return instant.astimezone() if zone is None else local(instant, zone)


def _offset(at: datetime) -> str:
    return f"{at:%z}"[:3] if f"{at:%z}".endswith("00") else f"{at:%z}"
