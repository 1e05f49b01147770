"""Right rules are proposed for redesigned sites: the short form of `benchmarks/self_repair.py`."""

from itertools import islice

from benchmarks.self_repair import BAR, SETS, broken_redesigns

_COUNT = 8


def test_right_rules_are_proposed_for_most_redesigns_and_wrong_ones_hardly_ever():
    found = [
        one
        for make in SETS.values()
        for one in islice(broken_redesigns(make, count=_COUNT, first=1000), _COUNT)
    ]

    assert sum(one.is_right for one in found) >= BAR * len(found)
    assert sum(one.is_offered and not one.is_right for one in found) <= 1
