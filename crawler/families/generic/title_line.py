"""Which line of a page is the article's title, as far as `<title>` knows it. Pure."""

from collections.abc import Sequence

from crawler.families.generic.outline import Outline
from crawler.fields.blanks import squash

_SHORTEST, _LONGEST = 4, 120
_SURE = 8  # letters of a title that a longer line can begin with
_SEPARATORS = tuple("-—–_|｜·•:：>»/")


def title_line(outline: Outline, titles: Sequence[str]) -> int | None:
    """Return the number of the longest line that a title begins with, of equals the first.

    Where there is none, of one that a title ends with behind a separator: some sites put their
    name first.
    """
    begins: tuple[int, int] | None = None
    ends: tuple[int, int] | None = None
    starts = {title[0] for title in titles}
    stops = {title[-1] for title in titles}
    for at, line in enumerate(outline.lines):
        if line.linked or not _SHORTEST <= line.letters <= _LONGEST:
            continue
        bare = line.text.strip()
        # Most lines are none; some begin with a letter that no reader sees.
        if bare[0] not in starts and bare[-1] not in stops and bare[0].isprintable():
            continue
        joined = squash(line.text)
        length = len(joined)
        for title in titles:
            # A meta may be cut off at a quotation mark.
            if title.startswith(joined) or (len(title) >= _SURE and joined.startswith(title)):
                begins = max(begins or (0, 0), (length, -at))
            elif title.endswith(joined) and title[:-length].endswith(_SEPARATORS):
                ends = max(ends or (0, 0), (length, -at))
    best = begins or ends
    return -best[1] if best else None
