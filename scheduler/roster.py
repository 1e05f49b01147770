"""Who of very many may want an event: found by its words and its site, not asked in turn. Pure.

A watch of which a word has to be there is a candidate only where one of them is. One without words
stands under its sites; what has neither is a candidate of every event. Nobody else can be met, so
to hold the candidates is to hold all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from scheduler.meeting import View, Want
from storage.alert import SITE_EVENTS
from storage.query import And, Field, Or, Tree, Word


class Roster:
    """Watches, by what they cannot be met without; `word_index` finds the words of all of them."""

    def __init__(self, wants: Sequence[Want]) -> None:
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_site: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._of_sites: list[int] = []
        for place, want in enumerate(wants):
            if not SITE_EVENTS.isdisjoint(want.watch.events):
                self._of_sites.append(place)
            self._put(place, want)

    def candidates(self, view: View) -> Iterable[int]:
        """Return the places of those that may be met, in their order."""
        if view.subject.kind in SITE_EVENTS:  # it has no words
            return self._of_sites
        found = {place for word in view.found for place in self._by_word.get(word, ())}
        found.update(self._by_site.get(view.subject.site, ()))
        return sorted(found.union(self._always))

    def _put(self, place: int, want: Want) -> None:
        words = needed(want)
        if words is not None:
            for word in words:
                self._by_word[word].append(place)
        elif want.watch.sites:
            for site in set(want.watch.sites):
                self._by_site[site].append(place)
        else:
            self._always.append(place)


def needed(want: Want) -> Collection[str] | None:
    """Return words of which one at least has to be found; None: it may be met without any."""
    sets = [{word} for word in want.all_of]
    if want.any_of:
        sets.append(set(want.any_of))
    if want.tree is not None and (asked := _asked(want.tree)) is not None:
        sets.append(asked)
    # Long words are rare, and few words are found less often than many.
    return min(sets, key=lambda words: (len(words), -max(map(len, words), default=0)), default=None)


def _asked(tree: Tree) -> set[str] | None:
    """Return words of which one at least has to be found for a query to be met; None: no such."""
    match tree:
        case Word(field=Field.SITE):
            return None
        case Word():
            return {tree.text}
        case And(parts=parts):
            known = [words for part in parts if (words := _asked(part)) is not None]
            return min(known, key=len, default=None)
        case Or(parts=parts):
            asked = [_asked(part) for part in parts]
            return None if None in asked else set().union(*filter(None, asked))
    return None
