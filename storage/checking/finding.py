"""What a check is, and what it finds. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that is not as it should be.

    `where` names the row as people name it (`document 12`); `says` goes on with what is wrong and
    what it means. `repair` is what mending does; None: a person has to decide. `key` is what the
    check needs to mend it.
    """

    where: str
    says: str
    repair: str | None = None
    key: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as it is told."""

    check: str
    where: str
    says: str
    repair: str | None
    mended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How it is looked: the time, and whom to tell how many rows of how many are done.

    `store` is for what is not in the database alone.
    """

    store: Store
    now: datetime
    quick: bool
    progress: Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One kind of check. Those of low rank come first, for others build on what they mend.

    `slow`: it reads all texts or bodies, and a quick look leaves it out.
    """

    name: str
    rank: int
    find: Callable[[Connection, Looking], Iterator[Found]]
    mend: Callable[[Connection, Sequence[Found], datetime], None] | None = None
    slow: bool = False
