"""The state of the fixture news site, and everything that can happen to it.

Pure apart from the clock it is given: no sockets, no files. Changes replace whole tuples, so a
server thread may read while a test changes things.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from wenxun.newssite import blocks as b
from wenxun.newssite.columns import Column, Entry, columns_of, entry_of, in_order
from wenxun.newssite.files import Served
from wenxun.newssite.stories import SHANGHAI, Story, make_stories, plain_blocks
from wenxun.newssite.traffic import Fault, Request, Traffic

OWNER = 1523804617


class Face(StrEnum):
    """The CMS that the site is made with."""

    VSB = "vsb"
    WEBPLUS = "webplus"


_LINKS = (
    ("https://mp.weixin.qq.com/s/Yl0ReCtd9k2fVbA", "微信推文：云岭湖的一天"),
    ("http://kyy.yunling.example/info/1003/3519.htm", "科研院：第十一届青年论坛征文"),
    (
        "/__local/9/D0/12/3A7E11D5C0B14F2A8E6F90B1C2D3E4F5_1122AABB_9C40.pdf",
        "云岭大学校历（2024版）",
    ),
    ("javascript:;", "内网公告：请登录后查看"),
)


class NewsSite:
    """A news site with `articles` distinct articles in `columns`, `per_page` items a list page.

    `variety` gives the first articles one trap of real pages each; without it all are plain.
    `page_kb` pads every page to about this size. `conditional` answers 304 on list pages.
    `scripted` has the pages written by scripts, which fetch what they show.
    `clock` dates what is published later (default: now, in Shanghai). `face` is the CMS whose
    markup and addresses the site has; `relaunch` changes it, as sites do.
    """

    def __init__(
        self,
        *,
        articles: int = 66,
        columns: int = 3,
        per_page: int = 10,
        seed: int = 7,
        page_kb: int = 0,
        variety: bool = True,
        conditional: bool = True,
        face: Face = Face.VSB,
        scripted: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(SHANGHAI),
    ) -> None:
        """Fill the site."""
        self.name = "云岭大学新闻网"
        self.base = "http://127.0.0.1"
        self.robots: str | None = "User-agent: *\nDisallow: /_dwr/\n"
        self.owner, self.per_page, self.page_kb = OWNER, per_page, page_kb
        self.conditional, self.scripted = conditional, scripted
        self.clock, self.face = clock, face
        self.columns = columns_of(columns)
        self.traffic = Traffic()
        self.version = 1
        self.gone: dict[int, int] = {}
        self.files: dict[str, Served] = {}
        homes = tuple((column.slug, column.form) for column in self.columns)
        made = make_stories(articles, columns=homes, seed=seed, variety=variety)
        self.stories = {story.newsid: story for story in made}
        self.views = {newsid: 100 + (newsid * 7919) % 5000 for newsid in self.stories}
        self._random = random.Random(seed + 1)  # noqa: S311 - invented text, nothing secret
        self._positions: dict[str, tuple[tuple[Entry, ...], dict[int, int]]] = {}
        self._start_ids = max(self.stories, default=20000)
        self.entries = {column.slug: self._first_entries(column) for column in self.columns}
        if variety:
            self._add_links()

    # What is there

    def column(self, slug: str) -> Column:
        """Return the column with this slug.

        Raises:
            KeyError: there is none.
        """
        return {column.slug: column for column in self.columns}[slug]

    def columns_with(self, newsid: int) -> tuple[Column, ...]:
        """Return the columns that list this article, its home first."""
        home = self.stories[newsid].column
        found = [c for c in self.columns if newsid in self._places(c.slug)]
        return tuple(sorted(found, key=lambda column: column.slug != home))

    def page(self, slug: str, number: int) -> tuple[Entry, ...]:
        """Return the items of list page `number`, 1 being the newest."""
        start = (number - 1) * self.per_page
        return self.entries[slug][start : start + self.per_page]

    def pages(self, slug: str) -> int:
        """Return how many list pages a column has; an empty column has one."""
        return max(1, -(-len(self.entries[slug]) // self.per_page))

    def neighbours(self, newsid: int) -> tuple[Story | None, Story | None]:
        """Return the articles listed before and after this one in its home column."""
        home = self.stories[newsid].column
        place, entries = self._places(home).get(newsid), self.entries[home]
        if place is None:
            return None, None
        before = next(
            (e.newsid for e in reversed(entries[max(0, place - 5) : place]) if e.newsid), None
        )
        after = next((e.newsid for e in entries[place + 1 : place + 6] if e.newsid), None)
        return self.stories.get(before or 0), self.stories.get(after or 0)

    # What can happen

    def publish(
        self,
        title: str | None = None,
        *,
        column: str | None = None,
        text: str | None = None,
        when: datetime | None = None,
        sticky: bool = False,
    ) -> Story:
        """Publish an article (default: invented, in the first column, dated by the clock)."""
        self._start_ids += 1
        newsid, home = self._start_ids, self.column(column or self.columns[0].slug)
        story = Story(
            newsid=newsid,
            column=home.slug,
            form=home.form,
            title=(title or f"云岭大学发布第{newsid}号新闻",),
            listed_at=(when or self.clock()).astimezone(SHANGHAI).replace(second=0, microsecond=0),
            blocks=_paragraphs(text) if text else plain_blocks(newsid, self._random),
            sticky=sticky,
        )
        self.stories[newsid], self.views[newsid] = story, 1
        self._list(newsid, home.slug)
        return story

    def publish_late(
        self, title: str | None = None, *, days: int = 30, column: str | None = None
    ) -> Story:
        """Publish an article with a date `days` ago: it lands deeper in its list."""
        return self.publish(title, column=column, when=self.clock() - timedelta(days=days))

    def edit(self, newsid: int, *, title: str | None = None, text: str | None = None) -> Story:
        """Change an article's title or text; without either, a sentence is added to its text."""
        story = self.stories[newsid]
        if title is not None:
            story = replace(story, title=(title,))
        if text is not None or title is None:
            added = b.paragraph(f"（更正：本文已于第{self.version + 1}次修订时更新。）")
            story = replace(story, blocks=_paragraphs(text) if text else (*story.blocks, added))
        self.stories[newsid] = story
        self._touch()
        return story

    def attach(self, newsid: int, name: str, served: Served, *, path: str | None = None) -> str:
        """Hang a file on an article, at `path` or where the CMS hands files out; return where."""
        number = 500_000 + len(self.files)
        download = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl"
        path = path or f"{download}&owner={self.owner}&wbfileid={number}"
        story = self.stories[newsid]
        file = b.File(kind="file", name=name, path=path)
        self.stories[newsid] = replace(story, files=(*story.files, file))
        self.serve_file(path, served)
        return path

    def serve_file(self, path: str, served: Served) -> None:
        """Answer a file's address from now on with this."""
        self.files[path] = served
        self._touch()

    def withdraw(self, newsid: int, *, status: int = 404) -> None:
        """Take an article down: off the lists, its page answers `status` (200: a 404 shell)."""
        self.gone[self.stories[newsid].newsid] = status
        for slug in self.entries:
            self._unlist(newsid, slug)

    def restore(self, newsid: int) -> None:
        """Put a withdrawn article back in its home column."""
        del self.gone[newsid]
        self._list(newsid, self.stories[newsid].column)

    def move(self, newsid: int, *, column: str, keep: bool = False) -> None:
        """List an article in another column; unless `keep`, its old address is given up."""
        slug = self.column(column).slug
        if not keep:
            self._unlist(newsid, self.stories[newsid].column)
            self.stories[newsid] = replace(self.stories[newsid], column=slug)
        self._list(newsid, slug)

    def stick(self, newsid: int, *, sticky: bool = True) -> None:
        """Put an article on top of its lists, or back in its place."""
        self.stories[newsid] = replace(self.stories[newsid], sticky=sticky)
        for column in self.columns_with(newsid):
            self._unlist(newsid, column.slug)
            self._list(newsid, column.slug)

    def count_views(self, newsid: int, *, by: int = 1) -> int:
        """Change only the view count; no page changes. Return the new number."""
        self.views[newsid] += by
        return self.views[newsid]

    def relaunch(self, face: Face) -> None:
        """Show the same stories by another CMS: other markup, other addresses, other counters."""
        self.face = face
        self._touch()

    def go_slow(self, delay_s: float, *, match: str = "") -> None:
        """Answer paths that contain `match` late."""
        self.traffic.faults = (*self.traffic.faults, Fault(match=match, delay_s=delay_s))

    def fail(self, status: int, *, match: str = "", times: int | None = None) -> None:
        """Answer paths that contain `match` with this status, `times` times or until `heal`."""
        self.traffic.faults = (*self.traffic.faults, Fault(match=match, status=status, left=times))

    def heal(self) -> None:
        """End all slowness and failures."""
        self.traffic.faults = ()

    # What was asked

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests since the last `reset_log`."""
        return tuple(self.traffic.requests)

    @property
    def counts(self) -> Counter[str]:
        """The requests by kind: listing, article, counter, robots, asset, trip, home, other."""
        return self.traffic.counts

    @property
    def trips(self) -> int:
        """How often an end point was called that no crawler may call."""
        return self.traffic.counts["trip"]

    def reset_log(self) -> None:
        """Forget the requests."""
        self.traffic.reset()

    @property
    def changed_at(self) -> datetime:
        """When the pages changed last, for Last-Modified: a second a change, no clock."""
        return datetime(2024, 6, 28, 8, 30, tzinfo=UTC) + timedelta(seconds=self.version)

    def _first_entries(self, column: Column) -> tuple[Entry, ...]:
        also = self.columns[min(1, len(self.columns) - 1)].slug == column.slug
        stories = self.stories.values()
        mine = (s for s in stories if s.column == column.slug or (s.shared and also))
        return in_order(entry_of(story) for story in mine)

    def _add_links(self) -> None:
        for number, (href, title) in enumerate(_LINKS):
            slug = self.columns[number % min(2, len(self.columns))].slug
            entries = self.entries[slug]
            at = entries[min(3 + number, len(entries) - 1)].listed_at if entries else self.clock()
            link = Entry(listed_at=at - timedelta(minutes=1), href=href, title=title)
            self.entries[slug] = in_order((*entries, link))

    def _list(self, newsid: int, slug: str) -> None:
        if newsid not in self._places(slug):
            self.entries[slug] = in_order((*self.entries[slug], entry_of(self.stories[newsid])))
        self._touch()

    def _unlist(self, newsid: int, slug: str) -> None:
        self.entries[slug] = tuple(e for e in self.entries[slug] if e.newsid != newsid)
        self._touch()

    def _touch(self) -> None:
        self.version += 1

    def _places(self, slug: str) -> dict[int, int]:
        entries = self.entries[slug]
        known = self._positions.get(slug)
        if known is None or known[0] is not entries:
            places = {entry.newsid: n for n, entry in enumerate(entries) if entry.newsid}
            known = self._positions[slug] = (entries, places)
        return known[1]


def _paragraphs(text: str) -> tuple[b.Block, ...]:
    return tuple(b.paragraph(line) for line in text.split("\n"))
