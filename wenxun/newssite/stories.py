"""What the invented 云岭大学 has to tell: articles, each with one of the traps of real pages.

Pure and deterministic: the same seed gives the same stories. People, places and events here do
not exist.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from wenxun.newssite import blocks as b

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEWEST = datetime(2024, 6, 28, 16, 30, tzinfo=SHANGHAI)
FIRST_NEWSID = 20001

_UNITS = ("机电学院", "图书馆", "教务处", "地质学院", "校团委", "后勤集团", "医学部", "研究生院")
_DEEDS = ("举办春耕读书会", "完成实验室安全检查", "启动新生导师计划", "召开教学研讨会",
          "发布学科建设年报", "开展野外考察", "举行校园开放日", "推进智慧教室改造")  # fmt: skip
_PLACES = ("青石礼堂", "望江楼报告厅", "松林校区", "云岭湖畔", "第三教学楼", "体育馆北厅")
_PEOPLE = ("林岚", "周牧野", "沈知秋", "顾长河", "程砚", "陆明川", "韩霁", "唐若溪")
_ENDS = ("与会师生围绕实际问题进行了讨论", "活动现场气氛热烈", "相关安排将在校内网公布",
         "下一阶段的工作计划也一并说明", "参加者对组织工作给予肯定")  # fmt: skip


class Form(StrEnum):
    """The three generations of article pages; each prints its date in its own way."""

    TABLE = "table"
    ART = "art"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of the site. `title` holds its display lines; `column` is its home's slug.

    `listed_at` is what lists print; the article page prints it only if `dated`.
    """

    newsid: int
    column: str
    form: Form
    title: tuple[str, ...]
    listed_at: datetime
    blocks: tuple[b.Block, ...]
    subtitle: str | None = None
    source: str | None = None
    editor: str | None = None
    files: tuple[b.File, ...] = ()
    dated: bool = True
    nested: bool = False
    dynamic: bool = False
    sticky: bool = False
    shared: bool = False

    @property
    def full_title(self) -> str:
        """The title as one line."""
        return "".join(self.title)

    @property
    def text(self) -> str:
        """The text that a reader gets, by the project's text rules."""
        return b.text_of(self.blocks)


Change = Callable[[Story, random.Random], Story]


def make_stories(
    count: int, *, columns: tuple[tuple[str, Form], ...], seed: int, variety: bool
) -> tuple[Story, ...]:
    """Return `count` stories, newest first, dealt to the columns in turn.

    With `variety` the first of them carry one trap each, and one more story repeats another's
    content under its own id, so that `count` stays the number of distinct articles.
    """
    rng = random.Random(seed)  # noqa: S311 - invented text, nothing secret
    stories = [_plain(index, count, columns[index % len(columns)], rng) for index in range(count)]
    if variety:
        stories = [_with_trap(index, story, rng) for index, story in enumerate(stories)]
        stories += [replace(stories[-1], newsid=FIRST_NEWSID + count)] if stories else []
    return tuple(stories)


def plain_blocks(newsid: int, rng: random.Random) -> tuple[b.Block, ...]:
    """Return an ordinary body of a few paragraphs that no other article has."""
    unit, deed = rng.choice(_UNITS), rng.choice(_DEEDS)
    opening = f"（通讯员 {rng.choice(_PEOPLE)}）{unit}近日{deed}，编号第{newsid}期。"
    makers = (b.paragraph, b.indented)
    return (
        b.first(opening),
        *(makers[n % 2](_sentences(rng)) for n in range(rng.randint(3, 6))),
    )


def _plain(index: int, count: int, home: tuple[str, Form], rng: random.Random) -> Story:
    newsid = FIRST_NEWSID + count - 1 - index
    title = f"{rng.choice(_UNITS)}{rng.choice(_DEEDS)}（第{newsid}期）"
    ago = timedelta(hours=7 * index, minutes=rng.randint(0, 300))
    return Story(
        newsid=newsid,
        column=home[0],
        form=home[1],
        title=(title,),
        listed_at=NEWEST - ago,
        blocks=plain_blocks(newsid, rng),
        source=rng.choice(_UNITS) if home[1] is Form.TABLE else None,
    )


def _sentences(rng: random.Random) -> str:
    said = [
        f"{rng.choice(_PEOPLE)}在{rng.choice(_PLACES)}介绍了第{rng.randint(2, 900)}项工作，"
        f"{rng.choice(_UNITS)}{rng.choice(_DEEDS)}，{rng.choice(_ENDS)}。"
        for _ in range(rng.randint(2, 4))
    ]
    return "".join(said)


