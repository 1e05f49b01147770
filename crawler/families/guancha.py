"""观察者网: articles of guancha.cn."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "guancha",
    rank=50,
    marks=(b"guancha.cn",),
    layout=Layout(
        body=".all-txt, .article-txt-content",
        title=".left-main h3, .article-content h1",
        date=".left-main .time span, .time span, .user-box .time1",
        dropped=".all-txt .share, .all-txt .comment, .last-update",
    ),
)
