"""An article that its site spreads over several pages is one article in the database."""

import pytest

LIST = """<!--Announced by Visual SiteBuilder 9--><ul>
<li id="line_u9_0"><a href="/info/1033/7.htm">渡口</a><span>2023-06-15</span></li>
<li id="line_u9_1"><a href="/info/1033/8.htm">桥</a><span>2023-06-14</span></li></ul>
<div class="pb_sys_common"><span class="p_pages"><span class="p_no_d">1</span></span></div>"""
PAGE = """<html><head><title>{title}-云岭新闻网</title><!--Announced by Visual SiteBuilder 9-->
</head><body><form name="_newscontent_fromname"><h3>{title}</h3><p>日期：2023-06-15 10:00</p>
<div id="vsb_content"><div class="v_news_content"><p>{text}</p></div></div><p>{pager}</p></form>
</body></html>"""
PAGER = '<a href="7.htm">1</a> <a href="7_2.htm">2</a> <a href="7_3.htm">3</a>'
TEXTS = {"7": "第一页的话。", "7_2": "第二页的话。", "7_3": "第三页的话。"}


class Pages:
    """Two articles; the first has three pages."""

    def __init__(self, answer):
        self.answer, self.texts, self.broken = answer, dict(TEXTS), set()

    def __call__(self, path):
        if path == "/list.htm":
            return self.answer(LIST.encode())
        name = path.rpartition("/")[2].removesuffix(".htm")
        if path.startswith("/info/") and name not in self.broken:
            text, title = self.texts.get(name, "桥上的话。"), "渡口" if name in TEXTS else "桥"
            pager = PAGER if name in TEXTS else ""
            return self.answer(PAGE.format(title=title, text=text, pager=pager).encode())
        return None


@pytest.fixture
def pages(answer):
    return Pages(answer)


def texts(desk):
    return {row["title"]: row["text"] for row in desk.exported()}


def test_the_pages_of_an_article_are_joined(desk, hosted, pages):
    host = hosted(pages)
    desk.site("parts", [f"{host.url}/list.htm"])

    done = desk.crawl()

    assert (done.code, done.record["articles_new"]) == (0, 2)
    assert texts(desk) == {"渡口": "第一页的话。\n第二页的话。\n第三页的话。", "桥": "桥上的话。"}
    kept = desk.rows("select url from responses where url like '%/7%' order by url")
    assert [url.removeprefix(host.url) for (url,) in kept] == [
        "/info/1033/7.htm", "/info/1033/7_2.htm", "/info/1033/7_3.htm",
    ]  # fmt: skip


def test_a_change_on_a_further_page_is_a_change_of_the_article(desk, hosted, pages):
    host = hosted(pages)
    desk.site("parts", [f"{host.url}/list.htm"])
    desk.crawl()
    pages.texts["7_3"] = "第三页的话改了。"

    done = desk.crawl("--full")

    assert (done.record["articles_new"], done.record["articles_changed"]) == (0, 1)
    assert texts(desk)["渡口"].endswith("第三页的话改了。")


def test_an_article_without_one_of_its_pages_is_kept_and_counted(desk, hosted, pages):
    host = hosted(pages)
    desk.site("parts", [f"{host.url}/list.htm"])
    pages.broken.add("7_2")

    done = desk.crawl()

    assert (done.code, done.record["failures"]) == (1, {"part_not_found": 1})
    assert texts(desk)["渡口"] == "第一页的话。"
    pages.broken.clear()
    desk.crawl("--full")
    assert texts(desk)["渡口"] == "第一页的话。\n第二页的话。\n第三页的话。"
