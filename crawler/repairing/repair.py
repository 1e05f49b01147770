"""Propose rules from half of the known articles, and prove them on the other half. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.repairing.headings import shows_date
from crawler.repairing.known import NEEDED, Field, Judged, Mark, Sample
from crawler.repairing.rules import Derived, derived, shows_its_article, tried

LEAST_KNOWN = 4  # pages: rules that were made from two are proved on two
_RIGHT_ENOUGH = 0.95  # of the pages that prove a rule


class Outcome(StrEnum):
    """What came of a repair."""

    RIGHT = "nothing to repair"
    FOUND = "rules found"
    NONE = "no rules that hold"
    UNKNOWN = "too few known articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What is wrong with a site's reading, and rules that mend it.

    `before` is how the pages are read today, in their order; `learnt` how those that the rules were
    made from are read by them, `proof` those that they were not made from. `unshown` are addresses
    whose pages do not show what is known of them.
    """

    outcome: Outcome
    selectors: Mapping[str, str]
    before: tuple[Judged, ...] = ()
    learnt: tuple[Judged, ...] = ()
    proof: tuple[Judged, ...] = ()
    unshown: tuple[str, ...] = ()
    unprinted: int = 0  # pages that print no date


def repaired(samples: Sequence[Sample], current: Mapping[str, str]) -> Repair:
    """Return what is to be changed so that these pages are read right."""
    shown = [one for one in samples if shows_its_article(one)]
    unshown = tuple(one.known.url for one in samples if one not in shown)
    before = tried(shown, current).rows
    if len(shown) < LEAST_KNOWN:
        return Repair(outcome=Outcome.UNKNOWN, selectors=current, before=before, unshown=unshown)
    if all(row.is_good for row in before):
        return Repair(outcome=Outcome.RIGHT, selectors=current, before=before, unshown=unshown)
    dated = [one for one in shown if shows_date(one)]
    rules = [(one, tried(shown[1::2], one.selectors)) for one in derived(shown[::2], current)]
    if not rules:
        return Repair(outcome=Outcome.NONE, selectors=current, before=before, unshown=unshown)
    today = _good(before[1::2], dated)
    holding = (
        pair for pair in rules if _holds(*pair, dated) and _good(pair[1].rows, dated) > today
    )
    found = next(holding, None)
    learnt, proof = found or rules[0]
    return Repair(
        outcome=Outcome.FOUND if found else Outcome.NONE,
        selectors=learnt.selectors,
        before=before,
        learnt=learnt.rows,
        proof=proof.rows,
        unshown=unshown,
        unprinted=len(shown) - len(dated),
    )


def _holds(learnt: Derived, proof: Derived, dated: Sequence[Sample]) -> bool:
    """Say whether rules are right on all pages but a few: those learnt from, and the others."""
    both = (learnt.rows, proof.rows)
    return all(_good(rows, dated) >= _RIGHT_ENOUGH * len(rows) for rows in both)


def _good(rows: Sequence[Judged], dated: Sequence[Sample]) -> int:
    """Return on how many pages all that is needed is right.

    A date that a page does not print may be missing; a wrong one may not be there.
    """
    prints = {one.known.url for one in dated}
    return sum(_is_good(row, prints_date=row.url in prints) for row in rows)


def _is_good(row: Judged, *, prints_date: bool) -> bool:
    if row.marks[Field.DATE] is Mark.MISSING and not prints_date:
        return all(row.is_right(field) for field in NEEDED if field is not Field.DATE)
    return row.is_good
