"""Is an event what a watch waits for, and why or why not? Pure.

The words of all watches are looked for together, once an event; a watch then only asks which of its
own were met.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from scheduler.render import local
from scheduler.watch import Match, Reason, Watch, compared, compiled
from scheduler.word_index import Found, WordIndex
from storage.alert import SITE_EVENTS, Subject
from storage.query import And, Field, Not, Or, Tree, Word, parse
from storage.query_match import is_true
from storage.wording import folded, seen

# In the fields of an article, best first, words of `any_of`, `all_of` and `none_of` are looked for,
# but not in this one.
_ONLY_QUERIED = "section"
# What a query asks: a word alone is one of title or text, as in search.
_QUERIED: Mapping[Field | None, tuple[str, ...]] = {
    None: ("title", "subtitle", "text"),
    Field.TITLE: ("title", "subtitle"),
    Field.TEXT: ("text",),
    Field.SECTION: ("section",),
    Field.SOURCE: ("source",),
    Field.CREDIT: ("credits",),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Want:
    """A watch made ready: its words as they are compared, each with how it is written."""

    watch: Watch
    any_of: Mapping[str, str]
    all_of: Mapping[str, str]
    none_of: Mapping[str, str]
    tree: Tree | None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each word in `any_of`."""
        return {word: place for place, word in enumerate(self.any_of)}

    def words(self) -> Iterator[str]:
        """Yield all words that have to be looked for."""
        for words in (self.any_of, self.all_of, self.none_of):
            yield from words
        yield from (word.text for word in _asked(self.tree, wanted=False))


def want(watch: Watch) -> Want:
    """Make a watch ready; do it once, not for every event."""
    return Want(
        watch=watch,
        any_of=_folded(watch.any_of),
        all_of=_folded(watch.all_of),
        none_of=_folded(watch.none_of),
        tree=parse(watch.query) if watch.query is not None else None,
    )


def word_index(wants: Iterable[Want]) -> WordIndex:
    """Return the index of all words of these watches."""
    return WordIndex(word for one in wants for word in one.words())


class View:
    """An event as watches look at it: its article's fields, and which words they hold."""

    def __init__(self, subject: Subject, index: WordIndex) -> None:
        self.subject = subject
        self._index = index

    @cached_property
    def found(self) -> Found:
        """The words that were met, with their fields."""
        return self._index.found((name, folded(text)) for name, text in _texts(self.subject))

    @cached_property
    def seen(self) -> tuple[tuple[str, str], ...]:
        """The fields as a reader sees them, for patterns."""
        return tuple((n, seen(text)) for n, text in _texts(self.subject) if n != _ONLY_QUERIED)

    @cached_property
    def day(self) -> str | None:
        """The day on which the article was published, in its site's zone."""
        at = self.subject.published_at
        return local(at, self.subject.timezone).date().isoformat() if at else None

    def where(self, word: str) -> str | None:
        """Return the best field that holds a word of a list."""
        for field in self.found.get(word, ()):
            if field != _ONLY_QUERIED:
                return field
        return None

    def meets(self, word: Word) -> str | None:
        """Return the field in which a word of a query is met."""
        if word.field is Field.SITE:
            return "site" if self.subject.site == word.text else None
        asked = _QUERIED[word.field]
        return next((name for name in self.found.get(word.text, ()) if name in asked), None)


def match(one: Want, view: View, *, since: datetime) -> Match | None:
    """Say why this watch, which exists since then, wants to know of the event; None: it does not.

    Words are no condition for the events of a site (`broken`, `recovered`): it has no text.
    """
    watch, subject = one.watch, view.subject
    if subject.kind not in watch.events or (watch.sites and subject.site not in watch.sites):
        return None
    is_old = subject.backfill or subject.occurred_at < since
    if is_old and not watch.backfill:
        return None
    return Match(reasons=()) if subject.kind in SITE_EVENTS else explain(one, view)


