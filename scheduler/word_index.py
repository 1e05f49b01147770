"""Which of very many words a text holds, found in one pass. Pure.

An automaton reads the text once, however many words there are (Aho and Corasick, "Efficient string
matching", 1975); each place is then held against the rule of whole Latin words and numbers.
"""

from collections.abc import Iterable, Mapping, Sequence

from daachorse import CharwiseDoubleArrayAhoCorasick

from storage.wording import is_whole

Found = Mapping[str, Sequence[str]]


class WordIndex:
    """These words, folded; texts are given folded as well."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(self._words)) if self._words else None

    def found(self, fields: Iterable[tuple[str, str]]) -> Found:
        """Return each word that the fields (name, text) hold, with those fields, in their order."""
        found: dict[str, list[str]] = {}
        for name, text in fields:
            for word in self._in(text):
                found.setdefault(word, []).append(name)
        return found

    def _in(self, text: str) -> set[str]:
        if self._automaton is None:
            return set()
        found: set[str] = set()
        for start, end, number in self._automaton.find_overlapping(text):
            word = self._words[number]
            if word not in found and is_whole(text, start, end):
                found.add(word)
        return found
