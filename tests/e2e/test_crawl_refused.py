"""What a crawl must not fetch, and what it says when it cannot: one clear line, no traceback."""

import gzip
import socket
import sqlite3

import pytest


def clear(done, *words):
    """No traceback, and the words that a user needs."""
    assert "Traceback" not in done.err, done.err
    for word in words:
        assert word in done.err, done
    return True


def article(title, body="<p>正文一段，写给读者看的话。</p>"):
    return (
        f"<html><head><title>{title}-青岚学院</title><!--Announced by Visual SiteBuilder 9-->"
        '<link href="/_sitegray/_sitegray_d.css"></head><body>'
        f'<form name="_newscontent_fromname"><h3>{title}</h3><p>日期：2024-05-06 07:08</p>'
        f'<div id="vsb_content"><div class="v_news_content">{body}</div></div></form></body></html>'
    )


def listing(*hrefs):
    items = "".join(
        f'<li id="line_u9_{n}"><a href="{href}" title="第{n}条消息">第{n}条消息</a>'
        "<span>2024-05-06</span></li>"
        for n, href in enumerate(hrefs)
    )
    return (
        "<html><head><title>要闻-青岚学院</title><!--Announced by Visual SiteBuilder 9-->"
        '<link href="/_sitegray/_sitegray_d.css"></head><body>'
        f"<ul>{items}</ul><p>共{len(hrefs)}条 1/1 首页 上页 下页 尾页</p></body></html>"
    )


@pytest.fixture
def made(desk, hosted, reply):
    """Serve a list and the pages it links to; a page is text, or a whole reply."""

    def make(pages, **keys):
        links = [path for path in pages if path.startswith("/info/")]
        pages = {"/jdyw.htm": listing(*links), "/robots.txt": "User-agent: *\n"} | pages
        whole = {path: reply(p) if isinstance(p, str) else p for path, p in pages.items()}
        host = hosted(whole.get)
        desk.site("qinglan", [f"{host.url}/jdyw.htm"], **keys)
        return host

    return make


def test_what_robots_txt_forbids_is_not_fetched(desk, news):
    news.robots = "User-agent: *\nDisallow: /\n"
    desk.site_of(news)

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (1, 0)
    assert done.record["outcome"] in {"blocked", "failed"}
    assert clear(done, "robots.txt")
    assert set(news.counts) == {"robots"}


def test_a_robots_txt_that_cannot_be_read_forbids_everything(desk, news):
    news.fail(503, match="/robots.txt")
    desk.site_of(news)

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (1, 0)
    assert clear(done, "robots.txt", "503")
    assert news.counts["listing"] == news.counts["article"] == 0


def test_a_site_that_is_down_is_a_failed_crawl(desk):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk.site("down", [f"http://127.0.0.1:{port}/jdyw.htm"])

    done = desk.crawl()

    assert (done.code, done.record["outcome"]) == (1, "failed")
    assert clear(done, "down", str(port))


def test_a_list_that_fails_for_a_moment_is_asked_again(desk, news):
    news.fail(503, match="/jdyw.htm", times=1)
    desk.site_of(news)

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (0, 24)


def test_articles_that_fail_are_counted_kept_and_taken_up_later(desk, news):
    news.fail(500, match="/info/1033/")
    desk.site_of(news)

    first = desk.crawl()
    news.heal()
    with sqlite3.connect(desk.folder / "wenxun.db") as database:
        database.execute("update sightings set next_try_at = '2020-01-01' where tries > 0")
    second = desk.crawl()

    assert (first.code, first.record["outcome"]) == (1, "partial")
    assert sum(first.record["failures"].values()) == 12
    assert first.record["articles_new"] == 12
    assert (second.record["articles_new"], second.code) == (12, 0)


def test_a_private_host_is_refused_unless_it_is_allowed(desk, news):
    desk.site_of(news)
    desk.environ = {}

    done = desk.crawl()

    assert done.code == 1
    assert clear(done, "private address", "WENXUN_ALLOW_PRIVATE_HOSTS=1")
    assert news.requests == ()


def test_a_name_that_leads_to_a_private_host_is_refused(desk, news):
    desk.site("local", [news.base.replace("127.0.0.1", "localhost") + "/jdyw.htm"], delay_s=1)
    desk.environ = {}

    done = desk.crawl()

    assert done.code == 1
    assert clear(done, "private address")
    assert news.requests == ()


