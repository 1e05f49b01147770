"""Does an article meet a query? Read word by word, where the index cannot tell. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from storage.query import And, Days, Field, Not, Or, Tree, Word
from storage.wording import folded, holds


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An article as far as queries ask for it. `day` is YYYY-MM-DD in the site's zone."""

    title: str
    text: str
    site: str
    day: str | None = None
    section: str | None = None
    source: str | None = None
    credits: tuple[str, ...] = field(default=())

    @cached_property
    def folded_title(self) -> str:
        """The title as words are compared."""
        return folded(self.title)

    @cached_property
    def folded_text(self) -> str:
        """The text as words are compared."""
        return folded(self.text)


def meets(tree: Tree, candidate: Candidate) -> bool:
    """Say whether the article is what the query means."""
    return is_true(tree, day=lambda: candidate.day, has=lambda word: _has(word, candidate))


def is_true(tree: Tree, *, day: Callable[[], str | None], has: Callable[[Word], bool]) -> bool:
    """Say whether a query is met, by what has which words; `day` is asked for if it matters."""
    match tree:
        case And(parts=parts):
            return all(is_true(part, day=day, has=has) for part in parts)
        case Or(parts=parts):
            return any(is_true(part, day=day, has=has) for part in parts)
        case Not(part=part):
            return not is_true(part, day=day, has=has)
        case Days(since=since, until=until):
            is_on = day()
            return is_on is not None and (since or is_on) <= is_on <= (until or is_on)
        case Word():
            return has(tree)


def _has(word: Word, candidate: Candidate) -> bool:
    if word.field is Field.SITE:
        return candidate.site == word.text
    return any(holds(text, word.text) for text in _texts(word.field, candidate))


def _texts(where: Field | None, candidate: Candidate) -> Iterator[str]:
    """Yield what a word is looked for in, folded, one after the other."""
    if where in {None, Field.TITLE}:
        yield candidate.folded_title
    if where in {None, Field.TEXT}:
        yield candidate.folded_text
    if where is Field.SECTION:
        yield folded(candidate.section or "")
    if where is Field.SOURCE:
        yield folded(candidate.source or "")
    if where is Field.CREDIT:
        yield from map(folded, candidate.credits)
