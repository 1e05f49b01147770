"""Who has stood still for longer than a lease. Pure: elapsed seconds are passed in.

Two clocks are never compared: what counts is that a pulse did not move while we watched. So a clock
that is wrong, here or there, lets nobody look dead. Whoever did not watch for a while, because it
was stopped or its machine slept, counts little of that time: the others may have slept as well.
Source: https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
_LOOKS_A_LEASE = 4  # at least so many, before anybody is silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What moves while its owner lives, and for how long it may stand still."""

    beat: object
    lease: timedelta


@dataclass(frozen=True, slots=True)
class _Watched:
    beat: object
    still_s: float


class Vigil(Generic[Key]):
    """Watches pulses; ask it again and again."""

    def __init__(self) -> None:
        self._watched: dict[Key, _Watched] = {}
        self._looked_s: float | None = None

    def silent(self, pulses: Mapping[Key, Pulse], *, elapsed_s: float) -> frozenset[Key]:
        """Return whose pulse has not moved for its lease; one that is new has just moved."""
        step_s = 0.0 if self._looked_s is None else max(0.0, elapsed_s - self._looked_s)
        self._looked_s = elapsed_s
        self._watched = {key: self._seen(key, pulse, step_s) for key, pulse in pulses.items()}
        return frozenset(
            key
            for key, pulse in pulses.items()
            if self._watched[key].still_s >= pulse.lease.total_seconds()
        )

    def _seen(self, key: Key, pulse: Pulse, step_s: float) -> _Watched:
        known = self._watched.get(key)
        if known is None or known.beat != pulse.beat:
            return _Watched(pulse.beat, 0.0)
        most_s = pulse.lease.total_seconds() / _LOOKS_A_LEASE
        return _Watched(pulse.beat, known.still_s + min(step_s, most_s))