@pytest.mark.parametrize("start", ["file:///etc/hostname", "ftp://127.0.0.1/jdyw.htm", "jdyw.htm"])
def test_only_http_and_https_may_be_crawled(desk, start):
    desk.site("wrong", [start])

    done = desk.crawl()

    assert done.code == 2
    assert clear(done, "start")
    assert len(done.err.splitlines()) == 1


def test_a_redirect_to_a_file_is_refused(desk, made, redirect):
    made({"/info/1/1.htm": redirect("file:///etc/hostname"), "/info/1/2.htm": article("第二篇")})

    done = desk.crawl()

    assert (done.record["articles_new"], done.record["outcome"]) == (1, "partial")
    assert clear(done)


def test_a_redirect_to_another_site_is_no_article(desk, made, redirect, hosted, reply):
    other = hosted(lambda _: reply(article("别处的文章")))
    away = other.url.replace("127.0.0.1", "localhost") + "/info/9/9.htm"
    made({"/info/1/1.htm": redirect(away), "/info/1/2.htm": article("第二篇")})

    done = desk.crawl()

    assert (done.record["articles_new"], done.record["outcome"]) == (1, "ok")


def test_a_body_that_is_too_large_is_a_counted_failure(desk, made, answer):
    large = article("大文件", "<p>" + "字" * 7_000_000 + "</p>").encode()
    bomb = gzip.compress(b"<p>" + b"0" * 60_000_000)
    made(
        {
            "/info/1/1.htm": answer(large),
            "/info/1/2.htm": answer(bomb, **{"Content-Encoding": "gzip"}),
            "/info/1/3.htm": article("第三篇"),
        }
    )

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (1, 1)
    assert sum(done.record["failures"].values()) == 2
    assert clear(done)


def test_counters_that_do_not_answer_are_unknown_and_no_failure_of_the_crawl(desk, news):
    news.fail(404, match="/click/")
    desk.site_of(news)

    done = desk.crawl()

    assert (done.code, done.record["outcome"]) == (0, "ok")
    assert done.record["failures"]["counter"] > 0
    assert desk.rows("select count(*) from documents where views is not null") == [(0,)]


def test_a_name_that_no_site_has_is_bad_use(desk, news):
    desk.site_of(news)

    done = desk.crawl("nowhere")

    assert (done.code, done.out) == (2, "")
    assert clear(done, "nowhere")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('title = "x"\nstart = ["http://127.0.0.1/a.htm"]\nspeed = 3\n', "speed"),
        ('title = "x"\nstart = []\n', "start"),
        ('title = "x"\n', "start"),
        ('title = "x"\nstart = ["http://127.0.0.1/a.htm"]\ndelay_s = "two"\n', "delay_s"),
        ('title = "x\n', "x.toml"),
    ],
)
def test_a_broken_site_file_is_named_with_its_key(desk, text, key):
    (desk.folder / "sites").mkdir()
    (desk.folder / "sites" / "x.toml").write_text(text, "utf-8")

    done = desk.crawl()

    assert (done.code, done.out) == (2, "")
    assert clear(done, key, "x")
    assert len(done.err.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_said(desk, news):
    desk.site_of(news)

    done = desk.crawl("--database", "sqlite:////proc/wenxun.db")  # not even root makes files there

    assert done.code in {1, 2}
    assert clear(done, "wenxun.db")


def test_a_file_that_is_no_database_is_said(desk, news):
    desk.site_of(news)
    (desk.folder / "wenxun.db").write_bytes(b"not a database, but more than a hundred bytes. " * 9)

    done = desk.crawl()

    assert done.code in {1, 2}
    assert clear(done, "database")


def test_a_disk_that_is_full_ends_the_crawl_with_a_line(desk, news):
    desk.site_of(news)
    desk.crawl("--max-articles", "1")
    # A trigger fails every insert as a full disk does, at the moment of the write.
    with sqlite3.connect(desk.folder / "wenxun.db") as database:
        database.execute(
            "create trigger full before insert on contents begin"
            " select raise(abort, 'database or disk is full'); end"
        )

    done = desk.crawl()

    assert (done.code, done.record["outcome"]) == (1, "failed")
    assert clear(done, "disk is full")
