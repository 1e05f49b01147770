"""One fetched response; bytes become text here and only here.

Pure: the response comes in as values. Nothing in here fetches, logs or reads the clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

from selectolax.lexbor import LexborHTMLParser

from crawler.bounds import excess_of
from crawler.decoding import Decoded, decode, unpacked
from crawler.nesting import flattened

SHANGHAI = "Asia/Shanghai"
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """One fetched response, and how its site wants it to be read.

    `headers` have lower-case names. `fetched_at` is aware UTC and is the only clock that readers
    of the page know. `timezone` is the zone in which the site prints its times; `selectors` are
    the site file's CSS selectors by name (`title`, `date`, `body`, `source`, `drop`, `list`,
    `next`), empty where the family rules do. `family` names the CMS where the site file does; None
    lets it be recognised. Text and tree are made on first use and kept.
    """

    url: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes
    fetched_at: datetime
    timezone: str = SHANGHAI
    selectors: Mapping[str, str] = field(default_factory=dict)
    family: str | None = None

    @property
    def text(self) -> str:
        """The body as text, without NUL characters."""
        return self._decoded.text

    @property
    def encoding(self) -> str:
        """The codec by which the body was read, by its Python name."""
        return self._decoded.encoding

    @cached_property
    def source(self) -> bytes:
        """The text as UTF-8. Whether a word stands in the page is asked here: bytes are quicker."""
        source = self._decoded.source
        return self.text.encode("utf-8", "replace") if source is None else source

    @cached_property
    def excess(self) -> str | None:
        """What the page has too much of to be read, in words, or None (see `crawler.bounds`)."""
        return excess_of(self.source, tags=self._tags)

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed page. Shared by all readers: nobody changes it."""
        return LexborHTMLParser(flattened(self.source, tags=self._tags))

    @cached_property
    def title_text(self) -> str | None:
        """The text of `<title>` with single blanks, or None where it is missing or empty."""
        node = self.tree.css_first("title")
        return " ".join(node.text().split()) or None if node else None

    @cached_property
    def readings(self) -> dict[object, Any]:
        """What was found in the page, by the reader that did (see `once`)."""
        return {}

    def wanting(self, selectors: Mapping[str, str]) -> "Page":
        """Return the same page, to be read by other selectors; text and tree are shared."""
        other = replace(self, selectors=selectors)
        made = ("source", "excess", "tree", "title_text", "_tags", "_decoded")
        other.__dict__.update({name: self.__dict__[name] for name in made if name in self.__dict__})
        return other

    @cached_property
    def _tags(self) -> int:
        return len(self.source) - len(self.source.replace(b"<", b""))  # quicker than to count

    @cached_property
    def _decoded(self) -> Decoded:
        body = unpacked(self.body)
        text, encoding, source = decode(body, self.headers.get("content-type", ""))
        if source is None or b"\0" in source:
            text, source = text.replace("\0", ""), source and source.replace(b"\0", b"")
        return Decoded(text, encoding, source)


def once(read: Callable[[Page], _T]) -> Callable[[Page], _T]:
    """Let a reader read each page once, and return what it found when it is asked again."""

    @wraps(read)
    def kept(page: Page) -> _T:
        if kept not in page.readings:
            page.readings[kept] = read(page)
        found: _T = page.readings[kept]
        return found

    return kept
