"""The pages of the fixture site, in the markup of three generations of VSB templates.

Pure: state in, bytes out. Sentences are ours; the markup is what the CMS writes.
"""

from collections.abc import Callable
from html import escape
from urllib.parse import quote

from wenxun.newssite import lists
from wenxun.newssite.columns import Column
from wenxun.newssite.frame import framed
from wenxun.newssite.state import NewsSite
from wenxun.newssite.stories import Form, Story


def home(site: NewsSite) -> bytes:
    """Return the home page: the newest of each column, with days but no years."""
    parts = []
    for column in site.columns:
        items = "".join(
            f'<li><a href="{escape(lists.href_of(site, column, entry))}">'
            f"{escape(lists.title_of(site, entry))}</a><span>[{entry.listed_at:%m-%d}]</span></li>"
            for entry in site.page(column.slug, 1)[:6]
        )
        parts.append(
            f'<div class="box"><h2><a href="{escape(column.path)}">{column.name}</a></h2>'
            f"<ul>{items}</ul></div>"
        )
    return framed(site, title=site.name, main="".join(parts))


def listing(site: NewsSite, column: Column, number: int) -> bytes:
    """Return list page `number` of a column, 1 being the newest."""
    main = (
        f'<div class="position">当前位置: <a href="/index.htm">首页</a> &gt;&gt; '
        f'<a href="{escape(column.path)}">{column.name}</a></div>'
        f"<h1>{column.name}</h1>{lists.listing(site, column, number)}"
    )
    return framed(site, title=f"{column.name}-{site.name}", main=main)


def article(site: NewsSite, story: Story) -> bytes:
    """Return the page of an article, in the form in which it was written."""
    column = site.column(story.column)
    counted = (
        '<script type="text/javascript" src="/system/resource/js/counter.js"></script>'
        f"<script type=\"text/javascript\">_jsq_({column.tree},'/content.jsp',"
        f"{story.newsid},{site.owner})</script>"
    )
    crumbs = (
        '<div class="position">当前位置: <span><a href="/index.htm">首页</a></span> &gt;&gt; '
        f'<span><a href="{escape(column.path)}">{column.name}</a></span> &gt;&gt; 正文</div>'
    )
    main = f"<h1>{column.name}</h1>{crumbs}{_FORMS[story.form](site, story)}"
    title = f"{story.full_title}-{site.name}"
    return framed(site, title=title, main=main, head=counted)


def missing() -> bytes:
    """Return the CMS's own 404 page."""
    page = (
        '<html><head><META http-equiv="Content-Type" content="text/html; charset=UTF-8">'
        "<title>404错误提示</title></head><body><div><h3>404错误提示</h3>"
        "<p>您访问的页面不存在或已被删除。</p></div></body></html>"
    )
    return page.encode()


def _table(site: NewsSite, story: Story) -> str:
    """Return the hand-made table template: no classes, one text node for the meta line."""
    title = "<br>".join(escape(line) for line in story.title)
    date = f"日期：{story.listed_at:%Y-%m-%d %H:%M}" if story.dated else ""
    body = f'<div class="v_news_content">\n{_body(story)}\n</div>'
    return (
        '<form name="_newscontent_fromname"><table width="1000" border="0"><tr><td>'
        '<table width="1000"><tr><td width="20">&nbsp;</td><td bgcolor="#f4f4f4" height="30" '
        f'align="middle" style="FONT-SIZE: 16pt; FONT-WEIGHT: bold">{title}</td></tr></table>'
        '</td></tr><tr><td><table width="864" align="center"><tr height="20"><td bgcolor="#f4f4f4">'
        f"　　　来源：{escape(story.source or '')}\n    　　　　　{date}　　　　阅读次数："
        f'<script>_showDynClicks("wbnews", {site.owner}, {story.newsid})</script></td></tr></table>'
        '</td></tr><tr><td><table width="1000"><tr style="Line-Height:150%">'
        f'<div style="Font-Size:14pt">{_nested(story, body)}</div></tr></table></td></tr></table>'
        f"{_below(site, story)}</form>"
    )


