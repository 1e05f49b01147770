"""The labelled pairs are whole: every text is there once, both labels in both halves."""

from collections import Counter

from tests.unit.stories.labelled import labelled_pairs


def test_there_are_enough_pairs_of_both_labels_in_both_halves() -> None:
    pairs = labelled_pairs()

    counts = Counter((pair.half, pair.same) for pair in pairs if pair.half != "probe")

    assert len(pairs) >= 200
    assert min(counts.values()) >= 50, counts


def test_no_two_texts_of_a_pair_are_equal_but_where_they_say_too_little() -> None:
    equal = [
        p for p in labelled_pairs() if p.first == p.second and (p.same or len(p.first[1]) > 49)
    ]

    assert equal == []
