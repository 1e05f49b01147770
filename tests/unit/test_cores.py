"""Every text of a story was compared with its core and found the same."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from storage.cores import cores, groups, rank

RANKS = {1: rank(900, "a"), 2: rank(500, "b"), 3: rank(400, "c"), 4: rank(900, "d")}


def test_cuts_of_one_text_are_its_story_though_they_share_nothing() -> None:
    assert cores(RANKS, [(1, 2), (1, 3)]) == {1: 1, 2: 1, 3: 1, 4: 4}


def test_that_a_is_like_b_and_b_like_c_makes_no_story_of_a_and_c() -> None:
    assert cores(RANKS, [(1, 2), (2, 3)]) == {1: 1, 2: 1, 3: 3, 4: 4}


def test_of_two_texts_as_full_the_hash_decides() -> None:
    assert cores(RANKS, [(4, 2), (1, 2)]) == {1: 1, 2: 1, 3: 3, 4: 4}


def test_what_links_hold_together_is_one_group() -> None:
    assert sorted(map(sorted, groups([(1, 2), (4, 5), (3, 2), (5, 6)]))) == [[1, 2, 3], [4, 5, 6]]


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda p: p[0] != p[1])),
    st.lists(st.integers(1, 5), min_size=12, max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_makes_no_difference_and_nobody_is_far_from_the_core(
    links: list[tuple[int, int]], letters: list[int], random: Random
) -> None:
    ranks = {n: rank(letters[n - 1], f"{n:02}") for n in range(1, 13)}
    shuffled = list(links)
    random.shuffle(shuffled)

    found = cores(ranks, links)

    assert cores(dict(reversed(ranks.items())), shuffled) == found
    near = {frozenset(link) for link in links}
    assert all(core == one or frozenset((one, core)) in near for one, core in found.items())
