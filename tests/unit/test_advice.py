"""Which failures of a crawl are told beside its verdict."""

import pytest

from crawler.advice import first_failures
from storage.health import Finding, Health

FIRSTS = {"robots": ("robots.txt: HTTP 503", "http://a/robots.txt"), "read": ("", "http://a/1")}
ROBOTS, READ = "robots: robots.txt: HTTP 503 (http://a/robots.txt)", "read:  (http://a/1)"
BROKEN = Finding(health=Health.UNREACHABLE, evidence="robots.txt: HTTP 503 (http://a/)")
WELL = Finding(health=Health.HEALTHY, evidence="robots.txt: HTTP 503 (http://a/)")


@pytest.mark.parametrize(
    ("finding", "told"), [(None, [ROBOTS, READ]), (WELL, [ROBOTS, READ]), (BROKEN, [READ])]
)
def test_what_the_verdict_tells_is_not_told_twice_and_nothing_else_is_lost(
    finding: Finding | None, told: list[str]
) -> None:
    assert list(first_failures(FIRSTS, finding)) == told
