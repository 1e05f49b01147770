"""Traditional characters are made simplified where a text is written in them."""

from storage.simplified import simplified


def test_a_traditional_text_is_simplified() -> None:
    assert (
        simplified("這個學校的圖書館開門了，讀者說：書很多。")
        == "这个学校的图书馆开门了，读者说：书很多。"
    )


def test_a_simplified_text_is_left_alone() -> None:
    text = "他姓乾，名著。"

    assert simplified(text) is text
