"""The text of files. The folder is the registry: a kind of file is one module, named as it ends.

Each defines `pieces(body)`, which yields pieces of text in their order, a piece a line or more, and
imports its library inside: they run in a process of their own (`crawler.files.text.__main__`),
which has limits and may die of what it is given.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pkgutil import iter_modules

Pieces = Callable[[bytes], Iterator[str]]
MOST_LETTERS = 2_000_000
MOST_PAGES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes of all parts of a container


class UnreadableError(Exception):
    """A file gives no text. `state` is the word for it, the message says why."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state = state


@cache
def kinds_with_text() -> frozenset[str]:
    """Return the kinds of files whose text can be read."""
    shell = {"__main__", "child", "containers"}
    return frozenset(found.name for found in iter_modules(__path__)) - shell
