"""A long message is cut between rows, else between words; never in a character, a link, a row."""

import re

from hypothesis import given
from hypothesis import strategies as st

from scheduler.splitting import Room, split, utf8_bytes, utf16_units

LINK = "https://news.yunling.example/info/1033/20068.htm?a=1&b=%E4%BA%91"
ROWS = st.lists(
    st.one_of(
        st.text("云岭大学今天发布一二三，。 ab1", max_size=60),
        st.just(LINK),
        st.just("👩‍🔬 e\u0301 🇨🇳"),
    ),
    min_size=1,
    max_size=30,
)


def unmarked(part: str) -> str:
    return re.sub(r"^（\d+/\d+）\n", "", part)


def test_a_text_that_fits_stays_whole_and_unmarked() -> None:
    assert split("一二三", Room(most=9)) == ("一二三",)


def test_rows_stay_whole_where_they_fit() -> None:
    rows = [f"第{n}行：云岭大学发布奖学金评定办法" for n in range(40)]

    parts = split("\n".join(rows), Room(most=400))

    assert [row for part in parts for row in unmarked(part).split("\n")] == rows
    assert parts[0].startswith(f"（1/{len(parts)}）\n")


@given(ROWS, st.integers(120, 400))
def test_parts_fit_and_lose_nothing(rows: list[str], most: int) -> None:
    text = "\n".join(rows)

    parts = split(text, Room(most=most))

    assert all(utf8_bytes(part) <= most for part in parts)
    joined = "".join(unmarked(part) for part in parts)
    assert joined.replace("\n", "") == text.replace("\n", "") or len(parts) == 1


@given(ROWS, st.integers(120, 400))
def test_links_and_characters_of_several_code_points_are_never_cut(
    rows: list[str], most: int
) -> None:
    text = "\n".join(rows)

    parts = split(text, Room(most=most))

    for whole in (LINK, "👩‍🔬", "e\u0301", "🇨🇳"):
        assert sum(part.count(whole) for part in parts) == text.count(whole)


def test_a_row_longer_than_any_part_is_cut_between_characters() -> None:
    parts = split("云" * 1000 + LINK + "岭" * 1000, Room(most=300))

    assert all(utf8_bytes(part) <= 300 for part in parts)
    assert sum(part.count("云") + part.count("岭") for part in parts) == 2000
    assert sum(part.count(LINK) for part in parts) == 1


def test_a_link_longer_than_any_part_is_left_out_and_said_so() -> None:
    parts = split(f"见 https://a.example/{'x' * 500} 。" + "云" * 100, Room(most=200))

    assert any("链接过长" in part for part in parts)
    assert not any("xxx" in part for part in parts)


def test_telegram_counts_in_utf_16() -> None:
    assert utf16_units("a😀云") == 4
    assert all(
        utf16_units(part) <= 100 for part in split("😀" * 500, Room(most=100, measure=utf16_units))
    )


def test_the_number_of_a_part_takes_room_however_many_there_are() -> None:
    parts = split("云\n" * 5000, Room(most=40))

    assert len(parts) > 100
    assert all(utf8_bytes(part) <= 40 for part in parts)
