"""Files and pictures are kept with the articles that name them, after the articles, as evidence."""

import hashlib
import json
import signal
import time
from pathlib import Path

import pytest

from storage.assets import Assets
from storage.store import file_url, open_store
from wenxun.newssite import NewsSite, files
from wenxun.newssite.files import Served

NOTICE = files.pdf("第七实验楼停水通知", "后勤集团")
FORM = files.docx("报名须知", rows=[["姓名", "单位"]])
LOGIN = (
    "<html><head><title>登录</title></head><body><form><input type=password></form></body></html>"
)
CAPTCHA = "<html><body><form>请输入验证码<input name=codeValue></form></body></html>"
FETCH = {"fetch": "attachments", "max_file_mb": 1}


def page(text: str, status: int = 200) -> Served:
    return Served(body=text.encode(), kind="text/html", status=status)


def number_of(desk, newsid: int) -> int:
    [(number,)] = desk.rows("SELECT id FROM documents WHERE url LIKE ?", f"%/{newsid}.htm")
    return number


def shown(desk, newsid: int) -> list[dict]:
    """The files of an article, as `wenxun show --json` tells of them."""
    store = open_store(file_url(desk.folder / "wenxun.db"))
    try:
        return [one.record("UTC") for one in Assets(store).of(number_of(desk, newsid))]
    finally:
        store.close()


def saved(desk, newsid: int, folder: str = "out") -> dict[str, bytes]:
    done = desk.run("show", str(number_of(desk, newsid)), "--save-files", folder)
    assert done.code == 0, done
    return {path.name: path.read_bytes() for path in Path(desk.folder / folder).iterdir()}


def asked(news: NewsSite) -> list[str]:
    return [one.path for one in news.requests if one.kind == "asset"]


