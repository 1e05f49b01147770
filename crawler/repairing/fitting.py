"""Choose among selectors by what they do on pages of which the right answer is known. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, TypeVar

from selectolax.lexbor import LexborNode

from crawler.repairing.naming import candidates

_MOST_TRIED = 300
_MOST_JOINED = 3  # templates of one site that a rule is made for
_Sample = TypeVar("_Sample")


class Fit(Enum):
    """What a selector does on one page: the right thing, nothing, or harm."""

    RIGHT = "right"
    ABSENT = "absent"
    WRONG = "wrong"


class Rule(NamedTuple):
    """A selector, and on how many pages it is right and wrong; the lower its cost, the better."""

    css: str
    cost: float
    right: int
    wrong: int

    @property
    def order(self) -> tuple[float, ...]:
        """What sorts the best rule first."""
        return (self.wrong, -self.right, self.cost)


def fitted(
    samples: Sequence[_Sample],
    targets: Sequence[Iterable[LexborNode]],
    judge: Callable[[_Sample, str], Fit],
) -> list[Rule]:
    """Return rules for elements that were found again in each page, the best first."""
    return fitted_among(samples, offered(targets), judge)


def fitted_among(
    samples: Sequence[_Sample], selectors: Mapping[str, float], judge: Callable[[_Sample, str], Fit]
) -> list[Rule]:
    """Return rules of these selectors, given with their costs, the best first.

    Where pages of one site have several templates, rules that harm nowhere are joined.
    """
    fits = {
        css: ([judge(sample, css) for sample in samples], cost) for css, cost in selectors.items()
    }
    rules = sorted((_rule(css, *fit) for css, fit in fits.items()), key=lambda one: one.order)
    if rules and rules[0].right < len(samples):
        found = {css: pages for css, (pages, _) in fits.items()}
        joined = _joined([one for one in rules if not one.wrong], found)
        if joined is not None:
            pages = [judge(sample, joined.css) for sample in samples]
            rules = sorted([_rule(joined.css, pages, joined.cost), *rules], key=lambda r: r.order)
    return rules


def offered(targets: Sequence[Iterable[LexborNode]]) -> dict[str, float]:
    """Return the selectors of elements, with their costs; those of most pages are kept."""
    pages: Counter[str] = Counter()
    costs: dict[str, float] = {}
    for nodes in targets:
        named = {one.css: one.cost for node in nodes for one in candidates(node)[::-1]}
        pages.update(named.keys())
        for css, cost in named.items():
            costs[css] = min(cost, costs.get(css, cost))
    first = sorted(costs, key=lambda css: (-pages[css], costs[css], css))[:_MOST_TRIED]
    cheap = sorted(costs, key=lambda css: (costs[css], css))[: _MOST_TRIED // 3]
    return {css: costs[css] for css in dict.fromkeys([*first, *cheap])}


def _rule(css: str, pages: Sequence[Fit], cost: float) -> Rule:
    return Rule(css, cost, pages.count(Fit.RIGHT), pages.count(Fit.WRONG))


def _joined(rules: Sequence[Rule], fits: dict[str, list[Fit]]) -> Rule | None:
    """Return the first rules that together are right on more pages than one is."""
    chosen: list[Rule] = []
    done: set[int] = set()
    while rules and len(chosen) < _MOST_JOINED:
        best = min(rules, key=lambda one: (-len(_right(fits[one.css]) - done), one.cost))
        fresh = _right(fits[best.css]) - done
        if not fresh:
            break
        chosen.append(best)
        done |= fresh
    if len(chosen) <= 1:
        return None
    cost = sum(one.cost for one in chosen)
    return Rule(", ".join(one.css for one in chosen), cost, len(done), 0)


def _right(pages: Sequence[Fit]) -> set[int]:
    return {number for number, fit in enumerate(pages) if fit is Fit.RIGHT}
