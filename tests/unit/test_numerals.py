"""Numbers are the same in whichever digits they are written."""

import pytest

from storage.numerals import numbers


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3120", 3120),
        ("三千一百二十", 3120),
        ("二〇二四", 2024),
        ("十五", 15),
        ("一百零三", 103),
        ("两万三千", 23_000),
        ("一亿零五十万", 100_500_000),
        ("万", 0),
    ],
)
def test_a_number_has_one_value(written: str, value: int) -> None:
    assert numbers(f"共{written}人") == {value: 1}


def test_every_number_is_counted() -> None:
    assert numbers("3月5日至3月九日") == {3: 2, 5: 1, 9: 1}
