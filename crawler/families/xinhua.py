"""新华网: articles of xinhuanet.com and news.cn."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "xinhua",
    rank=50,
    marks=(b"xinhuanet.com", b"news.cn/", b"xinhua"),
    layout=Layout(
        body="#p-detail, #detail, #detailContent, #Content.article, .h-detail, #xhw-content",
        title=".head-line .title, .h-title, .header .title, #title, h1",
        dropped=(
            ".editor, .p-tags, #articleEdit, .tiyi1, .lb, .bai13, .zan-wap, .relatedNews,"
            " #videoArea .pageVideoInfo, .p-jc"
        ),
        reposts=True,
    ),
)
