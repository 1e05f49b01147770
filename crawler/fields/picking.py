"""Which of several containers beside each other holds the article. Pure.

A CMS's editor fills more places than the article: footers, notices at the side. Those may well be
longer than a picture story.
"""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from crawler.fields.container import Container
from crawler.fields.tree import attribute

_FOOTER = re.compile(
    r"foot|copy-?right|bottom|banquan|dibu|(?:^|[\W_])(?:down|btm)\b", re.IGNORECASE
)
_BESIDE = frozenset(["footer", "aside", "nav"])
_MAX_ABOVE = 12  # elements above a container that are asked for their names
_MUCH_LESS = 4  # a container with a smaller part of the longest one's text is a notice


def first_of_page(found: Sequence[Container]) -> Container:
    """Return the first container that is no footer and no mere notice beside the article."""
    kept = [one for one in found if not one.is_empty and not in_footer(one.node)]
    # A footer without a name of its own holds nothing but what footers hold.
    kept = [one for one in kept if any(one.lines) or one.body.images] or kept
    if not kept:
        return found[0]
    most = max(one.body.letters for one in kept)
    return next(one for one in kept if one.body.images or one.body.letters * _MUCH_LESS >= most)


def in_footer(node: LexborNode) -> bool:
    """Say whether an element stands in the page's footer or beside its main part."""
    above: LexborNode | None = node
    for _ in range(_MAX_ABOVE):
        if above is None or above.tag in {"body", "html"}:
            return False
        names = f"{attribute(above, 'class') or ''} {attribute(above, 'id') or ''}"
        if above.tag in _BESIDE or _FOOTER.search(names):
            return True
        above = above.parent
    return False
