"""How much markup a page may have to be read: what has more was made by a fault, or to harm.

The largest of hundreds of real pages has 8,500 tags and 800 links. Beyond these bounds a page is
refused as a whole: what the first part of it says would be silently wrong. Pure.
"""

import re

MOST_TAGS = 120_000  # a table of 5,000 rows with ten cells, each with its end tag
MOST_LINKS = 10_000
# The parser compares each choice of a list, and each attribute of a tag, with all before it.
MOST_OPTIONS = 5_000
MOST_ATTRIBUTES = 5_000
_LINK = re.compile(rb"<a[\s>]", re.IGNORECASE)
_OPTION = re.compile(rb"<opt(?:ion|group)\b", re.IGNORECASE)
_ATTRIBUTE = rb"[\s/]+[\w:@.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?"
_START_TAG = re.compile(rb"<[a-z][\w:-]*((?:" + _ATTRIBUTE + rb")*)", re.IGNORECASE)
_SHORTEST = 4  # bytes of an attribute that differs from thousands of others


def excess_of(source: bytes, *, tags: int) -> str | None:
    """Return what a page's source with so many `tags` has too much of, in words, or None."""
    if tags > MOST_TAGS:
        return f"{tags} tags, over {MOST_TAGS}"
    if tags > MOST_OPTIONS:  # hardly any page
        for pattern, most, what in (
            (_LINK, MOST_LINKS, "links"),
            (_OPTION, MOST_OPTIONS, "options"),
        ):
            if (number := len(pattern.findall(source))) > most:
                return f"{number} {what}, over {most}"
    if (number := _attributes_of_a_tag(source)) > MOST_ATTRIBUTES:
        return f"{number} attributes of one tag, over {MOST_ATTRIBUTES}"
    return None


def _attributes_of_a_tag(source: bytes) -> int:
    """Return how many attributes the longest tag has, 0 where it cannot be too many."""
    least = MOST_ATTRIBUTES * _SHORTEST
    if not _has_piece(source, longer=least):
        return 0
    # What is long and no tag is a script or a picture, without attributes.
    piece = max(source.split(b">"), key=len)
    longest = max((match[1] for match in _START_TAG.finditer(piece)), key=len, default=b"")
    return len(re.findall(_ATTRIBUTE, longest)) if len(longest) > least else 0


def _has_piece(source: bytes, *, longer: int) -> bool:
    """Say whether more than so many bytes stand between two ends of tags; looks at few of them."""
    start = 0
    while len(source) - start > longer:
        end = source.rfind(b">", start, start + longer + 1)
        if end < 0:
            return True
        start = end + 1
    return False
