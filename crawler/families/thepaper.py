"""澎湃新闻: articles of thepaper.cn."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "thepaper",
    rank=50,
    marks=(b"thepaper.cn",),
    layout=Layout(
        body=".news_txt, [class^=index_cententWrap], .news_part_father .news_part",
        title=".news_title, [class^=index_title]",
        signed=".news_editor p",
        dropped=".news_editor, .news_video_name, .wkn_list, [class^=index_copyright]",
    ),
)
