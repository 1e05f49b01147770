"""The columns of the fixture site, and the order of their items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wenxun.newssite.stories import Form, Story

_FORMS = tuple(Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the site. Its form decides how its list pages are paged, too."""

    slug: str
    tree: int
    name: str
    form: Form

    @property
    def path(self) -> str:
        """The address of its first list page."""
        if self.form is Form.COMPONENT:
            return f"/list.jsp?urltype=tree.TreeTempUrl&wbtreeid={self.tree}"
        return f"/{self.slug}.htm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a list: an article, or a link that leads elsewhere (`href`)."""

    listed_at: datetime
    newsid: int | None = None
    href: str | None = None
    title: str = ""
    sticky: bool = False


def columns_of(count: int) -> tuple[Column, ...]:
    """Return this many columns; the forms take turns."""
    named = (
        Column(slug="jdyw", tree=1033, name="焦点要闻", form=Form.TABLE),
        Column(slug="xwzx/tzgg", tree=1041, name="通知公告", form=Form.ART),
        Column(slug="jxky", tree=1124, name="教学科研", form=Form.COMPONENT),
    )
    more = (
        Column(slug=f"lm{n}", tree=1200 + n, name=f"第{n}栏目", form=_FORMS[(n - 1) % len(_FORMS)])
        for n in range(len(named) + 1, count + 1)
    )
    return (*named[:count], *more)


def entry_of(story: Story) -> Entry:
    """Return the list item of an article."""
    return Entry(listed_at=story.listed_at, newsid=story.newsid, sticky=story.sticky)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the items as a list shows them: sticky ones first, then the newest first."""
    return tuple(sorted(entries, key=_place))


def _place(entry: Entry) -> tuple[bool, float, int]:
    return not entry.sticky, -entry.listed_at.timestamp(), -(entry.newsid or 0)
