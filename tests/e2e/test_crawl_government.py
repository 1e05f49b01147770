"""Small government sites are crawled the whole way: TRS by its scripts, JCMS by its data proxy."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

ARTICLES = 23
PER_PAGE = 10
XML = (("Content-Type", "text/xml;charset=UTF-8"),)
DAYS = [f"2024-0{1 + number // 9}-{1 + number % 9:02d}" for number in range(ARTICLES)]


def title_of(number: int) -> str:
    return f"青石县第{number}号林业通知"


def text_of(number: int) -> str:
    return f"青石县林业局第{number}号通知的正文，请各乡镇遵照执行。"


def newest(page: int, size: int) -> list[int]:
    return list(reversed(range(ARTICLES)))[(page - 1) * size : page * size]


def trs_address(number: int) -> str:
    # The name holds the day of a migration, not that of publishing.
    return f"202409/t20240901_{7100 + number}.html"


def trs_list(page: int, *, folder: str) -> str:
    items = "".join(
        f'<li><a href="{folder}{trs_address(one)}" title="{title_of(one)}">{title_of(one)[:9]}…'
        f"</a><span>{DAYS[one]}</span></li>"
        for one in newest(page, PER_PAGE)
    )
    pages = -(-ARTICLES // PER_PAGE)
    return (
        "<html><head><meta charset='utf-8'><title>青石县林业局</title></head><body>"
        '<div class="nav"><a href="/gg/index.html" class="CurrChnlCls">公告</a></div>'
        f'<div class="list"><ul>{items}</ul></div>'
        f'<div class="page"><script>createPageHTML({pages}, {page - 1}, "index", "html");</script>'
        '</div><div class="foot"><div class="TRS_Editor">版权所有：青石县林业局</div></div></body>'
    )


def trs_article(number: int) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title_of(number)}</title></head><body>"
        '<div class="dqwz">当前位置：<a href="/" class="CurrChnlCls">首页</a> &gt; '
        '<a href="../" class="CurrChnlCls">公告</a></div>'
        f"<h1>{title_of(number)}</h1><div>发布时间：<script>var pubdata='{DAYS[number]}';"
        "if(pubdata!=''){document.write(pubdata);}</script> 点击量："
        f'<script src="/count/index?id={7100 + number}&siteid=5"></script>次</div>'
        f"<div class=TRS_Editor><style>.TRS_Editor P{{line-height:2}}</style><p>{text_of(number)}"
        "</p></div><div class='foot'><div class=TRS_Editor><p>版权所有：青石县林业局　地址：青石县"
        "澄湖大街78号　建议使用1024×768分辨率浏览本网站</p></div></div></body></html>"
    )


@pytest.fixture
def trs(hosted, answer):
    """A TRS site with two columns that hold the same documents; nobody may ask its counter."""

    def serve(path):
        for column, folder in (("gg", ""), ("xw", "../gg/")):
            for page in range(1, 4):
                name = f"/{column}/index{f'_{page - 1}' if page > 1 else ''}.html"
                if path == name:
                    return answer(trs_list(page, folder=folder).encode())
        known = {f"/gg/{trs_address(one)}": one for one in range(ARTICLES)}
        return answer(trs_article(known[path]).encode()) if path in known else None

    return hosted(serve)


def test_a_trs_site_is_stored_whole_though_no_page_links_to_the_next(desk, trs):
    desk.site("qingshi", [f"{trs.url}/gg/index.html", f"{trs.url}/xw/index.html"])

    done = desk.crawl()

    assert (done.record["articles_new"], done.record["failures"]) == (ARTICLES, {}), done
    stored = desk.rows(
        "select c.title, c.text, v.published_text, d.family, d.views from documents d"
        " join contents c on c.id = d.content_id join versions v on v.document_id = d.id"
    )
    assert set(stored) == {
        (title_of(one), text_of(one), f"发布时间：{DAYS[one]}", "trs", None)
        for one in range(ARTICLES)
    }
    assert not [path for path in trs.asked if "/count/" in path]


def test_a_second_crawl_of_a_trs_site_finds_nothing_new(desk, trs):
    desk.site("qingshi", [f"{trs.url}/gg/index.html"])
    desk.crawl()
    before = len(trs.asked)

    second = desk.crawl()

    assert second.record["articles_new"] == second.record["articles_changed"] == 0
    assert len(trs.asked) - before <= 4


def record(number: int) -> str:
    day = DAYS[number].replace("-0", "/").replace("-", "/")
    return (
        f'<record><![CDATA[<li><a href="/art/{day}/art_12377_{8100 + number}.html" '
        f'title="{title_of(number)}">{title_of(number)}</a><b>{DAYS[number]}</b></li>]]></record>'
    )


def datastore(group: int) -> str:
    following = (
        f'<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page={group}&webid=1'
        '&path=/&columnid=12377&unitid=38486"></a>]]></nextgroup>'
        if group * PER_PAGE < ARTICLES
        else ""
    )
    records = "".join(map(record, newest(group, PER_PAGE)))
    return f"<datastore>{following}<recordset>{records}</recordset></datastore>"


@pytest.fixture
def jcms(hosted, answer):
    """A JCMS site: its column holds the first group of records, its data proxy the others."""

    def serve(path):
        parts = urlsplit(path)
        if parts.path == "/col/col12377/index.html":
            page = (
                "<html><head><meta charset='utf-8'><title>青石县林业局 公告</title></head><body>"
                f'<div id="38486"><script type="text/xml">{datastore(1)}</script></div></body>'
            )
            return answer(page.encode())
        if parts.path == "/module/web/jpage/dataproxy.jsp":
            group = int(parse_qs(parts.query)["page"][0]) + 1
            return replace(answer(datastore(group).encode()), headers=XML)
        name = parts.path.rpartition("_")[2].removesuffix(".html")
        if not parts.path.startswith("/art/") or not name.isdecimal():
            return None
        number = int(name) - 8100
        page = (
            f"<html><head><meta charset='utf-8'><meta name='ArticleTitle' "
            f"content='{title_of(number)}'><meta name='PubDate' content='{DAYS[number]} 09:30'>"
            f"<title>青石县林业局 公告 {title_of(number)}</title></head><body>"
            f"<h2>{title_of(number)}</h2><p>发布日期：{DAYS[number]}</p><div id='zoom'>"
            f"<!--<$[信息内容]>begin--><p>{text_of(number)}</p><!--<$[信息内容]>end--></div></body>"
        )
        return answer(page.encode())

    return hosted(serve)


def test_a_jcms_column_is_read_out_of_its_records_and_its_proxy(desk, jcms):
    desk.site("qingshi", [f"{jcms.url}/col/col12377/index.html"])

    done = desk.crawl()

    assert (done.record["articles_new"], done.record["failures"]) == (ARTICLES, {}), done
    stored = desk.rows(
        "select c.title, c.text, d.family from documents d join contents c on c.id = d.content_id"
    )
    assert set(stored) == {(title_of(one), text_of(one), "jcms") for one in range(ARTICLES)}
    assert sum("dataproxy" in path for path in jcms.asked) == 2
    second = desk.crawl()
    assert second.record["articles_new"] == second.record["articles_changed"] == 0
