"""搜狐: articles of sohu.com."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

# Behind the last line; it stays in what others take over.
BACK_LINK = "a[href*='sohu.com/?strategyid']"

FAMILY = framed_family(
    "sohu",
    rank=50,
    marks=(b"www.sohu.com", b"statics.itc.cn", b"mp.sohu.com"),
    layout=Layout(
        body="#mp-editor, article.article, #contentText, #main_content",
        title=".text-title h1, .article-title h1, #main-title, .news-title h1",
        date="#news-time, .article-info .time, .time-source .time",
        source=".article-info [data-role='original-link'], .time-source .source",
        signed="[data-role='editor-name']",
        dropped=f"{BACK_LINK}, #backsohucom, .backword, .lookall-box, .hidden-content .lookall",
    ),
)
