"""Messages are told from articles, also where the rules for any layout read them as articles."""

from datetime import UTC, datetime

import pytest

from crawler.classify import State, classify, no_article, overruled, refused_listing
from crawler.extract import Refusal
from crawler.page import Page
from crawler.reading import read_listing
from storage.article import Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://news.example.edu.cn/a/2.html"
NAV = "".join(f"<li><a href=/c{n}/>栏目名称第{n}号</a></li>" for n in range(40))
FOOTER = "<div>版权所有 青岚学院 地址：青岚市学府路1号 邮编：000000 管理员登录</div>"


def page(html: str, *, status: int = 200, url: str = URL, **headers: str) -> Page:
    given = {"content-type": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return Page(url=url, status=status, headers=given, body=html.encode(), fetched_at=NOW)


def framed(title: str, body: str, *, head: str = "") -> Page:
    """Return a page of no known CMS: menu, heading, date, text, footer."""
    return page(
        f"<html><head><title>{title} - 青岚学院</title>{head}</head><body><ul>{NAV}</ul>"
        f"<h1>{title}</h1><div>{body}</div>{FOOTER}</body></html>"
    )


def read(
    title: str, text: str, *, published: str | None = None, family: str = "generic"
) -> Article:
    """Return the article that rules for any layout read of a page, whatever it is."""
    return Article(
        url=URL, page_key="a/2", title=title, text=text, published_text=published, family=family
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "网站访问出现404错误页面的说明",
            "近期部分同学反映页面不存在，请从首页重新进入，旧链接已失效。",
        ),
        ("统一身份认证平台升级公告", "升级期间无法登录，请先登录备用系统。登录后方可查看成绩。"),
        ("关于网站防火墙误拦截的处理办法", "如提示请求已被网站防火墙拦截，请把编号发给我们。"),
        ("校外访问电子资源的通知", "仅限校内地址访问的资源，校外请使用VPN。"),
        ("停电通知", "系统正在维护中，网站维护期间禁止访问。"),
        ("反爬虫技术讲座预告", "主讲人介绍滑动验证、人机验证与安全验证的原理。"),
        ("图书馆座位系统访问过于频繁的处理", "短时间内频繁刷新者，暂停预约三天。"),
    ],
)
def test_a_short_article_with_a_date_may_speak_of_anything(title: str, text: str) -> None:
    found = framed(title, f"发布时间：2026-01-01<p>{text}</p>")

    assert overruled(found, read(title, text, published="发布时间：2026-01-01")) is None


@pytest.mark.parametrize(
    "title", ["404", "系统升级", "网站维护中", "访问受限", "提示信息", "文件找不到了", "登录"]
)
def test_a_family_that_read_title_and_date_is_believed(title: str) -> None:
    text = "一段正文。"

    article = read(title, text, published="日期：2026-01-01", family="vsb")

    assert overruled(framed(title, f"日期：2026-01-01<p>{text}</p>"), article) is None


@pytest.mark.parametrize("title", ["系统升级", "云岭要闻", "简讯"])
def test_a_date_of_issue_makes_a_short_article_of_any_layout(title: str) -> None:
    text = "教务系统正在维护中，登录后才能查看成绩。"

    found = framed(title, f"发布日期：2026-01-01<p>{text}</p>")

    assert overruled(found, read(title, text, published="发布日期：2026-01-01")) is None


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("系统提示", "系统维护中，请稍后。"),
        ("提示信息", "<p>网站升级维护中，请稍后再试！</p>"),
        ("青岚学院新闻网", "<p>网站升级改造中，敬请期待</p>"),
        ("青岚学院新闻网", "<p>网站正在升级，暂停访问</p>"),
        ("青岚学院", "<p>因机房检修，本网站暂停访问，预计今日18:00恢复。</p>"),
        ("青岚学院", "<p>网络维护，网站暂时无法访问，请稍后再试。</p>"),
        ("网站建设中", ""),
        ("系统繁忙", "<p>系统繁忙，请稍后再试</p>"),
        ("系统发生错误", "<h1>:(</h1>"),
        ("", "502 Bad Gateway"),
        ("", "<h1>504 Gateway Time-out</h1>The server didn't respond in time."),
        ("", "The service is unavailable."),
        ("Error", "<h1>Whitelabel Error Page</h1>(type=Internal Server Error, status=500)"),
        ("Warning", "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002]"),
        ("Apache Tomcat/7.0.26 - Error report", "<h1>HTTP Status 500 - </h1>"),
        ("Error", "<p>Sorry, the page you are looking for is currently unavailable.</p>"),
        ("We'll be back soon!", ""),
        ("Site is under maintenance", ""),
    ],
)
def test_a_page_of_repairs_or_errors_in_place_of_a_list_says_so(title: str, body: str) -> None:
    found = read_listing(page(f"<title>{title}</title>{body}"))

    assert isinstance(found, Refusal)
    assert found.state is State.SERVER_ERROR


