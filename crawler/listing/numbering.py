"""How the pages of a column are numbered in their addresses. Pure.

A rule is only believed where the page's own links prove it: the address of every page that the
paginator names has to follow it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.discover import PageUrls

_PAGES_PARAMETER = re.compile(
    r"(?P<before>[?&](?:totalpage|totalpages|pagecount|a\w*t)=)(?P<n>\d{1,9})(?=&|$)", re.IGNORECASE
)
_NUMBERS = re.compile(r"(\d+)")
_MOST_DIGITS = 9  # a longer number is no page's


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """One way to number the pages of a column, page 1 being the newest.

    `address` matches the whole of an address that carries a number, in the groups `before`, `n`
    and `after`. `first` is the template (as of `Match.expand`) by which such an address becomes
    that of page 1, used where no link names it. The number of page k is `k + offset`, or
    `pages - k + 1` where `from_end` is set. For instance `index_2.html` is page 3 in TRS:

        Numbering(address=under_index, offset=-1)
    """

    address: re.Pattern[str]
    first: str = r"\g<before>\g<after>"
    offset: int = 0
    from_end: bool = False

    def page_of(self, url: str, *, pages: int | None) -> int | None:
        """Return which page an address names, or None where it names none by this rule."""
        match = self.address.match(url)
        return self._page(match, pages) if match else None

    def page_beside(self, url: str, others: Iterable[str], *, pages: int | None) -> int | None:
        """Return which page an address names if another address differs from it by number only."""
        own = self.address.match(url)
        if own is None:
            return None
        shapes = [
            m.group("before", "after") for other in others if (m := self.address.match(other))
        ]
        return self._page(own, pages) if own.group("before", "after") in shapes else None

    def pages_by(self, following: str, last: str, *, page: int) -> int | None:
        """Count the pages of a column by the addresses of its next and its last page."""
        after, end = self.address.match(following), self.address.match(last)
        if end is None:
            return None
        if not self.from_end:
            return self._page(end, None)
        # The next address is `pages - page`, the last one 1.
        if after and after["before"] == end["before"] and int(end["n"]) == 1:
            return int(after["n"]) + page
        return None

    def rule(self, known: Mapping[int, str], *, pages: int) -> PageUrls | None:
        """Return the rule that these addresses by page number follow, or None.

        At least one of them has to be of another page than the first.
        """
        others = {page: url for page, url in known.items() if page > 1}
        matches = {page: self.address.match(url) for page, url in others.items()}
        found = [match for match in matches.values() if match is not None]
        if not found or not all(
            match is not None and self._page(match, pages) == page
            for page, match in matches.items()
        ):
            return None
        patterns = {_pattern(match) for match in found}
        if len(patterns) != 1:
            return None
        return PageUrls(
            first=known.get(1) or found[0].expand(self.first),
            pattern=patterns.pop(),
            from_end=self.from_end,
            offset=self.offset,
        )

    def _page(self, match: re.Match[str], pages: int | None) -> int | None:
        if self.from_end and pages is None:
            return None
        number = int(match["n"])
        page = (pages or 0) - number + 1 if self.from_end else number - self.offset
        return page if page > 0 else None


def proven_rule(known: Mapping[int, str], *, pages: int) -> PageUrls | None:
    """Return the rule that addresses by page number follow, whatever the CMS, or None.

    At least two of them have to differ in one number only, which counts as the pages do, up or
    down, and all but that of the first page have to follow. The first page's has to be known.
    """
    others = {page: _NUMBERS.split(url) for page, url in sorted(known.items()) if page > 1}
    first = known.get(1)
    if first is None or not others:
        return None
    pieces = {**others, 1: _NUMBERS.split(first)} if len(others) == 1 else others
    # The number is the one in which the first two differ.
    (page_a, a), (page_b, b) = list(pieces.items())[:2]
    places = [i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y]
    if len(a) != len(b) or len(places) != 1 or not places[0] % 2:
        return None
    place = places[0]
    if max(len(a[place]), len(b[place])) > _MOST_DIGITS:
        return None
    step = int(b[place]) - int(a[place])
    if abs(step) != abs(page_b - page_a) or str(int(a[place])) != a[place]:
        return None
    from_end = (step > 0) != (page_b > page_a)
    offset = 0 if from_end else int(a[place]) - page_a
    pattern = "".join([*a[:place], "{n}", *a[place + 1 :]])
    rule = PageUrls(first=first, pattern=pattern, from_end=from_end, offset=offset)
    follows = all(rule.url(page, pages=pages) == known[page] for page in others)
    return rule if follows else None


def page_by(rule: PageUrls, url: str, *, pages: int) -> int | None:
    """Return which page of a column an address names by its rule, or None."""
    if url == rule.first:
        return 1
    before, _, after = rule.pattern.partition("{n}")
    number = url[len(before) : len(url) - len(after)]
    if not (url.startswith(before) and url.endswith(after) and number.isdecimal()):
        return None
    if len(number) > _MOST_DIGITS:
        return None
    page = pages - int(number) + 1 if rule.from_end else int(number) - rule.offset
    return page if 1 <= page <= pages else None


def _pattern(match: re.Match[str]) -> str:
    pattern = f"{match.string[: match.start('n')]}{{n}}{match.string[match.end('n') :]}"
    return _PAGES_PARAMETER.sub(r"\g<before>{pages}", pattern)


# `?PAGENUM=3`, `?page=3`
IN_QUERY = Numbering(
    address=re.compile(
        r"^(?P<before>.*?[?&](?:pagenum|page|pageno|pageindex|currentpage|curpage|p|a\w*p)=)"
        r"(?P<n>\d{1,9})(?P<after>(?:&.*)?)$",
        re.IGNORECASE,
    ),
    first=r"\g<before>1\g<after>",
)
# `column/list3.htm`, `index3.htm`: page 1 is `list.htm`
BEHIND_NAME = Numbering(
    address=re.compile(r"^(?P<before>.*/[a-z]+)(?P<n>\d{1,9})(?P<after>\.\w+)$", re.IGNORECASE)
)
# `column/index_3.html` is page 3
UNDERSCORED = Numbering(
    address=re.compile(r"^(?P<before>.*/[^/?#]*?)_(?P<n>\d{1,9})(?P<after>\.\w+)$", re.IGNORECASE)
)
# `column/index_2.html` is page 3
UNDERSCORED_FROM_0 = Numbering(address=UNDERSCORED.address, offset=-1)
# `list_12_3.html` is page 3 of column 12, `list_12_1.html` its first
UNDERSCORED_FROM_1 = Numbering(
    address=re.compile(r"^(?P<before>.*/[^/?#]*?_)(?P<n>\d{1,9})(?P<after>\.\w+)$", re.IGNORECASE),
    first=r"\g<before>1\g<after>",
)
# `column/59.htm` is page 2 of 60, `column/1.htm` the last; page 1 is `column.htm`
COUNTING_DOWN = Numbering(
    address=re.compile(r"^(?P<before>.*)/(?P<n>\d{1,9})(?P<after>\.s?html?)$", re.IGNORECASE),
    from_end=True,
)
