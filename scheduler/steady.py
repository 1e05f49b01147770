"""A clock that goes on evenly when the machine's clock is set: pure but for what it is given.

Time passes as the elapsed seconds say; a reference (the clock of the database server, or of this
machine) only says what time it is. One that is suddenly far off is not believed before it has said
the same twice: a clock that is set wrong for a moment moves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)  # less is drift, and followed at once


@dataclass(frozen=True, slots=True)
class _Anchor:
    at: datetime
    elapsed_s: float


class SteadyClock:
    """Call it for the time (aware UTC); `keep` it every few seconds."""

    def __init__(self, reference: Callable[[], datetime], elapsed_s: Callable[[], float]) -> None:
        """Start with what the reference says; `elapsed_s` never jumps."""
        self._reference = reference
        self._elapsed_s = elapsed_s
        self._anchor = _Anchor(reference(), elapsed_s())
        self._doubt: timedelta | None = None
        self._leap, self._leapt_s = timedelta(), elapsed_s()

    def __call__(self) -> datetime:
        """Return the time."""
        anchor = self._anchor
        return anchor.at + timedelta(seconds=self._elapsed_s() - anchor.elapsed_s)

    def keep(self) -> timedelta | None:
        """Follow the reference; return the jump where a new time was believed, else None."""
        said = self._reference()
        off = said - self()
        doubted, self._doubt = self._doubt, None
        if abs(off) <= TOLERANCE:
            self._anchor = _Anchor(said, self._elapsed_s())
            return None
        if doubted is None or abs(off - doubted) > TOLERANCE:
            self._doubt = off
            return None
        self._anchor = _Anchor(said, self._elapsed_s())
        self._leap, self._leapt_s = off, self._elapsed_s()
        return off

    def for_leases(self, lease: timedelta) -> datetime:
        """Return the time by which a lease may be said to have run out.

        One that was given before the clock was set forward runs on as it would have.
        """
        is_recent = self._elapsed_s() - self._leapt_s < lease.total_seconds()
        return self() - max(self._leap, timedelta()) if is_recent else self()
