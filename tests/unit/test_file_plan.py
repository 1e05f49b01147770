"""Which files a site wants, from which hosts, and when they are asked for again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import SettingError
from crawler.extract import Refusal
from crawler.files.looks import conditions, missed
from crawler.files.plan import plan_of
from crawler.site import Fetch, Site, parse_site
from crawler.wordings import State
from storage.article import Article, Attachment, AttachmentKind, Image
from storage.asset import DueAsset

NOW = datetime(2026, 3, 2, tzinfo=UTC)
START = ("https://news.yunling.edu.cn/xw.htm",)
ARTICLE = Article(
    url="https://news.yunling.edu.cn/1.htm",
    page_key="1",
    title="通知",
    text="文",
    attachments=(
        Attachment(kind=AttachmentKind.FILE, name="名单.docx", url="https://a.edu.cn/d.jsp?id=1"),
        Attachment(kind=AttachmentKind.FILE, name=None, url="https://a.edu.cn/d.jsp?id=2"),
        Attachment(kind=AttachmentKind.INLINE_PDF, name=None, url="https://a.edu.cn/x.pdf"),
        Attachment(kind=AttachmentKind.VIDEO, name=None, url="https://a.edu.cn/x.mp4"),
        Attachment(kind=AttachmentKind.FILE, name="录音.mp3", url="https://a.edu.cn/d.jsp?id=3"),
    ),
    images=(Image(url="https://a.edu.cn/1.jpg"), Image(url="https://a.edu.cn/1.jpg")),
)
DUE = DueAsset(
    id=1, url="http://n/1", url_key="n/1", role="file", named=None, referer="http://n/",
    tries=0, first_named_at=NOW, etag=None, last_modified=None,
)  # fmt: skip


def site(**keys: object) -> Site:
    return parse_site("s", {"title": "t", "start": list(START), **keys}, families=())


def wanted(**keys: object) -> list[str]:
    links = plan_of(site(**keys), default=Fetch.OFF).links(ARTICLE)
    return [link.url.rpartition("/")[2] for link in links]


def test_attachments_are_all_that_hangs_on_an_article_but_films_and_sound() -> None:
    assert wanted(fetch="attachments") == ["d.jsp?id=1", "d.jsp?id=2", "x.pdf"]


def test_all_are_pictures_too_each_once() -> None:
    assert wanted(fetch="all") == ["d.jsp?id=1", "d.jsp?id=2", "x.pdf", "1.jpg"]


def test_kinds_choose_and_what_names_none_may_be_one() -> None:
    assert wanted(fetch="all", fetch_kinds=["docx", "mp4"]) == [
        "d.jsp?id=1", "d.jsp?id=2", "x.mp4",
    ]  # fmt: skip


def test_a_site_says_what_it_wants_and_else_the_settings_do() -> None:
    assert plan_of(site(), default=Fetch.ALL).fetch is Fetch.ALL
    assert plan_of(site(fetch="off"), default=Fetch.ALL).fetch is Fetch.OFF


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://news.yunling.edu.cn/a.pdf", True),
        ("http://files.yunling.edu.cn:8080/a.pdf", True),
        ("https://yunling.edu.cn/a.pdf", True),
        ("https://other.edu.cn/a.pdf", False),
        ("https://yunling.edu.cn.evil.example/a.pdf", False),
        ("https://cdn.example/a.pdf", True),
        ("https://other.cdn.example/a.pdf", False),
        ("http://[", False),
    ],
)
def test_files_lie_on_hosts_of_the_institution_or_named_ones(url: str, is_allowed: bool) -> None:
    assert plan_of(site(fetch_hosts=["cdn.example"]), default=Fetch.ALL).allows(url) is is_allowed


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"fetch": "everything"}, "fetch"), ({"fetch": True}, "fetch"),
        ({"fetch_kinds": []}, "fetch_kinds"), ({"fetch_kinds": [".pdf"]}, "fetch_kinds[0]"),
        ({"fetch_hosts": ["http://a.example"]}, "fetch_hosts[0]"),
        ({"max_file_mb": 0}, "max_file_mb"), ({"max_crawl_mb": 1.5}, "max_crawl_mb"),
    ],
)  # fmt: skip
def test_a_wrong_wish_names_its_key(keys: dict[str, object], key: str) -> None:
    with pytest.raises(SettingError) as raised:
        site(**keys)

    assert raised.value.key == key


@pytest.mark.parametrize(
    ("state", "tries", "again"),
    [
        (State.TIMEOUT, 0, True),
        (State.TIMEOUT, 40, True),
        (State.NOT_FOUND, 0, True),
        (State.NOT_FOUND, 4, False),
        (State.LOGIN, 0, False),
        (State.CHALLENGE, 0, False),
        (State.TOO_LARGE, 0, False),
        (State.NOT_A_FILE, 0, False),
    ],
)
def test_what_passes_is_tried_again_and_what_is_said_for_good_is_not(
    state: State, tries: int, again: bool
) -> None:
    refusal = Refusal(state=state, evidence="so it was")

    record = missed(replace(DUE, tries=tries), refusal, response=None, now=NOW)

    assert (record.next_try_at is not None) is again
    assert record.next_try_at is None or record.next_try_at <= NOW + timedelta(days=7)


def test_only_what_is_kept_is_asked_for_on_a_condition() -> None:
    assert conditions(DUE) == {}
    assert conditions(replace(DUE, etag='"1"', last_modified="Mon")) == {
        "If-None-Match": '"1"', "If-Modified-Since": "Mon",
    }  # fmt: skip
