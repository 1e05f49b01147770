"""人民网: articles of people.com.cn and its channels."""

from crawler.families import framed_family
from crawler.fields.layout import Layout

FAMILY = framed_family(
    "people",
    rank=50,
    marks=(b"people.com.cn", b"people.cn/"),
    layout=Layout(
        body="#rwb_zw, .rm_txt_con, #p_content, .text_con_left .box_con, .text_con .show_text",
        title=".text_title h1, .rm_txt h1, .col-1-1 h1, #p_title, .title h1",
        subtitle="#p_subtitle",
        date=".rm_txt .channel .col-1-1, .box01 .fl, #p_publishtime",
        source=".box01 .fl a, .rm_txt .channel a, #p_origin a",
        signed=".rm_txt .author, .text_title .author, .edit, #p_editor",
        dropped=".rm_txt_con .otitle, .zdfy, .bza, .rm_relevant, .paper_num",
    ),
)
