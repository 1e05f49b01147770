"""The query language: a line of words and operators becomes a tree. Pure; knows no database.

    奖学金 评定            both words            "no one"              these words in this order
    招生 | 录取            either (also OR)      -考试                  without (also NOT)
    (招生 | 录取) -考试     groups                title:奖学金           in one field
    site:xjtu-news         of this site          date:2024-01..2024-03  published then

A blank is AND. Operators in words are upper case (AND, OR, NOT). Full-width brackets, quotes,
colons and bars are taken as their narrow twins, and fields have Chinese names too (标题：奖学金).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from storage.errors import QueryError
from storage.periods import period
from storage.wording import folded_word

MOST_WORDS = 100
_DEEPEST = 50


class Field(StrEnum):
    """Where a word is looked for; SITE is a name and compared whole."""

    TITLE = "title"
    TEXT = "text"
    SITE = "site"
    SECTION = "section"
    SOURCE = "source"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word or phrase, folded; `field` is None for title or text. `at` is its place (from 0)."""

    text: str
    field: Field | None
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Published on one of these days (YYYY-MM-DD, inclusive, of the site's zone); None: open."""

    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of these."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """At least one of these."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Not this."""

    part: "Tree"


Tree = Word | Days | And | Or | Not

_FIELDS = {str(field): field for field in Field} | {
    "标题": Field.TITLE, "正文": Field.TEXT, "站点": Field.SITE, "栏目": Field.SECTION,
    "来源": Field.SOURCE, "作者": Field.CREDIT,
}  # fmt: skip
_DATES = {"date": "date", "after": "after", "before": "before"} | {
    "日期": "date", "起": "after", "止": "before"
}  # fmt: skip
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+) | (?P<open>[(（]) | (?P<close>[)）]) | (?P<or>[|｜]+)
    | (?P<quoted>"[^"]*"|“[^”]*”) | (?P<unclosed>["“])
    | (?P<minus>[-－](?=[^\s|｜)）]))
    | (?P<field>(?i:{"|".join([*_FIELDS, *_DATES])})[:：])
    | (?P<word>[^\s()（）|｜"“]+)
    """,
    re.VERBOSE,
)
_OPERATORS = {"AND": "and", "&": "and", "&&": "and", "OR": "or", "NOT": "minus"}
_UNKNOWN_FIELD = re.compile(r"([a-zA-Z]+):(?!//)")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def end(self) -> int:
        return self.at + len(self.text)


def parse(query: str) -> Tree:
    """Return the tree of a query.

    Raises:
        QueryError: it is none; the error names the place and what to do.
    """
    return _Parser(query).tree()


def all_of(*parts: Tree | None) -> Tree:
    """Return the conjunction of what is given; of nothing, what everything meets."""
    given = tuple(part for part in parts if part is not None)
    return given[0] if len(given) == 1 else And(parts=given)


def wanted_words(tree: Tree) -> Iterator[Word]:
    """Yield the words of title and text that a reader wants to see, in their order."""
    if isinstance(tree, Word) and tree.field in {None, Field.TITLE, Field.TEXT}:
        yield tree
    elif isinstance(tree, And | Or):
        for part in tree.parts:
            yield from wanted_words(part)


def asked_of(tree: Tree, field: Field) -> Tree:
    """Return the query that asks of one field what this one asks of title or text."""
    match tree:
        case And(parts=parts):
            return And(parts=tuple(asked_of(part, field) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(asked_of(part, field) for part in parts))
        case Word(field=None):
            return replace(tree, field=field)
    return tree


def days_of(tree: Tree) -> Days:
    """Return the days outside of which nothing meets the query."""
    if isinstance(tree, Days):
        return tree
    given = [days_of(part) for part in tree.parts] if isinstance(tree, And) else []
    since = [days.since for days in given if days.since is not None]
    until = [days.until for days in given if days.until is not None]
    return Days(since=max(since, default=None), until=min(until, default=None))


def sites_of(tree: Tree) -> frozenset[str]:
    """Return the names of the sites that the query speaks of."""
    match tree:
        case And(parts=parts) | Or(parts=parts):
            return frozenset[str]().union(*map(sites_of, parts))
        case Not(part=part):
            return sites_of(part)
        case Word(field=Field.SITE, text=name):
            return frozenset((name,))
    return frozenset()


class _Parser:
    """Recursive descent, one token ahead."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = list(_tokens(query))
        self._next = 0
        self._depth = 0
        self._words = 0

    def tree(self) -> Tree:
        if not self._tokens:
            raise QueryError(self._query, 0, "is empty: write a word")
        tree = self._either(None)
        if (token := self._peek()) is not None:
            raise self._error(token, 'closes nothing: delete it, or write "(" before')
        return tree

    def _either(self, field: Field | None) -> Tree:
        parts = [self._every(field)]
        while self._take("or"):
            parts.append(self._every(field))
        return parts[0] if len(parts) == 1 else Or(parts=tuple(parts))

    def _every(self, field: Field | None) -> Tree:
        parts = [self._one(field)]
        while (token := self._peek()) is not None and token.kind not in {"or", "close"}:
            self._take("and")
            parts.append(self._one(field))
        return parts[0] if len(parts) == 1 else And(parts=tuple(parts))

    def _one(self, field: Field | None) -> Tree:
        """Read a word, a group, a field with its value, or one of them with a `-` before it."""
        negations = 0
        while self._take("minus"):
            negations += 1
        token = self._peek()
        if token is None or token.kind in {"or", "and", "close"}:
            raise self._missing(token)
        self._next += 1
        part = self._value(token, field)
        return Not(part=part) if negations % 2 else part

    def _value(self, token: _Token, field: Field | None) -> Tree:
        match token.kind:
            case "open":
                return self._group(token, field)
            case "field":
                return self._field(token, field)
            case "unclosed":
                raise self._error(token, "opens a phrase that does not end: close the quotes")
            case "quoted":
                return self._word(token, token.text[1:-1], field)
        if token.text in {"-", "－"}:
            raise self._error(token, "stands alone: delete it, or put it in quotes")
        if unknown := _UNKNOWN_FIELD.match(token.text):
            known = ", ".join([*Field, "date", "after", "before"])
            advice = f"is no field (known: {known}); to find it as text, put it in quotes"
            raise self._error(token, advice, shown=unknown.group(1))
        return self._word(token, token.text, field)

    def _group(self, opened: _Token, field: Field | None) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(opened, f"is the {self._depth}th bracket in another: use fewer")
        tree = self._either(field)
        if not self._take("close"):
            raise self._error(opened, 'is not closed: write ")" where the group ends')
        self._depth -= 1
        return tree

    def _field(self, token: _Token, outer: Field | None) -> Tree:
        name = token.text[:-1].lower()
        value = self._peek()
        if outer is not None:
            raise self._error(token, "stands in the group of another field: take it out")
        if value is None or value.at != token.end or value.kind not in {"word", "quoted", "open"}:
            raise self._error(token, f"has nothing behind it: write {token.text}… without a blank")
        self._next += 1
        if name in _FIELDS:
            return self._value(value, _FIELDS[name])
        days = None if value.kind == "open" else period(_DATES[name], value.text.strip('"“”'))
        if days is None:
            advice = f"is no day or span for {token.text} write 2024, 2024-03, 2024-03-15"
            more = " or 2024-01..2024-03" if _DATES[name] == "date" else ""
            raise self._error(value, advice + more)
        return Days(since=days[0], until=days[1])

    def _word(self, token: _Token, text: str, field: Field | None) -> Word:
        self._words += 1
        if self._words > MOST_WORDS:
            raise self._error(token, f"is one word too many: at most {MOST_WORDS}")
        word = text.strip() if field is Field.SITE else folded_word(text)
        if not word:
            raise self._error(token, "has no letters: write a word")
        return Word(text=word, field=field, at=token.at)

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, kind: str) -> bool:
        token = self._peek()
        if token is None or token.kind != kind:
            return False
        self._next += 1
        return True

    def _missing(self, found: _Token | None) -> QueryError:
        """Return the error for an operator or bracket where a word has to stand."""
        if self._next:
            before = self._tokens[self._next - 1]
            return self._error(before, "has no word behind it: write one, or put it in quotes")
        assert found is not None
        return self._error(found, "has no word before it: write one, or put it in quotes")

    def _error(self, token: _Token, advice: str, *, shown: str | None = None) -> QueryError:
        return QueryError(self._query, token.at, f"{shown or token.text} {advice}")


def _tokens(query: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup or "", match.group()
        if kind == "word":
            kind = _OPERATORS.get(text, kind)
        if kind != "blank":
            yield _Token(kind, text, match.start())