@pytest.mark.parametrize(
    "text",
    [
        "校园网主干升级，一卡通系统暂停服务两天，请提前充值。",
        "网站建设小组成立，组长江舟，成员三人。",
        "版权归青岚学院系统维护中心所有。",
        "服务器采购项目今日开标，两家单位到场。",
    ],
)
def test_a_short_article_about_repairs_is_no_page_of_repairs(text: str) -> None:
    assert overruled(framed("校园简讯", f"<p>{text}</p>"), read("校园简讯", text)) is None


def test_a_deleted_page_that_offers_other_articles_is_no_list() -> None:
    offered = "".join(
        f"<li><a href=/a/{n}.html title=第{n}条新闻>第{n}条新闻的标题</a><i>2026-01-0{n}</i></li>"
        for n in range(1, 9)
    )
    html = f"<title>青岚学院</title><p>抱歉，您访问的文章不存在！</p>为您推荐<ul>{offered}</ul>"

    assert classify(page(html)).state is State.NOT_FOUND


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ("您当前ip并非校内地址，该信息仅允许校内地址访问", "intranet"),
        ("您要查看的信息不存在或者还未通过审批", "not_found"),
        ("您的请求已被安全策略拦截", "waf"),
    ],
)
def test_a_message_beside_a_list_of_the_newest_is_no_list(message: str, state: str) -> None:
    newest = "".join(f"<li><a href=/a/{n}.html>第{n}条新闻的标题</a></li>" for n in range(1, 9))
    html = f"<title>青岚学院</title><p>{message}</p><h3>最新</h3><ul>{newest}</ul>{FOOTER}"

    assert classify(page(html)).state == state


def test_an_empty_frame_beside_a_list_of_the_newest_is_empty() -> None:
    newest = "".join(
        f"<li><a href=/info/1/{n}.htm>第{n}条新闻的标题</a>2026-01-0{n}</li>" for n in range(1, 9)
    )
    html = (
        "<title>-青岚学院</title><form name=_newscontent_fromname><h3></h3><div id=vsb_content>"
        f"<div class=v_news_content></div></div></form><h3>最新</h3><ul>{newest}</ul>"
    )

    found = classify(page(html, url="http://news.example.edu.cn/info/1/99.htm"))

    assert found.state is State.EMPTY_SHELL


def test_a_long_article_is_believed_without_a_date() -> None:
    text = "他在回忆里写道，您访问的页面不存在，请求已被拦截。" * 70

    assert overruled(framed("旧日网事", f"<p>{text}</p>"), read("旧日网事", text)) is None


@pytest.mark.parametrize(
    "head",
    [
        "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>",
        "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
        "<script src=/_Incapsula_Resource?SWJIYLWA=1></script>",
        "<script src=https://static.geetest.com/v4/gt4.js></script>",
    ],
)
def test_scripts_of_firewalls_on_a_page_that_was_let_through_say_nothing(head: str) -> None:
    found = framed("校园一景", "<img src=/a.jpg>", head=head)

    assert overruled(found, read("校园一景", "")) is None
    assert refused_listing(found) is None


def test_code_that_is_shown_is_no_script() -> None:
    code = "<pre>$_ts.nsd=1; __jsl_clearance; _cf_chl_opt; acw_sc__v2</pre>" + "谈谈前端代码。" * 40

    assert overruled(framed("笔记", code), read("笔记", "谈谈前端代码。" * 40)) is None


def test_a_form_for_logging_in_beside_an_article_is_furniture() -> None:
    form = "<form>用户登录<input type=password><button>登录</button></form>"
    text = "<p>校运会今天开幕，参加者三千人，比赛持续三天。</p>"

    assert overruled(framed("校运会开幕", text + form), read("校运会开幕", text)) is None


def test_a_list_that_speaks_of_access_is_a_list() -> None:
    items = "".join(
        f"<li><a href=/a/{n}.html>仅限校内访问的通知{n}</a>01-0{n}</li>" for n in range(9)
    )

    assert refused_listing(page(f"<title>通知公告</title><ul>{items}</ul>请登录后查看更多")) is None


