"""网易新闻: articles of 163.com."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "netease",
    rank=50,
    marks=(b"163.com", b"netease.com"),
    layout=Layout(
        body="#endText, .post_body, .post_text, .article_box > #content",
        title=".post_title, #epContentLeft h1, .post_content_main h1, #h1title",
        date=".post_info, .post_time_source",
        source="#ne_article_source, .post_info a, .post_time_source a",
        signed=".ep-editor, .post_author",
        dropped=(
            ".ep-source, .post_recommends, .post_btmshare, .gg200x300,"
            " .special_tag_wrap, .post_statement, .video-wrapper, .nph_gallery,"
            " img[src*='/static/logo']"
        ),
    ),
)