def test_every_file_is_kept_or_said_why_not(desk, news):
    cases = {
        "录取名单.pdf": (Served(body=NOTICE, kind="application/pdf"), "kept", "pdf", "read"),
        "扫描件.pdf": (Served(body=files.scan(), kind="application/pdf"), "kept", "pdf", "no_text"),
        "报名表.docx": (Served(body=FORM), "kept", "docx", "read"),
        "成绩.xlsx": (Served(body=files.xlsx([["林岚", 90]])), "kept", "xlsx", "read"),
        "旧.doc": (Served(body=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "kept", "doc", None),
        "大.zip": (Served(body=b"PK\x03\x04" + bytes(1_100_000)), "too_large", None, None),
        "丢失.doc": (page("<html>404</html>", 404), "not_found", None, None),
        "校内.pdf": (page(LOGIN), "login", None, None),
        "验证.rar": (page(CAPTCHA), "challenge", None, None),
        "页面.pdf": (page("<html><body>欢迎访问本站</body></html>"), "not_a_file", None, None),
        "空.pdf": (Served(body=b""), "empty_shell", None, None),
    }  # fmt: skip
    articles = dict(zip(cases, sorted(news.stories), strict=False))
    for name, newsid in articles.items():
        news.attach(newsid, name, cases[name][0])
    desk.site_of(news, **FETCH)

    record = desk.crawl().record

    found = {name: shown(desk, newsid)[0] for name, newsid in articles.items()}
    assert {
        name: (file["stands_as"], file["kind"], file["text_state"]) for name, file in found.items()
    } == {name: case[1:] for name, case in cases.items()}
    assert record["outcome"] == "ok"
    assert {kind: n for kind, n in record["failures"].items() if kind.startswith("file_")} == {
        f"file_{case[1]}": 1 for case in cases.values() if case[1] != "kept"
    }
    text = dict(desk.rows("SELECT sha256, text FROM asset_texts WHERE state = 'read'"))
    assert text[hashlib.sha256(NOTICE).hexdigest()] == "第七实验楼停水通知\n后勤集团"
    assert text[hashlib.sha256(FORM).hexdigest()] == "报名须知\n姓名\t单位"
    hit = desk.run("search", "停水通知", "--json").record
    assert [one["name"] for one in hit["files"]] == ["录取名单.pdf"]
    assert "录取名单.pdf: 第七实验楼停水通知" in desk.run("search", "停水通知").out


def test_nothing_is_fetched_unless_a_site_or_the_settings_say_so(desk, news):
    news.attach(min(news.stories), "名单.pdf", Served(body=NOTICE))
    desk.site_of(news)

    desk.crawl()
    nothing = asked(news)
    desk.environ["WENXUN_FETCH"] = "attachments"
    desk.crawl("--full")

    assert (nothing, len(asked(news))) == ([], 1)
    assert desk.rows("SELECT count(*) FROM asset_copies") == [(1,)]


def test_pictures_are_fetched_where_all_is_wanted(desk, served):
    news = served(articles=24, columns=3).site
    desk.site_of(news, fetch="all")

    desk.crawl()

    kinds = dict(desk.rows("SELECT kind, count(*) FROM asset_copies GROUP BY kind"))
    assert kinds["png"] > 2
    assert not [path for path in asked(news) if ".mp4" in path]


def test_files_come_after_all_articles(desk, news):
    for newsid in news.stories:
        news.attach(newsid, "名单.pdf", Served(body=NOTICE))
    desk.site_of(news, **FETCH)

    desk.crawl()

    kinds = [one.kind for one in news.requests]
    last = max(n for n, kind in enumerate(kinds) if kind in {"article", "listing"})
    assert last < kinds.index("asset")
    assert kinds.count("asset") == len(news.stories)


def test_a_withdrawn_notice_leaves_its_file(desk, news):
    newsid = max(news.stories)
    path = news.attach(newsid, "停水通知.pdf", Served(body=NOTICE))
    desk.site_of(news, **FETCH)
    desk.crawl()

    news.withdraw(newsid)
    news.serve_file(path, page("<html>404</html>", 404))
    desk.crawl("--full")

    assert saved(desk, newsid) == {"停水通知.pdf": NOTICE}
    [file] = shown(desk, newsid)
    assert (file["stands_as"], file["sha256"]) == ("gone", hashlib.sha256(NOTICE).hexdigest())


def test_what_did_not_change_is_not_sent_again_and_what_did_is_kept_beside_it(desk, news):
    newsid = max(news.stories)
    path = news.attach(newsid, "停水通知.pdf", Served(body=NOTICE))
    desk.site_of(news, **FETCH)
    desk.crawl()
    news.reset_log()

    desk.crawl("--full")
    statuses = [one.status for one in news.requests if one.kind == "asset"]
    other = files.pdf("停水通知（更正）")
    news.serve_file(path, Served(body=other))
    record = desk.crawl("--full").record

    assert statuses == [304]
    assert record["articles_changed"] == 0
    assert [file["stands_as"] for file in shown(desk, newsid)] == ["replaced", "kept"]
    assert sorted(saved(desk, newsid).values()) == sorted([NOTICE, other])
    assert desk.rows("SELECT count(*) FROM events WHERE kind <> 'new'") == [(0,)]


def test_a_file_that_two_articles_name_is_fetched_once(desk, news):
    one, other = sorted(news.stories)[:2]
    path = news.attach(one, "名单.pdf", Served(body=NOTICE))
    news.attach(other, "名单.pdf", Served(body=NOTICE), path=path)
    desk.site_of(news, **FETCH)

    desk.crawl()

    assert len(asked(news)) == 1
    assert shown(desk, one)[0]["sha256"] == shown(desk, other)[0]["sha256"]


def test_a_name_in_gbk_is_read(desk, news):
    newsid = max(news.stories)
    served = Served(body=FORM, sent_name="附件1：报名表.docx", charset="gbk")
    news.attach(newsid, "点击下载", served)
    desk.site_of(news, **FETCH)

    desk.crawl()

    assert saved(desk, newsid) == {"附件1：报名表.docx": FORM}
    number = str(number_of(desk, newsid))
    assert "附件1：报名表.docx" in desk.run("show", number).out
    [told] = json.loads(desk.run("show", number, "--json").out)["files"]
    assert (told["named"], told["name"]) == ("点击下载", "附件1：报名表.docx")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_crawl_that_is_stopped_goes_on_with_the_files(desk, news, number):
    for newsid in sorted(news.stories)[:6]:
        news.attach(newsid, "名单.pdf", Served(body=files.pdf(f"第{newsid}号名单")))
    desk.site_of(news, **FETCH)
    news.go_slow(0.4, match="download.jsp")
    with desk.start("crawl") as process:
        while len(asked(news)) < 1:
            time.sleep(0.05)
        process.send_signal(number)
        process.communicate(timeout=20)
    news.heal()
    before = desk.rows("SELECT count(*) FROM asset_copies")

    desk.crawl()

    assert before < [(6,)]
    assert desk.rows("SELECT count(*) FROM asset_copies") == [(6,)]
    assert desk.rows("SELECT DISTINCT state FROM assets") == [("kept",)]


def test_other_hosts_are_asked_only_where_the_site_file_names_them(desk, news, hosted, answer):
    elsewhere = hosted(lambda _: answer(NOTICE)).url.replace("127.0.0.1", "localhost")
    news.attach(max(news.stories), "外.pdf", Served(body=b""), path=f"{elsewhere}/x.pdf")
    desk.site_of(news, **FETCH)
    desk.crawl()
    [refused] = shown(desk, max(news.stories))

    desk.site_of(news, **FETCH, fetch_hosts=["localhost"])
    desk.crawl("--full")

    [kept] = shown(desk, max(news.stories))
    assert refused["stands_as"] == "not_allowed"
    assert "fetch_hosts" in refused["evidence"]
    assert kept["stands_as"] == "kept"


def test_a_redirect_to_another_host_is_not_followed(desk, news, hosted, answer, redirect):
    elsewhere = hosted(lambda _: answer(NOTICE))
    away = redirect(elsewhere.url.replace("127.0.0.1", "localhost") + "/y.pdf")
    first = hosted(lambda path: away if path == "/x.pdf" else None)
    news.attach(max(news.stories), "外.pdf", Served(body=b""), path=f"{first.url}/x.pdf")
    desk.site_of(news, **FETCH)

    desk.crawl()

    assert shown(desk, max(news.stories))[0]["stands_as"] == "not_allowed"
    assert elsewhere.asked == []


def test_robots_txt_holds_for_files(desk, news):
    news.robots = "User-agent: *\nDisallow: /system/_content/\n"
    news.attach(max(news.stories), "名单.pdf", Served(body=NOTICE))
    desk.site_of(news, **FETCH)

    desk.crawl()

    assert asked(news) == []
    assert shown(desk, max(news.stories))[0]["stands_as"] == "robots"


def test_a_crawl_fetches_no_more_than_its_site_allows(desk, news):
    for newsid in sorted(news.stories)[:3]:
        body = b"PK\x03\x04" + bytes([newsid % 256]) * 900_000
        news.attach(newsid, f"{newsid}.zip", Served(body=body))
    desk.site_of(news, fetch="attachments", max_crawl_mb=1, max_file_mb=1, delay_s=0.01)

    done = desk.crawl()
    first = desk.rows("SELECT count(*) FROM asset_copies")
    desk.crawl()

    assert first < [(3,)]
    assert "wait for the next crawl" in done.err
    assert desk.rows("SELECT count(*) FROM asset_copies") == [(3,)]
