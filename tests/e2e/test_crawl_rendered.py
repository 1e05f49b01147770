"""A site whose pages are written by scripts: crawled with a real browser, which has no network."""

import os
import signal
import tomllib
from pathlib import Path

import pytest

from crawler.browser.chromium import find_chromium
from crawler.errors import BrowserMissingError
from tests.watching import SOON_S, offspring, wait_until
from wenxun.newssite.truth import distinct_articles, truths

try:
    CHROMIUM, MISSING = find_chromium(None), ""
except BrowserMissingError as error:
    CHROMIUM, MISSING = "", str(error)
needs_a_browser = pytest.mark.skipif(not CHROMIUM, reason=MISSING)
ARTICLE = """<title>{title}</title><form name="_newscontent_fromname"><h3>{title}</h3>
<p>时间：2024-05-06</p><div class="v_news_content" id="vsb_content"><p>{text}</p></div></form>"""
# A page that is written once its script has run.
WRITTEN = "<html><body><div id='app'></div><script>{script}</script></body></html>"


def browsers(pid):
    """Return the processes of the browser itself, without the driver."""
    return {
        one
        for one in offspring(pid)
        if b"chrom" in Path(f"/proc/{one}/cmdline").read_bytes().partition(b"\0")[0]
    }


def is_alive(pid):
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


@pytest.fixture
def scripted(served):
    """A site whose pages are written by scripts."""
    return served(articles=5, columns=1, variety=False, scripted=True).site


@pytest.fixture
def written(desk, hosted, reply):
    """Serve article pages as scripts (address -> script) behind a list, and their site file."""

    def serve(scripts, **keys):
        items = "".join(
            f'<li id="line_u9_{n}"><a href="{path}">第{n}篇</a><span>2024-05-06</span></li>'
            for n, path in enumerate(scripts)
        )
        listing = "<title>新闻-青岚学院</title><!--Announced by Visual SiteBuilder 9-->"
        pages = {"/xw.htm": f"{listing}<ul>{items}</ul>"}
        pages |= {path: WRITTEN.format(script=script) for path, script in scripts.items()}
        host = hosted(lambda path: reply(pages[path]) if path in pages else None)
        desk.site("written", [host.url + "/xw.htm"], **({"render": True} | keys))
        return host

    return serve


def writes(title, text="正文。" * 40):
    page = ARTICLE.format(title=title, text=text).replace("\n", "")
    return f"document.title='{title}';document.getElementById('app').innerHTML=`{page}`;"


@needs_a_browser
def test_every_article_is_right_and_no_visit_is_counted(desk, served):
    scripted = served(articles=14, columns=2, scripted=True).site
    desk.site_of(scripted, render=True)

    done = desk.crawl()

    assert (done.code, done.record["outcome"]) == (0, "ok"), done
    assert done.record["articles_new"] == distinct_articles(scripted)
    found = {(a["title"], a["text"], a["published_text"], a["views"]) for a in desk.exported()}
    assert found == {
        (t["title"], t["text"], t["published_text"], t["views"]) for t in truths(scripted)
    }
    assert scripted.trips == 0
    asked = {request.path for request in scripted.requests}
    assert not any(path.endswith((".png", ".jpg", ".css")) for path in asked)
    assert {request.user_agent.split("/")[0] for request in scripted.requests} == {"Wenxun"}


@needs_a_browser
def test_a_later_crawl_finds_what_the_frame_of_the_page_does_not_show(desk, scripted):
    desk.site_of(scripted, render=True)
    desk.crawl()
    scripted.publish("云岭大学图书馆新馆开放")
    scripted.edit(next(iter(scripted.stories)), title="改过的标题", text="全文已经改写。" * 20)

    again = desk.crawl()

    assert (again.record["articles_new"], again.record["articles_changed"]) == (1, 1), again


@needs_a_browser
def test_what_cannot_be_read_is_reported_and_a_script_leads_nowhere_else(desk, written):
    asks = "document.getElementById('app').innerHTML='<p>请完成安全验证</p>';"
    host = written(
        {
            "/info/1/1.htm": "for (;;) {}",
            "/info/1/2.htm": "var challengeId = 7; fetch('/solve?challengeId=7');",
            "/info/1/3.htm": asks + "document.cookie='passed=1';location.reload();",
            "/info/1/4.htm": writes("第四篇") + "location.href='/elsewhere.htm';",
        }
    )

    done = desk.crawl()

    assert done.record["failures"] == {"timeout": 1, "challenge": 2}, done
    assert done.record["articles_new"] == 1
    assert not {"/solve?challengeId=7", "/elsewhere.htm"} & set(host.asked)
    assert host.asked.count("/info/1/3.htm") == 1


@needs_a_browser
def test_a_page_in_broken_markup_that_needs_no_script_loses_nothing(desk, served):
    plain = served(articles=18, columns=1).site  # not scripted
    of_tables = next(s for s in plain.stories.values() if "\t" in s.text)
    urls = [url for t in truths(plain) if t["newsid"] == of_tables.newsid for url in t["urls"]]

    done = desk.run("extract", "--render", "--format", "json", urls[0])

    assert done.record["text"] == of_tables.text


