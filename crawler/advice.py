"""What people are told of what a crawl met, and what may help. Pure."""

from collections.abc import Iterator, Mapping

from crawler.browser.scripts import wants_scripts
from crawler.wordings import ADVICE
from storage.health import Finding


def first_failures(firsts: Mapping[str, tuple[str, str]], finding: Finding | None) -> Iterator[str]:
    """Yield the first failure of each kind, (evidence, url), where the verdict does not tell it."""
    is_bad = finding is not None and not finding.health.is_good
    told = (finding.evidence or "") if finding and is_bad else ""
    for kind, (evidence, url) in firsts.items():
        if not evidence or evidence not in told:
            yield f"{kind}: {evidence} ({url})"


def advice(failures: Mapping[str, int], *, read: int, render: bool) -> list[str]:
    """Return what may help, by kinds of failures; `read` counts the pages that gave something."""
    kinds = {_state_in(kind) for kind in failures}
    found = [f"what helps: {ADVICE[state]}" for state in ADVICE if state.value in kinds]
    # Most pages came without what they say: perhaps scripts write them.
    unwritten = sum(count for kind, count in failures.items() if wants_scripts(_state_in(kind)))
    if not render and unwritten > read:
        found.append(
            f"{unwritten} pages show nothing to read: if scripts write them, `render = true` helps"
        )
    return found


def _state_in(kind: str) -> str:
    """Return the page state in a kind of failure: `listing_waf` is of a list page."""
    return kind.removeprefix("listing_").removeprefix("part_")
