"""What a query asks of the index: a condition that every article it means fulfils. Pure.

The index knows which pairs of letters an article has, not where. So a word of two letters is known
exactly; a longer one is narrowed down to the articles that have all its pairs, and read again.
`bounds` keep the two apart, so that what is excluded (`-奖学金`) excludes only what is sure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from storage.bigrams import (
    EVERY,
    LONGEST_UNIT,
    OF_TITLE,
    OVERSIZED,
    is_narrow,
    is_one_token,
    site_token,
    units,
)
from storage.query import And, Days, Field, Not, Or, Tree, Word

_MOST_PAIRS = 16  # so many pairs of one long word narrow it down enough


@dataclass(frozen=True, slots=True)
class Term:
    """An article has this index word, or (`prefix`) one that begins so."""

    token: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """An article fulfils all of these."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """An article fulfils one of these."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Without:
    """An article does not fulfil this."""

    part: "Condition"


Condition = Term | All | Any | Without


def condition(tree: Tree, sites: Mapping[str, int]) -> Condition:
    """Return what every article that the query means fulfils; `sites` are their numbers by name."""
    upper = _upper(tree, sites) or Term(EVERY)
    return Any((upper, Term(OVERSIZED)))


def has_prefix(condition: Condition) -> bool:
    """Say whether the condition asks for all index words that begin with something."""
    match condition:
        case Term(prefix=prefix):
            return prefix
        case All(parts) | Any(parts):
            return any(map(has_prefix, parts))
        case Without(part):
            return has_prefix(part)


def unsure(tree: Tree) -> Tree | None:
    """Return what of a query an article that fulfils the condition may yet fail; None: nothing."""
    if isinstance(tree, And):
        parts = tuple(part for part in map(unsure, tree.parts) if part is not None)
        return And(parts=parts) if parts else None
    return None if _is_sure(tree) else tree


def fts5(condition: Condition) -> str:
    """Return the condition as SQLite's FTS5 writes it.

    Source: https://www.sqlite.org/fts5.html#full_text_query_syntax
    """
    match condition:
        case Term(token, prefix):
            return f'"{token}"{" *" if prefix else ""}'
        case Any(parts):
            return f"({' OR '.join(map(fts5, parts))})"
        case _:
            wanted, excluded = _sides(condition)
            left = " AND ".join(map(fts5, wanted))
            return f"(({left}) NOT {fts5(Any(excluded))})" if excluded else f"({left})"


def tsquery(condition: Condition) -> str:
    """Return the condition as PostgreSQL's `tsquery` writes it.

    Source: https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY
    """
    match condition:
        case Term(token, prefix):
            return f"'{token}'{':*' if prefix else ''}"
        case Any(parts):
            return f"({' | '.join(map(tsquery, parts))})"
        case _:
            wanted, excluded = _sides(condition)
            left = " & ".join(map(tsquery, wanted))
            return f"({left} & !{tsquery(Any(excluded))})" if excluded else f"({left})"


def _sides(condition: All | Without) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """Return what has to be and what must not; no index can begin with what is not there."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    wanted = tuple(part for part in parts if not isinstance(part, Without))
    excluded = tuple(part.part for part in parts if isinstance(part, Without))
    return wanted or (Term(EVERY),), excluded


def _upper(tree: Tree, sites: Mapping[str, int]) -> Condition | None:
    """Return what all that the tree means fulfils; None: anything may."""
    match tree:
        case Word():
            return _terms(tree, sites)
        case Days():
            return None
        case And(parts=parts):
            known = [_upper(part, sites) for part in parts]
            given = tuple(part for part in known if part is not None)
            return All(given) if given else None
        case Or(parts=parts):
            known = [_upper(part, sites) for part in parts]
            given = tuple(part for part in known if part is not None)
            return Any(given) if len(given) == len(known) else None
        case Not(part=part):
            lower = _lower(part, sites)
            return None if lower is None else Without(lower)


def _lower(tree: Tree, sites: Mapping[str, int]) -> Condition | None:
    """Return what only that fulfils which the tree means; None: nothing is sure to."""
    match tree:
        case Word() | Days():
            return _upper(tree, sites) if _is_sure(tree) else None
        case And(parts=parts):
            known = [_lower(part, sites) for part in parts]
            given = tuple(part for part in known if part is not None)
            return All(given) if given and len(given) == len(known) else None
        case Or(parts=parts):
            known = [_lower(part, sites) for part in parts]
            given = tuple(part for part in known if part is not None)
            return Any(given) if given else None
        case Not(part=part):
            upper = _upper(part, sites)
            return None if upper is None else Without(upper)


def _terms(word: Word, sites: Mapping[str, int]) -> Condition | None:
    match word.field:
        case Field.SITE:
            return Term(site_token(sites[word.text]))
        case Field.SECTION | Field.SOURCE | Field.CREDIT:
            return None  # not in the index
    mark = OF_TITLE if word.field is Field.TITLE else ""
    terms = tuple(Term(mark + token, prefix) for token, prefix in _tokens(word.text))
    return All(terms[:_MOST_PAIRS]) if terms else None


def _tokens(word: str) -> Iterator[tuple[str, bool]]:
    """Yield the index words that hold a word's units, and whether they only begin one."""
    runs = [[unit[:LONGEST_UNIT] for unit in run] for run in units(word)]
    for run in runs:
        if len(run) > 1:
            yield from ((first + second, False) for first, second in pairwise(run))
        else:
            # What stands beside a gap is an index word itself.
            yield run[0], len(runs) == 1 and not is_narrow(run[0])


def _is_sure(tree: Tree) -> bool:
    """Say whether the index knows for certain who meets this."""
    match tree:
        case Word(field=Field.SITE):
            return True
        case Word(field=None | Field.TITLE, text=text):
            return is_one_token(text)
        case And(parts=parts) | Or(parts=parts):
            return all(map(_is_sure, parts))
        case Not(part=part):
            return _is_sure(part)
    return False
