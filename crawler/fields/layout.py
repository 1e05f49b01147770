"""How a CMS sets its articles: what a family has to state where the rules do the rest. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.container import Container, longest
from crawler.fields.published import Clock, Published
from crawler.page import Page


def _nothing(_page: Page) -> Sequence[str]:
    return ()


def _no_values(_page: Page) -> Mapping[str, str]:
    return {}


def _no_links(_page: Page) -> Sequence[LexborNode]:
    return ()


def _unsaid(_page: Page, _clock: Clock) -> Published | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The marks of a CMS's article page; all but `body` and `pick` are CSS selectors or None.

    `body` are the elements that can hold the body; of nested ones the innermost with nearly all
    the text counts, of several beside each other the one to `pick`. `frame` is the element around
    title, meta line and body. `title`, `subtitle`, `date` and `source` are elements of the CMS's
    own for these; where None, or where the page lacks them, the rules for any page find them.
    `signed` are elements that name people, wherever they stand: an editor's line, or an author
    without a label; they are no part of the body. `dropped` are parts inside the body that are the
    template's. `counts` are elements in which a script puts the view count: what a page prints
    there is a placeholder. `said` returns lines such as `发布时间：2020-04-22` that the page says
    in another way than as text, in a script for instance; `published` a date that it says so.
    `stated` returns values that the page holds as metas do, by the meta's name (`pubdate`,
    `contentsource`); metas of the same name come before them. `attached` returns links outside of
    the body that may lead to the article's files.
    """

    body: str
    frame: str | None = None
    title: str | None = None
    subtitle: str | None = None
    date: str | None = None
    source: str | None = None
    signed: str | None = None
    dropped: str | None = None
    counts: str | None = None
    pick: Callable[[Sequence[Container]], Container] = longest
    said: Callable[[Page], Sequence[str]] = _nothing
    published: Callable[[Page, Clock], Published | None] = _unsaid
    stated: Callable[[Page], Mapping[str, str]] = _no_values
    attached: Callable[[Page], Sequence[LexborNode]] = _no_links

    @property
    def left_out(self) -> str | None:
        """What is no part of the body, as one selector."""
        return ", ".join(part for part in (self.dropped, self.signed, self.counts) if part) or None
