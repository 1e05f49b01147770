"""What a rule of retention is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select

Doomed = Callable[[int, str, datetime], Select[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which rows of a site go, and how. Rules of low rank come first.

    `setting` is the span of `Retention` that it obeys. `doomed` asks for the numbers of rows, given
    the site's number, its zone, and the moment before which they are too old. `remove` takes such
    rows away and all that hangs on them.
    """

    name: str
    setting: str
    rank: int
    doomed: Doomed
    remove: Callable[[Connection, Sequence[int]], None]
