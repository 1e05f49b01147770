"""What a page is: most pages that are no articles come with status 200."""

from datetime import UTC, datetime

import pytest

from crawler.classify import State, classify
from crawler.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://news.example.edu.cn/info/1/2.htm"
NAV = "<ul><li><a href=/>首页</a><li><a href=/vpn>统一身份认证</a></ul>"


def page(html: str, *, status: int = 200, kind: str = "text/html", url: str = URL) -> Page:
    headers = {"content-type": kind}
    return Page(url=url, status=status, headers=headers, body=html.encode(), fetched_at=NOW)


def article(*, title: str, body: str) -> str:
    return f"""<title>{title}-青岚学院</title>
<form name="_newscontent_fromname"><h3>{title}</h3>
<p>时间：2020-01-01</p>
<div id="vsb_content"><div class="v_news_content">{body}</div></div></form>"""


@pytest.mark.parametrize(
    ("html", "state"),
    [
        ("<title>404错误提示</title><p>您访问的页面不存在</p>", State.NOT_FOUND),
        ("<p>对不起，您访问的页面不存在！</p>", State.NOT_FOUND),
        ("<title>系统提示</title><p>操作失败</p>", State.INTRANET),
        (f"{NAV}<p>您当前ip并非校内地址，该信息仅允许校内地址访问</p>", State.INTRANET),
        ("<p>该内容需登录后才能查看</p>", State.LOGIN),
        ("<script>var challengeId='a'; post('/dynamic_challenge')</script>", State.CHALLENGE),
        ("<script>$_ts=window['$_ts'];</script>", State.CHALLENGE),
        ("<p>您的访问请求可能对网站造成安全威胁，请求已被拦截</p>", State.WAF),
        ("<meta http-equiv=refresh content='0;url=https://m.example.com/a'>", State.LINK_OUT),
        ("<script>location.href='https://m.example.com/a'</script>", State.LINK_OUT),
        ("<script>location.href='https://cas.example.com/login'</script>", State.LOGIN),
        (f"<meta http-equiv=refresh content='3;url={URL}'>", State.CHALLENGE),
        (f"{NAV}{article(title='', body='')}", State.EMPTY_SHELL),
        ("", State.EMPTY_SHELL),
        ("<div>一页别的系统做的网页</div>" * 9, State.UNKNOWN_LAYOUT),
    ],
)
def test_a_page_that_is_no_article_says_what_it_is(html: str, state: State) -> None:
    verdict = classify(page(html))

    assert verdict.state is state
    assert verdict.evidence


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (404, State.NOT_FOUND),
        (410, State.NOT_FOUND),
        (401, State.LOGIN),
        (403, State.BLOCKED),
        (412, State.CHALLENGE),
        (521, State.CHALLENGE),
        (503, State.BLOCKED),
        (500, State.SERVER_ERROR),
    ],
)
def test_a_status_says_it_already(status: int, state: State) -> None:
    html = article(title="年度工作会议召开", body="<p>正文</p>")

    assert classify(page(html, status=status)).state is state


def test_a_refusal_by_status_may_be_worded_better_in_the_body() -> None:
    assert classify(page("<p>仅限校内访问</p>", status=403)).state is State.INTRANET


@pytest.mark.parametrize(
    ("body", "kind", "state"),
    [
        ("%PDF-1.7 …", "text/html", State.ATTACHMENT),
        ("…", "application/pdf", State.ATTACHMENT),
        ('{"a": 1}', "application/json", State.NOT_HTML),
        ("<?xml version='1.0'?><rss/>", "text/xml", State.NOT_HTML),
    ],
)
def test_what_is_no_html_is_no_page(body: str, kind: str, state: State) -> None:
    assert classify(page(body, kind=kind)).state is state


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "关于系统提示404错误的说明",
            "<p>系统提示404错误，页面不存在。校外同学请使用VPN访问。</p>",
        ),
        ("校外访问图书馆资源的办法", "<p>登录后才能查看。</p><p>无权访问的同学请联系我们。</p>"),
    ],
)
def test_an_article_may_speak_of_errors(title: str, body: str) -> None:
    assert classify(page(article(title=title, body=body))).state is State.ARTICLE


def test_a_permission_message_in_the_frame_of_an_article_is_none() -> None:
    body = "<p>您当前ip并非校内地址，该信息仅允许校内地址访问</p>"

    assert classify(page(article(title="内部通知一则", body=body))).state is State.INTRANET


@pytest.mark.parametrize(
    "url", ["http://[", "http://[::1/info/1/2.htm", "http://a:99999/", "", URL]
)
@pytest.mark.parametrize(
    "html",
    [
        "<meta http-equiv=refresh content='0;url=http://['>",
        "<base href='http://['><a href='http://['>甲</a>",
        "<ul><li id=line_u4_0><a href='http://[/info/1/2.htm'>甲</a></li></ul>_jsq_( CustomerNO:",
        article(title="甲", body="<p>乙<a href='http://[/a.pdf'>丙</a><img src='http://['></p>"),
    ],
)
def test_an_address_that_is_none_breaks_nothing(html: str, url: str) -> None:
    assert classify(page(html, url=url)).state != State.LINK_OUT