def _with_trap(index: int, story: Story, rng: random.Random) -> Story:
    return TRAPS[index](story, rng) if index < len(TRAPS) else story


def _as_is(story: Story, _: random.Random) -> Story:
    return story


def _two_lines(story: Story, _: random.Random) -> Story:
    return replace(story, title=("薪火相传守初心 同心协力促发展", "云岭大学图书馆开展结对共建活动"))


def _table_body(story: Story, rng: random.Random) -> Story:
    rows = [(str(n), f"KT2024{rng.randint(100, 999)}", rng.choice(_UNITS)) for n in range(1, 6)]
    table = b.table(("序号", "课题编号", "所在单位"), *rows)
    return replace(story, blocks=(b.paragraph(f"第{story.newsid}号公示如下："), table))


def _prefixed(story: Story, _: random.Random) -> Story:
    return replace(story, title=("【云岭大家谈】把课堂搬到田埂上（三）",))


def _word(story: Story, _: random.Random) -> Story:
    start = ("云岭大学", "2024", "年", "“青苗”", "计划共收到", "1,286", "份申请，其中")
    pieces = (*start, "第", str(story.newsid), "号由", "程砚", "老师负责", "。")
    return replace(story, blocks=(b.word(*pieces), *story.blocks))


def _nested(story: Story, _: random.Random) -> Story:
    return replace(story, nested=True)


def _attached(story: Story, _: random.Random) -> Story:
    file = b.File(
        kind="file",
        name="云岭大学2024年名单.docx",
        path="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner={owner}&wbfileid=433435",
    )
    return replace(story, files=(file,))


def _pdf_only(story: Story, _: random.Random) -> Story:
    return replace(
        story, blocks=(b.pdf(f"/__local/C/81/A6/{story.newsid:032X}_F0629927_A95E.pdf"),)
    )


def _video(story: Story, _: random.Random) -> Story:
    player = b.video(f"/__local/4/5A/77/{story.newsid:032X}_B11C22DD_1F3A2B.mp4")
    return replace(story, blocks=(player, *story.blocks))


def _images_only(story: Story, _: random.Random) -> Story:
    paths = [f"/__local/2/6E/E0/{story.newsid * 10 + n:032X}_F628D1C1_8C59.png" for n in (1, 2)]
    return replace(story, blocks=tuple(b.picture(path) for path in paths))


def _dashes(story: Story, _: random.Random) -> Story:
    return replace(story, title=(f"青石巷--老校门的七十年 | 校史馆第{story.newsid}号展品",))


def _dynamic(story: Story, _: random.Random) -> Story:
    return replace(story, dynamic=True)


def _undated(story: Story, _: random.Random) -> Story:
    return replace(story, dated=False)


def _credited(story: Story, _: random.Random) -> Story:
    tail = b.broken("作者：校团委 周牧野", "图片：校团委 沈 秋")
    return replace(story, blocks=(*story.blocks, b.blank(), tail))


def _edited(story: Story, _: random.Random) -> Story:
    return replace(story, editor="顾长河")


def _sticky(story: Story, _: random.Random) -> Story:
    return replace(story, sticky=True, listed_at=story.listed_at - timedelta(days=90))


def _long_title(story: Story, _: random.Random) -> Story:
    project = f"二〇二四年度第{story.newsid}批校级教学改革研究项目"
    return replace(story, title=(f"关于公布云岭大学{project}立项评审结果及后续经费拨付安排的通知",))


def _shared(story: Story, _: random.Random) -> Story:
    return replace(story, shared=True)


def _subtitled(story: Story, _: random.Random) -> Story:
    return replace(story, subtitle="记云岭湖水质监测的二十年")


def _repeats_title(story: Story, _: random.Random) -> Story:
    return replace(story, blocks=(b.repeated_title(story.full_title), *story.blocks))


def _illustrated(story: Story, _: random.Random) -> Story:
    shot = b.picture(f"/__local/7/AB/01/{story.newsid:032X}_0A0B0C0D_77E1.jpg")
    head, *rest = story.blocks
    return replace(story, blocks=(head, b.blank(), shot, b.blank(), *rest, b.blank()))


# In the order of the stories, newest first: with three columns the first, fourth, … stand in the
# first column, and so on.
TRAPS: tuple[Change, ...] = (
    _as_is, _two_lines, _table_body, _prefixed, _undated, _word, _nested, _attached, _pdf_only,
    _video, _images_only, _dashes, _dynamic, _subtitled, _credited, _edited, _sticky, _long_title,
    _shared, _credited, _repeats_title, _illustrated, _illustrated, _nested, _long_title, _dynamic,
)  # fmt: skip
