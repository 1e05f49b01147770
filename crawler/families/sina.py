"""新浪新闻: articles of sina.com.cn."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "sina",
    rank=50,
    marks=(b"sina.com.cn", b"sinaimg.cn"),
    layout=Layout(
        body="#artibody, #article_content .article, #article.article, .article-body .main-body",
        title=".main-title, #artibodyTitle, #main_title, .article-header h1",
        date=".date-source .date, #pub_date, .time-source, .date-source",
        source=".date-source .source, #media_name, .date-source a",
        signed=".article-editor, .show_author",
        dropped=(
            ".statement, .appendQr_wrap, .artical-player-wrap,"
            " #left_hzh_ad, .wap_special, .finance_app_zqtg, .hqimg_related, .otherContent_01,"
            " .corrTxt_01, .sinaad-toolkit-box, .article-notice, .article-keywords"
        ),
    ),
)
