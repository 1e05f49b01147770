"""What two sequences have in common: right where it is small, bounded where it is large."""

import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.differing.alignment import common_pairs, longest_rising

SIZE = 100_000


def longest_common(old: str, new: str) -> int:
    """The length of a longest common subsequence, by the textbook's table."""
    row = [0] * (len(new) + 1)
    for a in old:
        before, row = row, [0]
        for place, b in enumerate(new):
            row.append(before[place] + 1 if a == b else max(row[-1], before[place + 1]))
    return row[-1]


@given(st.text(alphabet="甲乙丙丁", max_size=20), st.text(alphabet="甲乙丙丁", max_size=20))
def test_short_sequences_keep_all_that_can_stay(old: str, new: str) -> None:
    pairs = common_pairs(old, new)

    assert all(old[x] == new[y] for x, y in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    assert len(pairs) == longest_common(old, new)


@given(st.permutations(range(12)))
def test_a_longest_rising_run_rises_and_none_is_longer(values: list[int]) -> None:
    run = [values[place] for place in longest_rising(values)]

    assert run == sorted(run)
    assert len(run) == longest_common("".join(map(chr, values)), "".join(map(chr, range(12))))


def made(seed: int) -> str:
    letters = random.Random(seed)
    return "".join(chr(0x4E00 + min(int(letters.expovariate(1 / 300)), 3500)) for _ in range(SIZE))


def edited(text: str, share: float) -> str:
    letters, places = list(text), random.Random(9)
    for place in places.sample(range(len(text)), int(share * len(text))):
        letters[place] = "改"
    return "".join(letters)


TEXT = made(1)
PAIRS = {
    "other": (TEXT, made(2)),
    "backwards": (TEXT, TEXT[::-1]),
    "a tenth edited": (TEXT, edited(TEXT, 0.1)),
    "half edited": (TEXT, edited(TEXT, 0.5)),
    "one letter": ("一" * SIZE, "一" * (SIZE // 2) + "二" + "一" * SIZE),
    "two letters": ("一二" * (SIZE // 2), "二一" * (SIZE // 2)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_hundred_thousand_letters_take_seconds_whatever_they_are(name: str) -> None:
    started = time.process_time()

    pairs = common_pairs(*PAIRS[name])

    assert time.process_time() - started < 8
    if name == "a tenth edited":
        assert len(pairs) > 0.85 * SIZE
