"""帝国 EmpireCMS: the stock layouts of its articles.

Its counter script counts a visit (`/e/public/ViewClick/?…&addclick=1`), so it is never asked.
"""

from crawler.families.generic.marked import marked_family
from crawler.fields.layout import Layout

FAMILY = marked_family(
    "empire",
    rank=60,
    conclusive=(b"/e/public/ViewClick", b"/e/public/onclick", b"/e/pl/?classid=", b"EmpireCMS"),
    marks=(b"/d/file/", b"/skin/default/js/", b"/e/search/", b"/e/data/", b"/e/DoInfo/"),
    layout=Layout(
        body="#text, .newstext, .info_text #newstext",
        title=".title_info h1, .main .title h1",
        date=".info_text",
    ),
)
