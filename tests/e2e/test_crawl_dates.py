"""What a list says of a date reaches the article: it is lent, or compared with the page's own."""

import pytest

PAGE = """<html><head><title>{title}-青岚学院</title><!--Announced by Visual SiteBuilder 9-->
<link href="/_sitegray/_sitegray_d.css"></head><body><form name="_newscontent_fromname">
<h3>{title}</h3><p>{line}</p><div id="vsb_content"><div class="v_news_content">
<p>{title}，写给读者看的话。</p></div></div></form></body></html>"""
LISTED = {1: "2024-05-06", 2: "2024-05-06", 3: "2024-05-06", 4: "05-06"}
LINES = {1: "校报", 2: "日期：2024-05-05 23:50", 3: "日期：2023-05-06", 4: "校报"}


@pytest.fixture
def crawled(desk, hosted, reply):
    """A site whose list prints a day for every article, and whose articles print some."""
    item = '<li id="line_u9_{0}"><a href="/info/1/{0}.htm">第{0}条消息</a>{1}</li>'
    items = "".join(item.format(n, day) for n, day in LISTED.items())
    head = PAGE.partition("<form")[0].format(title="要闻")
    pages = {"/robots.txt": "", "/jdyw.htm": f"{head}<ul>{items}</ul>共4条 1/1</body></html>"}
    for n, line in LINES.items():
        pages[f"/info/1/{n}.htm"] = PAGE.format(title=f"第{n}条消息", line=line)
    host = hosted(lambda path: reply(pages[path]))
    desk.site("qinglan", [f"{host.url}/jdyw.htm"])
    assert desk.crawl().record["articles_new"] == 4
    return desk


def test_the_day_of_the_list_is_lent_compared_and_kept(crawled):
    stored = {one["title"][1]: one for one in crawled.exported()}

    at = {
        n: (one["published_text"], one["published_at"], one["flags"]) for n, one in stored.items()
    }
    assert at == {
        "1": (None, "2024-05-06T00:00:00+08:00", ["date_from_list"]),
        "2": ("日期：2024-05-05 23:50", "2024-05-05T23:50:00+08:00", []),
        "3": ("日期：2023-05-06", "2023-05-06T00:00:00+08:00", ["date_conflict"]),
        "4": (None, None, []),
    }
    said = {n: [(d["source"], d["text"]) for d in one["dates"]] for n, one in stored.items()}
    assert said["1"] == [("list", "2024-05-06")]
    assert said["3"] == [("printed", "日期：2023-05-06"), ("list", "2024-05-06")]
    assert stored["4"]["dates"][0]["doubt"] == "date_without_year"
    assert all(one["first_seen_at"] for one in stored.values())


def test_what_is_said_of_a_date_is_shown(crawled):
    number = next(str(one["id"]) for one in crawled.exported() if one["title"] == "第3条消息")

    shown = crawled.run("show", number, "--dates")
    document = crawled.run("show", number)

    assert shown.code == 0
    for word in ("counts", "printed", "list", "first seen", "date_conflict", "2024-05-06"):
        assert word in shown.out
    assert "发布日期: 日期：2023-05-06" in document.out


def test_a_date_that_was_lent_stays_when_the_article_is_read_again(crawled):
    before = {one["title"]: one["dates"] for one in crawled.exported()}

    again = crawled.crawl("--full")

    assert (again.record["articles_new"], again.record["articles_changed"]) == (0, 0)
    assert {one["title"]: one["dates"] for one in crawled.exported()} == before
    assert crawled.rows("SELECT count(*) FROM versions") == [(4,)]


def test_the_printed_form_says_unknown_where_the_page_prints_no_date(crawled):
    crawled.run("export", "--format", "text", "--out", "documents")

    names = sorted(path.name[:10] for path in (crawled.folder / "documents").iterdir())
    [lent] = (crawled.folder / "documents").glob("2024-05-06_*.txt")
    assert names == ["2023-05-06", "2024-05-05", "2024-05-06", "undated_" + names[3][8:]]
    assert "发布日期: 未知" in lent.read_text("utf-8")