@pytest.mark.parametrize(
    ("title", "body", "state"),
    [
        ("404错误提示", "<h3>404错误提示</h3><p>您访问的页面不存在</p>", "not_found"),
        ("青岚学院", f"<ul>{NAV}</ul><p>对不起，您访问的文章已被删除！</p>", "not_found"),
        ("Error", "<p>The page you are looking for could not be found.</p>", "not_found"),
        ("青岚学院", "<p>该信息仅允许校内地址访问</p>", "intranet"),
        ("访问提示", "<p>请求已被安全策略拦截</p><p>时间：2026-01-01 10:00:00</p>", "waf"),
        ("安全验证", "<p>请按住滑块，拖动到最右边</p>", "challenge"),
        ("提示", "<p>操作过于频繁，请稍后再试</p>", "rate_limited"),
        ("用户登录", "<p>用户名</p><p>密码</p><input type=password>", "login"),
        ("请稍候", "<script>window._cf_chl_opt={}</script>", "challenge"),
    ],
)
@pytest.mark.parametrize("published", [None, "2026-01-01"])
def test_a_message_never_becomes_an_article(
    title: str, body: str, state: str, published: str | None
) -> None:
    found = page(f"<title>{title}</title>{body}")
    text = "这是任意版式的规则读到的文字。"

    verdict = overruled(found, read(title, text, published=published))

    assert verdict is not None
    assert verdict.state == state
    assert no_article(found).state == state


@pytest.mark.parametrize(
    ("headers", "html", "vendor"),
    [
        ({"x_via_jsl": "a,-"}, "<p>访问被拒绝</p>", "加速乐"),
        ({"server": "cloudflare"}, "<p>Access denied</p>", "Cloudflare"),
        ({}, "<p>您的请求已被云锁拦截</p>", "云锁"),
        ({}, "<p>您的访问请求可能对网站造成安全威胁，请求已被 长亭 SafeLine 阻断</p>", "雷池"),
    ],
)
def test_the_evidence_names_the_firewall(headers: dict[str, str], html: str, vendor: str) -> None:
    verdict = classify(page(html, status=403, **headers))

    assert verdict.state in {State.WAF, State.BLOCKED}
    assert vendor in verdict.evidence
    assert "403" in verdict.evidence


def test_cookies_do_not_stand_in_the_evidence() -> None:
    found = page("<p>请求已被拦截</p>", status=403, set_cookie="sl-session=SECRET; path=/")

    assert "SECRET" not in classify(found).evidence


def test_a_deleted_page_behind_a_firewall_is_deleted() -> None:
    html = f"<title>页面不存在</title><ul>{NAV}</ul><script>$_ts=window['$_ts'];</script>"

    assert classify(page(html, status=404, server="cloudflare")).state is State.NOT_FOUND


def test_a_challenge_with_status_404_is_no_deletion() -> None:
    html = "<script>document.cookie='__jsl_clearance=1';</script>"

    assert classify(page(html, status=404)).state is State.CHALLENGE


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [
        (429, {}, "rate_limited"),
        (468, {}, "challenge"),
        (521, {}, "challenge"),
        (521, {"cf_ray": "8a"}, "server_error"),
        (418, {}, "blocked"),
        (566, {}, "waf"),
        (200, {"content_disposition": "attachment; filename=a.html"}, "attachment"),
    ],
)
def test_status_and_headers_say_it(status: int, headers: dict[str, str], state: str) -> None:
    assert classify(page("<p>没有说明</p>", status=status, **headers)).state == state


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("120", "after 120 s"),
        ("Thu, 01 Jan 2026 00:05:00 GMT", "after 300 s"),
        ("Wed, 31 Dec 2025 00:00:00 GMT", "after 0 s"),
        ("99999999999999999999", "after 604800 s"),
        ("soon", "429"),
        ("-5", "429"),
        ("", "429"),
    ],
)
def test_retry_after_stands_in_the_evidence(value: str, said: str) -> None:
    verdict = classify(page("", status=429, retry_after=value))

    assert verdict.state is State.RATE_LIMITED
    assert said in verdict.evidence


@pytest.mark.parametrize(
    ("html", "state"),
    [
        ("<meta http-equiv=refresh content='0'>", "challenge"),
        ("<meta http-equiv=refresh content='1;url=#top'>", "challenge"),
        ("<meta http-equiv=refresh content='600;url=/'>", "empty_shell"),
        ("<noscript><meta http-equiv=refresh content='0;url=/nojs'></noscript>", "empty_shell"),
        ("<meta http-equiv=refresh content='0;url=/'>", "not_found"),
        ("<meta http-equiv=refresh content='0;url=/404.html'>", "not_found"),
        ("<meta http-equiv=refresh content='0;url=/b/3.html'>", "link_out"),
        ("<script>location.replace('/cas/login?x')</script>", "login"),
        ("<script>document['cookie']='a=1';location.reload()</script>", "challenge"),
        ("<div id=app></div>", "empty_shell"),
    ],
)
def test_a_page_that_only_leads_on_says_where(html: str, state: str) -> None:
    assert classify(page(html)).state == state


def test_the_front_page_may_lead_to_another_page() -> None:
    found = page("<meta http-equiv=refresh content='0;url=/index.htm'>", url="http://a.example/")

    assert classify(found).state is State.LINK_OUT
