"""What a right crawl of the fixture site finds, written down from its state."""

from typing import TypedDict

from wenxun.newssite.columns import Entry
from wenxun.newssite.lists import href_of
from wenxun.newssite.state import NewsSite
from wenxun.newssite.stories import Form, Story


class Truth(TypedDict):
    """The expected values of one document; URLs are absolute, `None` is what the page hides."""

    newsid: int
    title: str
    subtitle: str | None
    published_text: str | None
    views: int | None
    text: str
    source: str | None
    editor: str | None
    images: list[str]
    attachments: list[dict[str, str | None]]
    columns: list[str]
    urls: list[str]
    sticky: bool
    online: bool


def truth_of(site: NewsSite, story: Story) -> Truth:
    """Return what is to be found of one article."""
    online = story.newsid not in site.gone
    files = [*(file for block in story.blocks for file in block.files), *story.files]
    columns = site.columns_with(story.newsid)
    at = Entry(listed_at=story.listed_at, newsid=story.newsid)
    return Truth(
        newsid=story.newsid,
        title=story.full_title,
        subtitle=story.subtitle if story.form is Form.ART else None,
        published_text=_printed_date(story),
        views=None if story.form is Form.ART else site.views[story.newsid],
        text=story.text,
        source=story.source,
        editor=story.editor,
        images=[site.base + path for block in story.blocks for path in block.images],
        attachments=[
            {"kind": f.kind, "name": f.name, "url": site.base + f.path.format(owner=site.owner)}
            for f in files
        ],
        columns=[column.slug for column in columns],
        urls=[site.base + href_of(site, column, at) for column in columns],
        sticky=story.sticky,
        online=online,
    )


def truths(site: NewsSite) -> tuple[Truth, ...]:
    """Return what is to be found of every article, withdrawn ones too (`online` is false)."""
    return tuple(truth_of(site, story) for story in site.stories.values())


def distinct_articles(site: NewsSite) -> int:
    """Return how many different contents are online: what people count as articles."""
    stories = [s for s in site.stories.values() if s.newsid not in site.gone]
    return len({(s.title, s.text, *_assets(s)) for s in stories})


def _assets(story: Story) -> tuple[str, ...]:
    """Return what tells two articles apart that have hardly any text."""
    images = (path for block in story.blocks for path in block.images)
    return (*images, *(file.path for block in story.blocks for file in block.files))


def _printed_date(story: Story) -> str | None:
    printed = {
        Form.TABLE: f"日期：{story.listed_at:%Y-%m-%d %H:%M}",
        Form.ART: f"时间：{story.listed_at:%Y-%m-%d}",
        Form.COMPONENT: f"{story.listed_at:%Y-%m-%d %H:%M}",
    }
    return printed[story.form] if story.dated else None