def explain(one: Want, view: View) -> Match | None:
    """Hold the words and patterns alone against the article; see `match` for the rest."""
    if any(view.where(word) for word in one.none_of):
        return None
    every = [_reason(view, word, written) for word, written in one.all_of.items()]
    some = _some(one, view)
    if None in every or (one.any_of and not some):
        return None
    if one.tree is not None and not _meets(one.tree, view):
        return None
    patterns = _patterns(one.watch.regex, view)
    if one.watch.regex and not patterns:
        return None
    return Match(reasons=(*filter(None, every), *some, *_queried(one.tree, view), *patterns))


def obstacles(one: Want, view: View) -> tuple[str, ...]:
    """Return what keeps this watch from meeting the article, each naming its key; () if nothing."""
    watch, subject = one.watch, view.subject
    found = [f"all_of: no {w!r}" for word, w in one.all_of.items() if not view.where(word)]
    if one.any_of and not _some(one, view):
        found.append("any_of: none of its words")
    if one.tree is not None and not _meets(one.tree, view):
        found.append(f"query: {_missing(one.tree, view)}")
    if watch.regex and not _patterns(watch.regex, view):
        found.append("regex: no match")
    for word, written in one.none_of.items():
        if where := view.where(word):
            found.append(f"none_of: {written!r} in the {where}")
    if watch.sites and subject.site not in watch.sites:
        found.append(f"sites: not {subject.site!r}")
    if subject.kind not in watch.events:
        found.append(f"events: not {subject.kind!s}")
    return tuple(found)


def _some(one: Want, view: View) -> list[Reason]:
    """Return the words of `any_of` that were met, in their order."""
    if not one.any_of:
        return []
    # Of ten thousand words few are met: those are asked, not all.
    met = sorted(view.found.keys() & one.any_of.keys(), key=one.places.__getitem__)
    return [
        Reason(wanted=one.any_of[word], found=one.any_of[word], where=where)
        for word in met
        if (where := view.where(word))
    ]


def _reason(view: View, word: str, written: str) -> Reason | None:
    where = view.where(word)
    return Reason(wanted=written, found=written, where=where) if where else None


def _patterns(patterns: Sequence[str], view: View) -> list[Reason]:
    return [reason for pattern in patterns if (reason := _pattern(pattern, view))]


def _pattern(pattern: str, view: View) -> Reason | None:
    for field, text in view.seen:
        if found := compiled(pattern).search(text):
            return Reason(wanted=pattern, found=found.group(0), where=field)
    return None


def _meets(tree: Tree, view: View) -> bool:
    return is_true(tree, day=lambda: view.day, has=lambda word: view.meets(word) is not None)


def _queried(tree: Tree | None, view: View) -> Iterator[Reason]:
    for word in _asked(tree, wanted=True):
        if where := view.meets(word):
            yield Reason(wanted=word.text, found=word.text, where=where)


def _missing(tree: Tree, view: View) -> str:
    """Say which words of a query were not met, or which were that must not be."""
    missing = [w.text for w in _asked(tree, wanted=True) if not view.meets(w)]
    unwanted = [w.text for w in _excluded(tree) if view.meets(w)]
    said = [f"no {'、'.join(missing)}"] if missing else []
    said += [f"has {'、'.join(unwanted)}"] if unwanted else []
    return "; ".join(said) or "another day"


def _asked(tree: Tree | None, *, wanted: bool) -> Iterator[Word]:
    """Yield the words of a query; `wanted`: without those that must not be met."""
    match tree:
        case Word():
            yield tree
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _asked(part, wanted=wanted)
        case Not(part=part) if not wanted:
            yield from _asked(part, wanted=False)


def _excluded(tree: Tree) -> Iterator[Word]:
    match tree:
        case Not(part=part):
            yield from _asked(part, wanted=True)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _excluded(part)


def _folded(words: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(compared(word), word)
    return found


def _texts(subject: Subject) -> Iterator[tuple[str, str]]:
    fields = (
        ("title", subject.title),
        ("subtitle", subject.subtitle),
        ("text", subject.text),
        ("source", subject.source),
        ("section", subject.section),
        ("credits", "\n".join(credit.printed for credit in subject.credits)),
    )
    return ((name, text) for name, text in fields if text)
