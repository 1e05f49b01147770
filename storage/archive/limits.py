"""How much is kept, as a value."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How old a response may become, and how large all files of one machine. None: no limit."""

    max_age: timedelta | None = None
    max_bytes: int | None = None

    @property
    def is_none(self) -> bool:
        """Say whether everything is kept."""
        return self.max_age is None and self.max_bytes is None
