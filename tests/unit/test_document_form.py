"""What is written in the document form is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.article import document_of
from storage.document_form import NoDocumentError, ReadDocument, read_document

# What UTF-8 and both databases can hold.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")
LINES = st.text(LETTERS)


@given(
    title=LINES.filter(str.strip),
    published=st.none() | LINES.filter(lambda text: text not in {"", "未知"}),
    views=st.none() | st.integers(0, 2**53),
    paragraphs=st.lists(LINES),
)
def test_a_document_is_read_back(
    title: str, published: str | None, views: int | None, paragraphs: list[str]
) -> None:
    text = "\n".join(paragraphs).strip("\n")
    form = document_of(title=title, published_text=published, views=views, text=text)

    found = read_document(form.encode())

    assert found == ReadDocument(title=title, published_text=published, views=views, text=text)


def test_marks_and_line_ends_of_windows_make_no_difference() -> None:
    form = document_of(title="题", published_text=None, views=None, text="一\n二")

    assert read_document(f"\ufeff{form}\n".replace("\n", "\r\n").encode()).text == "一\n二"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe", "is not UTF-8 at byte 0"),
        ("正文".encode(), "does not begin with the lines"),
        ("标题: \n发布日期: 未知\n浏览次数: 未知\n正文内容:\n文".encode(), "has no title"),
        ("标题: 题\n发布日期: 未知\n浏览次数: 很多\n正文内容:\n文".encode(), "is no number"),
        ("标题: 题\n发布日期: 未知\n浏览次数: -1\n正文内容:\n文".encode(), "is no number"),
        ("标题: 题\n发布日期: 未知\n浏览次数: 1\n正文内容:\n\0".encode(), "NUL"),
    ],
)
def test_what_is_no_document_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(NoDocumentError, match=reason):
        read_document(data)
