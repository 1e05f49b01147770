"""织梦 DedeCMS: the stock layout of its articles.

Its counter counts a visit with each call (`/plus/count.php`), so it is never asked.
"""

from dataclasses import replace

from crawler.families.generic.marked import marked_family
from crawler.fields.layout import Layout
from storage.article import Article

# What the CMS prints where nobody filled the field in.
_UNSAID = frozenset(["admin", "网络"])


def _without_fillers(article: Article) -> Article:
    return replace(
        article,
        source=None if article.source in _UNSAID else article.source,
        credits=tuple(one for one in article.credits if one.name not in _UNSAID),
    )


FAMILY = marked_family(
    "dede",
    rank=60,
    conclusive=(b"/plus/count.php?", b"/plus/digg_ajax.php", b"dedecms", b"DedeCMS", b"dede_pages"),
    marks=(b"/templets/", b"/plus/search.php", b"/plus/list.php", b"/uploads/allimg/", b"/dede"),
    layout=Layout(
        body=".viewbox > .content, .viewbox .content",
        frame=".viewbox",
        title=".viewbox > .title h2, .viewbox .title h1",
        dropped=".viewbox .content .dede_pages, .viewbox .content .pagebreak",
    ),
    finished=_without_fillers,
)