def _art(site: NewsSite, story: Story) -> str:
    """Return the stock "art" template: a day without a time, an empty source, no counter."""
    title = "<br>".join(escape(line) for line in story.title)
    date = f"时间：{story.listed_at:%Y-%m-%d}" if story.dated else ""
    body = (
        '<div id="vsb_content" class="art-body d"><div class="v_news_content">\n'
        f"{_body(story)}\n</div></div>"
    )
    return (
        '<form name="_newscontent_fromname"><div class="art-tit cont-tit d">'
        f"<h3>{title}</h3><h4>{escape(story.subtitle or '')}</h4>"
        f"<p><span>信息来源：\n    {escape(story.source or '')}</span><span>{date}</span></p></div>"
        f'{_nested(story, body)}<div id="div_vote_id"></div>{_below(site, story)}</form>'
    )


def _component(site: NewsSite, story: Story) -> str:
    """Return the default component: styles numbered by view, the old counter."""
    title = "<br>".join(escape(line) for line in story.title)
    date = f"{story.listed_at:%Y-%m-%d %H:%M}" if story.dated else ""
    body = f'<div class="v_news_content">\n{_body(story)}\n</div>'
    newsid, owner = story.newsid, site.owner
    return (
        '<table class="winstyle37953"><tr><td class="titlestyle37005">教学科研导航</td></tr>'
        "</table>"
        '<form name="_newscontent_fromname"><table border="0" class="winstyle50341" width="100%">'
        f'<tr><td class="titlestyle50341" align="center">\n{title}\n      </td></tr>'
        '<tr height="30"><td align="center"><span class="timestyle50341">\n                 '
        f'{date}</span><span class="authorstyle50341">&nbsp;\n{escape(story.source or "")}</span>'
        f'<span>&nbsp;&nbsp;(点击： <span id="n{newsid}"></span>)</span>'
        f"<script>getClickTimes('{newsid}','{owner}','wbnews','n')</script></td></tr>"
        '<tr><td class="contentstyle50341"><div class="c50341_content" id="vsb_newscontent">'
        f'<div id="vsb_content_2">{_nested(story, body)}</div></div></td></tr></table>'
        f"{_below(site, story)}</form>"
    )


_FORMS: dict[Form, Callable[[NewsSite, Story], str]] = {
    Form.TABLE: _table,
    Form.ART: _art,
    Form.COMPONENT: _component,
}


def _body(story: Story) -> str:
    return "\n".join(block.html for block in story.blocks)


def _nested(story: Story, body: str) -> str:
    """Return the body, for some stories in a second pair of containers that is never closed."""
    return f'<div id="vsb_content"><div class="v_news_content">\n{body}' if story.nested else body


def _below(site: NewsSite, story: Story) -> str:
    editor = f'<p style="text-align:right">（责任编辑：{story.editor}）</p>' if story.editor else ""
    return f"{editor}{_attachments(site, story)}{_neighbours(site, story)}"


def _attachments(site: NewsSite, story: Story) -> str:
    items = "".join(
        f'<li>附件【<a href="{escape(file.path.format(owner=site.owner))}" target="_blank">'
        f'{escape(file.name or "")}</a>】已下载<span id="nattach433435"><script>'
        f'getClickTimes(433435,{site.owner},"wbnewsfile","attach")</script></span>次</li>'
        for file in story.files
    )
    return f'<p><UL style="list-style-type:none;">{items}</UL></p>' if items else ""


def _neighbours(site: NewsSite, story: Story) -> str:
    before, after = site.neighbours(story.newsid)
    return f'<dl class="page"><dd>上一条：{_near(before)} 下一条：{_near(after)}</dd></dl>'


def _near(story: Story | None) -> str:
    if story is None:
        return "没有了"
    title = escape(story.full_title)
    return f'<a href="{quote(f"{story.newsid}.htm")}" Title="{title}">{title[:20]}...</a>'
