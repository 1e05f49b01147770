"""Sites that check, refuse or slow down their visitors, and pages that cannot be read whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

CHALLENGE = (
    "<script>document.cookie=('_')+('_')+('j')+('s')+('l');location.href=location.pathname</script>"
)
TITLE = "<title>{}-青岚学院</title><!--Announced by Visual SiteBuilder 9-->"
FRAME = '<link href="/_sitegray/_sitegray_d.css"></head><body>'


def article(title):
    return (
        f"<html><head>{TITLE.format(title)}{FRAME}"
        f'<form name="_newscontent_fromname"><h3>{title}</h3><p>日期：2024-05-06 07:08</p>'
        f'<div id="vsb_content"><div class="v_news_content"><p>{title}，写给读者看的话。</p>'
        "</div></div></form></body></html>"
    )


def listing(*hrefs):
    items = "".join(
        f'<li id="line_u9_{n}"><a href="{href}" title="第{n}条消息">第{n}条消息</a>2024-05-06</li>'
        for n, href in enumerate(hrefs)
    )
    head = f"<html><head>{TITLE.format('要闻')}{FRAME}"
    return f"{head}<ul>{items}</ul>共{len(hrefs)}条 1/1</body></html>"


@pytest.fixture
def guarded(desk, hosted, reply):
    """Serve a site that shows itself, its robots.txt too, only to who has the cookie."""

    def make(**keys):
        pages = {
            "/robots.txt": "User-agent: *\nDisallow: /private/\n",
            "/jdyw.htm": listing("/info/1/1.htm", "/info/1/2.htm"),
            "/info/1/1.htm": article("第一篇"),
            "/info/1/2.htm": article("第二篇"),
        }

        def answer(path):
            if "client_id=yl-1" not in host.sent[-1].get("cookie", ""):
                refused = replace(reply(CHALLENGE), status=521)
                return replace(refused, headers=(*refused.headers, ("X-Via-JSL", "yl,-")))
            return reply(pages[path])

        host = hosted(answer)
        desk.site("qinglan", [f"{host.url}/jdyw.htm"], **keys)
        return host

    return make


def test_a_challenge_is_reported_with_its_maker_and_what_helps(desk, guarded):
    guarded()

    done = desk.crawl()
    status = json.loads(desk.run("status", "--json").out.splitlines()[0])

    assert (done.code, done.record["outcome"]) == (1, "blocked")
    assert done.record["failures"] == {"listing_challenge": 1}
    assert "Traceback" not in done.err
    for word in ("加速乐", "robots.txt", "cookies", "docs/adding-a-site.md"):
        assert word in done.err
    assert status["last_failures"] == {"listing_challenge": 1}
    assert any("加速乐" in note for note in status["last_notes"])
    assert "加速乐" in desk.run("status").out


def test_cookies_and_headers_of_the_site_file_go_with_every_request(desk, guarded):
    host = guarded(**{"cookies.client_id": "yl-1", "headers.User-Agent": "Reader/1"})

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (0, 2)
    assert set(host.asked) >= {"/robots.txt", "/jdyw.htm", "/info/1/1.htm", "/info/1/2.htm"}
    assert {sent.get("cookie") for sent in host.sent} == {"client_id=yl-1"}
    assert {sent.get("user-agent") for sent in host.sent} == {"Reader/1"}


@pytest.fixture
def made(desk, hosted, reply):
    """Serve a list and the pages it links to, as replies."""

    def make(pages):
        links = [path for path in pages if path.startswith("/info/")]
        whole = {"/jdyw.htm": reply(listing(*links)), "/robots.txt": reply("")} | pages
        host = hosted(whole.get)
        desk.site("qinglan", [f"{host.url}/jdyw.htm"])
        return host

    return make


def test_a_list_page_that_is_a_message_is_kept_with_its_evidence(desk, made, reply):
    made({"/jdyw.htm": reply("<title>网站防火墙</title><p>您的请求已被云锁拦截</p>")})

    done = desk.crawl()

    assert (done.code, done.record["outcome"]) == (1, "blocked")
    assert done.record["failures"] == {"listing_waf": 1}
    ((state, evidence),) = desk.rows("select state, evidence from responses")
    assert (state, "云锁" in evidence) == ("waf", True)


def test_an_article_page_that_is_a_message_is_kept_and_never_an_article(desk, made, reply):
    made(
        {
            "/info/1/1.htm": reply(article("第一篇")),
            "/info/1/2.htm": reply("<title>404错误提示</title><p>您访问的页面不存在</p>"),
            "/info/1/3.htm": reply("<script>$_ts=window['$_ts'];$_ts.cd='a'</script>"),
        }
    )

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (1, 1)
    assert done.record["failures"] == {"not_found": 1, "challenge": 1}
    kept = dict(desk.rows("select state, evidence from responses where state is not null"))
    assert kept == {"not_found": "title 404错误提示", "challenge": "瑞数: $_ts=window["}


def test_who_is_told_to_wait_waits(desk, made, reply):
    wait = ("Retry-After", "7200")
    slow = replace(reply("Too Many Requests"), status=429)
    host = made(
        {
            "/info/1/1.htm": reply(article("第一篇")),
            "/info/1/2.htm": replace(slow, headers=(*slow.headers, wait)),
        }
    )

    done = desk.crawl()
    again = desk.crawl()

    assert done.record["failures"] == {"rate_limited": 1}
    assert host.asked.count("/info/1/2.htm") == 1
    assert again.code == 0
    ((next_try,),) = desk.rows("select next_try_at from sightings where refused_state is not null")
    wait_left = datetime.fromisoformat(next_try).replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(hours=1.9) < wait_left < timedelta(hours=2)


def test_a_redirect_to_the_front_page_is_no_article(desk, made, reply, redirect):
    made(
        {
            "/info/1/1.htm": reply(article("第一篇")),
            "/info/1/2.htm": redirect("/index.htm"),
            "/index.htm": reply(article("首页")),
        }
    )

    done = desk.crawl()

    assert done.record["articles_new"] == 1
    assert done.record["failures"] == {"not_found": 1}


def test_letters_that_cannot_be_read_are_counted_and_are_no_failure(desk, made, reply):
    whole = article("第一篇").encode("gb18030")
    broken = article("第二篇").encode("gb18030").replace("读者".encode("gb18030"), b"\xff\xff", 1)
    headers = (("Content-Type", "text/html; charset=gb2312"),)
    made(
        {
            "/info/1/1.htm": replace(reply(""), body=whole, headers=headers),
            "/info/1/2.htm": replace(reply(""), body=broken, headers=headers),
        }
    )

    done = desk.crawl()
    stored = {one["title"]: one for one in desk.exported()}
    number = str(stored["第二篇"]["id"])

    assert (done.code, done.record["outcome"]) == (0, "ok")
    lost = done.record["failures"]["unreadable_letters"]
    assert lost == stored["第二篇"]["unreadable_letters"] > 0
    assert stored["第二篇"]["flags"] == ["unreadable_letters"]
    assert (stored["第一篇"]["unreadable_letters"], stored["第一篇"]["flags"]) == (0, [])
    assert "could not be read" in desk.run("show", number).err


def test_extract_says_what_helps_in_its_line(desk):
    page = desk.folder / "page.html"
    page.write_text("<script>$_ts=window['$_ts'];$_ts.cd='a'</script>", "utf-8")

    plain = desk.run("extract", str(page))
    record = desk.run("extract", "--format", "json", str(page))

    assert (plain.code, len(plain.err.splitlines())) == (1, 1)
    assert all(word in plain.err for word in ("challenge", "cookies"))
    assert record.record == {"state": "challenge", "evidence": "瑞数: $_ts=window["}


def test_a_site_that_refuses_page_after_page_is_left_alone(desk, made, reply):
    refused = replace(reply("<p>访问被拒绝</p>"), status=403)
    host = made({f"/info/1/{n}.htm": refused for n in range(60)})

    done = desk.crawl()

    asked = [path for path in host.asked if path.startswith("/info/")]
    assert (done.code, done.record["outcome"]) == (1, "partial")
    assert 20 <= len(asked) < 60
    assert done.record["failures"]["blocked"] <= len(asked)
    assert desk.rows("select count(*) from sightings where next_try_at is not null") == [(60,)]
