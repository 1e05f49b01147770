"""JEECMS: its marks; it has no layout of its own.

Its counter counts a visit with each call (`content_view.jspx`), so it is never asked.
"""

from dataclasses import replace

from crawler.families.generic.marked import marked_family

FAMILY = marked_family(
    "jeecms",
    rank=60,
    conclusive=(
        b"/r/cms/",
        b"Cms.viewCount(",
        b"content_view.jspx",
        b"comment_list.jspx",
        b"JEECMS",
    ),
    # A view count of 0 is what stands in the template until the counter's script has run.
    finished=lambda article: replace(article, views=article.views or None),
)