@needs_a_browser
def test_a_browser_that_is_lost_is_started_again_once_then_the_crawl_ends(desk, served):
    scripted = served(articles=60, columns=1, scripted=True, variety=False).site
    scripted.go_slow(0.2, match="/_data/page.json")
    desk.site_of(scripted, render=True)
    with desk.start("crawl", "--json") as process:
        for _ in range(2):
            seen = scripted.counts["data"]
            wait_until(lambda seen=seen: scripted.counts["data"] >= seen + 4)
            for one in browsers(process.pid):
                os.kill(one, signal.SIGKILL)
        out, err = process.communicate(timeout=60)

    assert '"outcome": "partial"' in out
    assert "the crawl was ended: the browser was lost 2 times" in err
    assert "Traceback" not in err


@needs_a_browser
def test_a_signal_ends_the_crawl_and_its_browser_and_the_next_one_completes_it(desk, scripted):
    scripted.go_slow(0.5, match="/_data/page.json?of=%2Finfo")
    desk.site_of(scripted, render=True)
    with desk.start("crawl", "--json") as process:
        wait_until(lambda: scripted.counts["data"] >= 4)
        started = offspring(process.pid)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=SOON_S)
    left = {one for one in started if is_alive(one)}
    scripted.heal()
    rest = desk.crawl()

    assert ('"outcome": "interrupted"' in out, '"failures": {}' in out) == (True, True), err
    assert "Traceback" not in err
    assert started
    assert left == set()
    assert desk.rows("select count(*) from documents") == [(5,)], rest


@needs_a_browser
def test_kill_minus_nine_leaves_no_browser_behind(desk, scripted):
    scripted.go_slow(0.5, match="/_data/page.json")
    desk.site_of(scripted, render=True)
    with desk.start("crawl", "--json") as process:
        wait_until(lambda: scripted.counts["data"] >= 2)
        started = offspring(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    assert started
    wait_until(lambda: not any(is_alive(one) for one in started))


@needs_a_browser
def test_one_page_is_rendered_by_hand(desk, written):
    host = written({"/info/1/1.htm": writes("第一篇")})

    plain = desk.run("extract", host.url + "/info/1/1.htm")
    rendered = desk.run("extract", "--render", host.url + "/info/1/1.htm")

    assert plain.code == 1
    assert "--render" in plain.err
    assert (rendered.code, rendered.out.splitlines()[0]) == (0, "标题: 第一篇"), rendered


@needs_a_browser
def test_a_site_is_tried_as_it_is_crawled(desk, scripted):
    desk.site_of(scripted, render=True)

    done = desk.run("sites", "check", "yunling", "--json", "--articles", "1")

    assert (done.code, done.record["ok"]) == (0, True), done
    assert scripted.trips == 0


def test_a_site_that_is_not_rendered_says_what_may_help(desk, scripted):
    desk.site_of(scripted)

    done = desk.crawl()

    assert done.record["articles_new"] == 0
    assert "render = true" in done.err


def without_playwright(desk):
    """Hide the extra from the commands of this desk."""
    (desk.folder / "sitecustomize.py").write_text("import sys\nsys.modules['playwright'] = None\n")
    repository = Path(__file__).parents[2]
    desk.environ["PYTHONPATH"] = f"{desk.folder}{os.pathsep}{repository}"


def test_without_the_extra_a_site_says_what_to_install_and_others_are_crawled(desk, news):
    without_playwright(desk)
    desk.site_of(news)
    desk.site("rendered", [news.base + "/jdyw.htm"], render=True)

    done = desk.crawl()

    outcomes = {record["site"]: record["outcome"] for record in done.records}
    assert (done.code, outcomes) == (1, {"yunling": "ok", "rendered": "failed"}), done
    assert "pip install 'wenxun[browser]'" in done.err
    assert "Traceback" not in done.err


def test_without_a_chromium_one_line_says_what_to_do(desk, news):
    desk.environ["WENXUN_CHROMIUM"] = "/nowhere/chromium"
    desk.site_of(news, render=True)

    crawled = desk.crawl()
    extracted = desk.run("extract", "--render", news.base + "/jdyw.htm")

    assert (crawled.code, crawled.record["failures"]) == (1, {"configuration": 1})
    assert (extracted.code, len(extracted.err.splitlines())) == (2, 1), extracted
    assert "WENXUN_CHROMIUM" in crawled.err
    assert "WENXUN_CHROMIUM" in extracted.err


@needs_a_browser
def test_a_site_that_scripts_write_is_tried_and_written_with_render(desk, scripted):
    column = scripted.base + scripted.columns[0].path

    plain = desk.run("sites", "add", column, "--json")
    added = desk.run("sites", "add", column, "--name", "yunling", "--render", "--yes", "--json")

    assert plain.code == 1
    assert added.code == 0, added
    site = tomllib.loads((desk.folder / "sites" / "yunling.toml").read_text("utf-8"))
    assert site["render"] is True
