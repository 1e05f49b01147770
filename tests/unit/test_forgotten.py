"""A forgotten name is known again by hashes alone, however a page prints it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.article import Article, Attachment, AttachmentKind, Credit
from storage.asset import AssetMissed, AssetRead, FileText
from storage.crawl import ArticleRead, ListedItem, ListingRead, PageRefused, RawResponse, WalkMark
from storage.forgotten import MARK, Forgotten, name_of, page_digest

SALT = "5a" * 32
NOW = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = ("沈知秋", "John Smith", "阿依努尔·买买提")
FORGOTTEN = Forgotten(
    salt=SALT,
    names=tuple(name_of(name, salt=SALT) for name in NAMES),
    pages=frozenset([page_digest("news.example/info/1/2", salt=SALT)]),
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("通讯员 沈知秋 报道", f"通讯员 {MARK} 报道"),
        ("沈知秋、沈知秋", f"{MARK}、{MARK}"),
        ("沈 知 秋", MARK),
        ("沈　知\u200b秋说", f"{MARK}说"),
        ("沈\n知秋", "沈\n知秋"),  # two lines are two sentences
        ("沈知", "沈知"),
        ("阿依努尔·买买提到会", f"{MARK}到会"),
        ("by John Smith.", f"by {MARK}."),
        ("by John  Smith", f"by {MARK}"),
        ("Johnsmith, John Smithson, OJohn Smith", "Johnsmith, John Smithson, OJohn Smith"),
        ("", ""),
    ],
)
def test_the_mark_stands_in_the_place_of_a_name(text: str, left: str) -> None:
    assert FORGOTTEN.redacted(text) == left


@pytest.mark.parametrize(
    "body",
    [
        "沈知秋".encode(),
        "<p>沈<b>知</b>秋</p>".encode(),
        "沈&nbsp;知秋".encode(),
        b"&#27784;&#30693;&#x79CB;",
        "<img alt='沈知秋'>".encode(),
        b'{"author": "\\u6c88\\u77e5\\u79cb"}',
        "编辑：沈知秋".encode("gb18030"),
        "编辑：沈知秋".encode("utf-16"),
        "编辑：沈知秋".encode("utf-16-le"),
        "作者：沈知秋".encode("big5"),
        "坏\udcff字".encode("utf-8", "surrogateescape") + "沈知秋".encode(),
    ],
)
def test_a_body_tells_a_name_in_every_way_of_writing_it(body: bytes) -> None:
    assert FORGOTTEN.tells(body)


def test_a_body_without_the_name_tells_none() -> None:
    assert not FORGOTTEN.tells("沈先生知道秋天".encode())
    assert not Forgotten(salt=SALT).tells("沈知秋".encode())


@pytest.mark.parametrize(
    ("url", "tells"),
    [
        ("http://n/%E6%B2%88%E7%9F%A5%E7%A7%8B.pdf", True),
        ("http://n/%C9%F2%D6%AA%C7%EF.pdf", True),
        ("http://n/沈知秋.pdf", True),
        ("http://n/1.pdf", False),
    ],
)
def test_an_address_tells_a_name_as_addresses_write_it(url: str, tells: bool) -> None:
    assert FORGOTTEN.in_address(url) is tells


def test_nothing_of_a_name_can_be_read_in_what_is_kept_of_it() -> None:
    assert not any(letter in repr(FORGOTTEN) for letter in "沈知秋")
    assert name_of("沈 知 秋", salt=SALT) == name_of("沈知秋", salt=SALT)
    assert name_of("沈知秋", salt="00" * 32) != name_of("沈知秋", salt=SALT)


ARTICLE = Article(
    url="http://news.example/info/1/1.htm", page_key="news.example/info/1/1",
    title="沈知秋获奖", text="沈知秋说。", html="<p>沈<i>知秋</i>说</p>", source="沈知秋",
    credits=(Credit(role="author", name="沈知秋", printed="沈 知 秋"),),
    attachments=(
        Attachment(kind=AttachmentKind.FILE, name="沈知秋.pdf", url="http://n/1.pdf"),
        Attachment(kind=AttachmentKind.FILE, name="简历", url="http://n/%E6%B2%88%E7%9F%A5%E7%A7%8B"),
    ),
)  # fmt: skip


def read(article: Article, body: bytes = b"<p></p>") -> ArticleRead:
    response = RawResponse(
        url=article.url, url_key=article.page_key, status=200, headers={}, body=body,
        fetched_at=NOW,
    )  # fmt: skip
    return ArticleRead(
        article=article, response=response, link_url_key="news.example/link", column_id=1,
        extractor_version=1, next_check_at=None,
    )  # fmt: skip


def test_an_article_is_saved_with_the_mark_and_known_by_its_own_address() -> None:
    [saved] = FORGOTTEN.applied([read(ARTICLE, "沈知秋".encode())])

    article = saved.article
    assert (article.title, article.text, article.source) == (f"{MARK}获奖", f"{MARK}说。", MARK)
    assert article.html is None  # tags part the letters
    assert article.credits[0].name == article.credits[0].printed == MARK
    assert [file.name for file in article.attachments] == [f"{MARK}.pdf"]
    assert (article.url, article.page_key) == (ARTICLE.url, ARTICLE.page_key)
    assert not saved.is_evidence


def test_an_article_that_names_nobody_is_saved_as_it_is() -> None:
    plain = read(
        replace(
            ARTICLE,
            title="题",
            text="文",
            html="<p>文</p>",
            source=None,
            credits=(),
            attachments=(),
        )
    )

    assert FORGOTTEN.applied([plain]) == [plain]


def test_a_forgotten_page_is_refused_whatever_link_led_to_it() -> None:
    by_key = read(replace(ARTICLE, page_key="news.example/info/1/2"))
    by_link = replace(read(ARTICLE), link_url_key="news.example/info/1/2")

    for refused in FORGOTTEN.applied([by_key, by_link]):
        assert isinstance(refused, PageRefused)
        assert (refused.state, refused.response, refused.final) == ("forgotten", None, True)


def test_a_list_keeps_of_a_forgotten_page_the_address_alone() -> None:
    item = ListedItem(
        url="http://news.example/info/1/2.htm", url_key="news.example/info/1/2.htm",
        kind="article", link_key="news.example/info/1/2", title="旧闻", listed_text="03-01",
    )  # fmt: skip
    other = replace(item, link_key="news.example/info/1/3", title="沈知秋获奖")
    listing = ListingRead(column_id=1, read_at=NOW, items=(item, other), mark=WalkMark())

    [saved] = FORGOTTEN.applied([listing])

    assert (saved.items[0].kind, saved.items[0].title, saved.items[0].url) == (
        "forgotten", None, item.url,
    )  # fmt: skip
    assert saved.items[1] == replace(other, title=f"{MARK}获奖")


def test_a_file_that_tells_the_name_is_not_kept() -> None:
    given = AssetRead(
        asset_id=1, response=read(ARTICLE).response, kind="pdf", name=None,
        text=FileText(state="read", text="名单：沈知秋"), next_try_at=None,
    )  # fmt: skip
    other = replace(given, text=FileText(state="read", text="名单"))

    refused, kept = FORGOTTEN.applied([given, other])

    assert isinstance(refused, AssetMissed)
    assert (refused.state, refused.response) == ("forgotten", None)
    assert kept == other
