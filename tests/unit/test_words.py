"""What a diff never cuts in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.differing.words import words


@pytest.mark.parametrize(
    "whole",
    [
        "2024年3月5日", "二〇二四年三月五日", "2024年3月", "3月5日", "2024-03-05", "10:30",
        "10：30：05", "第十二届", "第3次", "第１２期", "百分之三十五", "12,000", "3.5万", "300余",
        "98.5%", "十二", "COVID-19", "G20", "5G", "vaccines", "don't", "http://a.example/b?c=1",
        "li.hua@yunling.example", "——", "……",
    ],
)  # fmt: skip
def test_what_is_read_whole_is_one_piece(whole: str) -> None:
    assert words(f"在{whole}，好") == ["在", whole, "，", "好"]


def test_chinese_letters_stand_alone_with_their_marks() -> None:
    assert words("云岭\U000e0100大学") == ["云", "岭\U000e0100", "大", "学"]


@given(st.text(alphabet="云岭第一十百之年月日3.,-:：，。 \nAb@\u0301\U000e0100％ğ", max_size=60))
def test_the_pieces_join_to_the_text(text: str) -> None:
    assert "".join(words(text)) == text
