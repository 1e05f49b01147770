"""What an article is: its hash, its comparable text, its document form."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.article import (
    Article,
    Attachment,
    AttachmentKind,
    Image,
    comparable,
    content_hash,
    document,
    document_name,
)

LONG = Article(
    url="http://news.yunling.example/info/1.htm",
    page_key="news.yunling.example/1",
    title="云岭大学图书馆新馆开馆",
    text="今日上午，云岭大学图书馆新馆正式开馆，首日接待读者三千余人。\n新馆设阅览座位四千席，全年开放，欢迎师生前往，校外读者亦可预约。",
)
PICTURE = replace(LONG, title="放假通知", text="", images=(Image(url="http://n.example/a.png"),))
BARE = replace(LONG, title="公示", text="见附件")


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (LONG, "1:40dd9db45f5e661747067a68980a528ae717b3713b33575f5a5b30a9dc6699d3"),
        (PICTURE, "1:31c73c3083f39092e85163ba8153cd5f9da1a069f0adc21c49a0e46a5ee172ae"),
        (BARE, "1:c451aba60a3e7e641341e925806f49c070d3ed1257b66b8d6a5af26da66fa623"),
    ],
    ids=["long", "picture", "bare"],
)
def test_a_hash_never_changes(article: Article, expected: str) -> None:
    """A stored hash is identity for ever: another rule needs another version, not these edited."""
    assert content_hash(article) == expected


@pytest.mark.parametrize(
    "same",
    [
        {"views": 99},
        {"html": "<p>x</p>", "source": "新闻网", "section": "要闻"},
        {"published_text": "时间：2026-01-01"},
        {"url": "https://n.example/other", "page_key": "other"},
        {"images": (Image(url="http://n.example/a.png"),)},
        {"title": "云岭大学\u3000图书馆新馆开馆 "},
        {"text": LONG.text.replace("，", "，\u200b\n\n  ")},
    ],
    ids=["views", "html", "date", "address", "images", "title-blank", "text-blank"],
)
def test_a_hash_follows_only_title_and_text(same: dict[str, Any]) -> None:
    assert content_hash(replace(LONG, **same)) == content_hash(LONG)


@pytest.mark.parametrize("other", [{"title": "更正"}, {"text": LONG.text + "。"}])
def test_another_title_or_text_is_another_hash(other: dict[str, Any]) -> None:
    assert content_hash(replace(LONG, **other)) != content_hash(LONG)


def test_a_short_text_is_told_apart_by_its_pictures_and_files_not_by_their_host_or_order() -> None:
    image = Image(url="http://n.example/b.png")
    file = Attachment(kind=AttachmentKind.FILE, name="表", url="http://n.example/x?id=1")

    other = replace(PICTURE, images=(image,))
    both = replace(PICTURE, images=(*PICTURE.images, image), attachments=(file,))
    moved = replace(PICTURE, images=(Image(url="https://www.n.example/a.png"),), page_key="other")
    turned = replace(both, images=both.images[::-1])

    assert content_hash(PICTURE) == content_hash(moved)
    assert content_hash(both) == content_hash(turned)
    assert len({content_hash(a) for a in (PICTURE, other, both)}) == 3


def test_a_short_text_without_any_is_told_apart_by_its_page() -> None:
    assert content_hash(BARE) != content_hash(replace(BARE, page_key="other"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("董 洋", "董洋"),
        ("no  one", "no one"),
        ("共 3 人", "共3人"),
        ("第一段\n\n第二段", "第一段第二段"),
        ("\ufeff a\u00adb\u200b ", "ab"),
        ("e\u0301", "é"),
        ("e\u200b \u0301", "é"),
        ("x e \u0303", "xẽ"),
        ("", ""),
    ],
)
def test_text_is_compared_without_blanks_that_only_lay_it_out(text: str, expected: str) -> None:
    assert comparable(text) == expected


@given(st.text())
def test_what_is_comparable_stays_as_it_is(text: str) -> None:
    once = comparable(text)

    assert comparable(once) == once


@given(st.lists(st.sampled_from(["校园", "新闻", "云岭", "，", "。"]), min_size=1), st.data())
def test_no_blank_between_chinese_letters_changes_what_is_compared(
    words: list[str], data: st.DataObject
) -> None:
    blanks = st.sampled_from(["", " ", "\n", "\u3000", "\u00a0", "\u200b", "\r\n\t"])

    spaced = "".join(word + data.draw(blanks) for word in words)

    assert comparable(spaced) == comparable("".join(words))


def test_the_document_form_is_fixed_to_the_byte() -> None:
    known = replace(LONG, published_text="日期：2026-02-28 09:30", views=0, text="甲\n\n乙")

    assert document(known) == (
        "标题: 云岭大学图书馆新馆开馆\n"
        "发布日期: 日期：2026-02-28 09:30\n浏览次数: 0\n正文内容:\n甲\n\n乙"
    )
    assert document(replace(known, views=None, published_text=None)).split("\n")[1:3] == [
        "发布日期: 未知",
        "浏览次数: 未知",
    ]


def test_a_document_is_named_by_its_day_and_hash() -> None:
    name = document_name(published_day="2026-02-28", content_hash="1:0123456789abcdef99")

    assert name == "2026-02-28_0123456789abcdef.txt"
    assert document_name(published_day=None, content_hash="1:00").startswith("undated_")
