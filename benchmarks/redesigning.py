"""Redesigned article pages: the same articles in templates that nobody has seen, by seed.

A template is chosen once a site and seed, as a redesign is: names, nesting, order, furniture. What
stands on a page beside its article differs from page to page. Those of this file and of
`redesigning_kinds.py` are what repair is built with, those of `redesigning_held_out.py` are not.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import chain
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from crawler.extract import extract
from crawler.fields.body import read_body, text_of
from crawler.fixture import TruthKind, case_folders, load_case
from crawler.page import Page
from crawler.repairing.known import Known, Sample
from storage.article import Article, comparable
from wenxun.newssite.columns import columns_of
from wenxun.newssite.stories import make_stories

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE = "青岚学院新闻网"
_LEAST_LETTERS = 60


@dataclass(frozen=True, kw_only=True)
class Told:
    """An article as any template gets it: its body comes as markup, block by block."""

    title: str
    text: str
    blocks: tuple[str, ...]
    at: datetime
    source: str


def all_told() -> list[Told]:
    """Return the articles of the fixtures and of the invented site, each content once."""
    found = chain(_of_fixtures(), _of_site())
    return list({comparable(one.title + one.text): one for one in found}.values())


def _of_fixtures() -> Iterator[Told]:
    rng = random.Random(1)
    for folder in case_folders(ROOT / "fixtures"):
        case = load_case(folder)
        if case.kind is not TruthKind.ARTICLE or len(case.truth["text"]) < _LEAST_LETTERS:
            continue
        article = extract(case.page)
        text = case.truth["text"]
        blocks = _blocks(article.html or "") if isinstance(article, Article) else ()
        if _text(blocks) != text:
            blocks = tuple(f"<p>{escape(line)}</p>" if line else _PICTURE for line in _lines(text))
        at = datetime(2025, 1, 1, 9, tzinfo=SHANGHAI) + timedelta(minutes=rng.randrange(450_000))
        yield Told(title=case.truth["title"], text=text, blocks=blocks, at=at, source="宣传部")


def _of_site() -> Iterator[Told]:
    homes = tuple((column.slug, column.form) for column in columns_of(3))
    for story in make_stories(60, columns=homes, seed=5, variety=True):
        blocks = tuple(block.html for block in story.blocks)
        if len(story.text) >= _LEAST_LETTERS and _text(blocks) == story.text:
            yield Told(
                title=story.full_title,
                text=story.text,
                blocks=blocks,
                at=story.listed_at,
                source=story.source or "校报",
            )


_PICTURE = '<p style="text-align:center"><img src="/upload/a.jpg"></p>'


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _blocks(html: str) -> tuple[str, ...]:
    body = LexborHTMLParser(f"<body>{html}").body
    children = body.iter(include_text=True) if body else ()
    return tuple(one.html or "" for one in children if (one.html or "").strip())


def _text(blocks: Sequence[str]) -> str:
    tree = LexborHTMLParser(f"<body><div>{''.join(blocks)}</div>")
    return text_of(read_body(tree.css("div")[0], base="http://x.example/").lines)


# The names that a redesign gives its elements.

Names = Callable[[str], str]  # the part that an element plays → its attributes, with a blank
_WORDS = {
    "title": ("title", "bt", "news-tt", "art_head", "xq-title", "headline"),
    "meta": ("meta", "info", "news-info", "art_xx", "xq-sub", "other"),
    "date": ("date", "time", "pub", "sj", "fbsj"),
    "source": ("source", "from", "ly"),
    "body": ("content", "nr", "news-con", "art_main", "xq-txt", "text-wrap"),
    "part": ("section", "duan", "chunk", "part"),
    "wrap": ("wrap", "inner", "box", "main", "container", "layout"),
    "ad": ("ad", "gg", "promo", "banner-in"),
    "related": ("related", "xgyd", "more-news", "rec"),
    "share": ("share", "tools", "fx"),
    "side": ("aside-r", "sidebar", "hotlist", "paihang"),
    "note": ("note", "sm", "disclaimer", "tips"),
    "comments": ("comments", "pl", "reply"),
    "lead": ("lead", "daodu", "summary"),
}
_UTILITIES = (
    "mt-4",
    "text-lg",
    "leading-8",
    "flex",
    "p-6",
    "text-gray-600",
    "max-w-4xl",
    "mx-auto",
)


def _words(rng: random.Random) -> Names:
    chosen = {part: rng.choice(names) for part, names in _WORDS.items()}
    return lambda part: f' class="{chosen[part]}"'


def _prefixed(rng: random.Random) -> Names:
    prefix = rng.choice(("ql-", "c-", "tpl_", "m-"))
    chosen = {part: f"{prefix}{rng.choice(names)}" for part, names in _WORDS.items()}
    return lambda part: f' class="{chosen[part]} clearfix"'


def _hash(rng: random.Random) -> str:
    return "".join(rng.choice("abcdefghkmnpqrstuvwxyzABCDEFGH23456789") for _ in range(5))


def _modules(rng: random.Random) -> Names:
    chosen = {part: f"{rng.choice(names)}__{_hash(rng)}" for part, names in _WORDS.items()}
    return lambda part: f' class="{chosen[part]}"'


def _hashed(rng: random.Random) -> Names:
    chosen = {part: f"css-{_hash(rng)}{rng.randrange(10)}" for part in _WORDS}
    return lambda part: f' class="{chosen[part]}"'


def _utilities(rng: random.Random) -> Names:
    chosen = {part: " ".join(rng.sample(_UTILITIES, 3)) for part in _WORDS}
    return lambda part: f' class="{chosen[part]}"'


def _ids(rng: random.Random) -> Names:
    chosen = {part: rng.choice(names) for part, names in _WORDS.items()}
    many = {"part", "wrap", "ad", "share"}
    return lambda part: f' {"class" if part in many else "id"}="{chosen[part]}"'


def _some(rng: random.Random) -> Names:
    """Some of the elements have no name at all."""
    chosen = {part: rng.choice((*names, "", "")) for part, names in _WORDS.items()}
    return lambda part: f' class="{chosen[part]}"' if chosen[part] else ""


# What stands around and within.

_SENTENCES = (
    "凡本网注明来源的作品，版权均属于本网，未经授权不得转载、摘编或以其他方式使用。",
    "上月的体育节在松林校区举行，参加的队伍比往年多出一倍，比赛持续了三天。",
    "去年此时，图书馆的新馆刚刚封顶，如今已有近万名读者办理了借阅证。",
    "读者来信说，食堂的早餐供应时间延长以后，早课的学生终于不用空着肚子听讲。",
    "本栏目长期征集校园里的好人好事，来稿请寄青岚路一号编辑部收。",
    "后勤集团提醒各位住户，冬季用电请勿超过额定功率，以免跳闸影响邻里。",
    "有网友留言问起老校门的去处，校史馆回复说，石柱现存放在东区的仓库里。",
)
_TITLES = (
    "校园开放日迎来上千名中学生", "新一批青年教师完成岗前培训", "地质队重返青石山考察",
    "冬季运动会闭幕", "图书馆延长开放时间的通知", "三位校友向母校捐赠藏书",
)  # fmt: skip


def prose(rng: random.Random, sentences: int) -> str:
    """Return sentences that are no part of any article."""
    return "".join(rng.choice(_SENTENCES) for _ in range(sentences))


def day_of(rng: random.Random) -> str:
    """Return a day that is no article's."""
    return f"{rng.randint(2022, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def _ad(rng: random.Random, names: Names) -> str:
    return f"<div{names('ad')}><a href='/zt/'>专题</a> {prose(rng, rng.randint(1, 2))}</div>"


def _related(rng: random.Random, names: Names) -> str:
    rows = "".join(
        f'<li><a href="/r/{rng.randrange(9999)}.html">{rng.choice(_TITLES)}</a> {day_of(rng)}'
        f"<p>{prose(rng, rng.randint(1, 3))}</p></li>"
        for _ in range(rng.randint(2, 4))
    )
    return f"<div{names('related')}><b>你可能还想看</b><ul>{rows}</ul></div>"


def _share(rng: random.Random, names: Names) -> str:
    word = rng.choice(("扫一扫在手机上读", "把这篇发给朋友", "点个赞"))
    return f"<div{names('share')}>{word} <a href='#'>微博</a> <a href='#'>微信</a></div>"


def _note(rng: random.Random, names: Names) -> str:
    return f"<div{names('note')}><p>{prose(rng, rng.randint(1, 3))}</p></div>"


def _comments(rng: random.Random, names: Names) -> str:
    rows = "".join(
        f"<div><i>读者{rng.randrange(999)}</i> {day_of(rng)} 10:{rng.randint(10, 59)}"
        f"<p>{prose(rng, rng.randint(2, 6))}</p></div>"
        for _ in range(rng.randint(2, 7))
    )
    return f"<section{names('comments')}><h3>大家怎么说</h3>{rows}</section>"


def _side(rng: random.Random, names: Names) -> str:
    rows = "".join(
        f"<li><a href='/h/{rng.randrange(9999)}.html'>{rng.choice(_TITLES)}</a>"
        f"<i>{day_of(rng)}</i></li>"
        for _ in range(rng.randint(3, 6))
    )
    return f"<aside{names('side')}><h3>排行</h3><ul>{rows}</ul><p>{prose(rng, 3)}</p></aside>"


def _lead(rng: random.Random, names: Names) -> str:
    return f"<div{names('lead')}>{prose(rng, rng.randint(1, 2))}</div>"


Furniture = Callable[[random.Random, Names], str]


@dataclass(frozen=True, kw_only=True)
class Redesign:
    """A template: how it is named and nested, in which order, and with which furniture.

    `within` stand between the paragraphs, `behind` below them inside the same element, `above`
    before them in it; `around` stand elsewhere on the page.
    """

    names: Names
    order: tuple[str, ...]
    heading: str
    depth: int
    labels: str
    document_title: str
    body: str
    within: tuple[Furniture, ...] = ()
    above: tuple[Furniture, ...] = ()
    behind: tuple[Furniture, ...] = ()
    around: tuple[Furniture, ...] = ()
    today: bool = False

    def page(self, told: Told, rng: random.Random, *, url: str) -> Page:
        """Return the page of an article; what differs from page to page comes from `rng`."""
        parts = {
            "title": f"<{self.heading}{self.names('title')}>{escape(told.title)}</{self.heading}>",
            "meta": self._meta(told, rng),
            "body": self._body(told, rng),
        }
        inner = "".join(parts[part] for part in self.order)
        for _ in range(self.depth):
            inner = f"<div{self.names('wrap')}>{inner}</div>"
        around = [make(rng, self.names) for make in self.around]
        cut = len(around) // 2
        top = f"<div>今天是{day_of(rng)} 星期三</div>" if self.today else ""
        name = escape(self.document_title.format(title=told.title, site=SITE))
        menu = "".join(
            f"<li><a href='/{n}/'>{n}</a></li>" for n in ("首页", "要闻", "通知", "校报")
        )
        html = (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{name}</title></head>"
            f"<body>{top}<ul>{menu}</ul>{''.join(around[:cut])}{inner}{''.join(around[cut:])}"
            f"<footer>版权所有 {SITE} 青岚路1号</footer></body></html>"
        )
        return Page(url=url, body=html.encode(), fetched_at=NOW)

    def _meta(self, told: Told, rng: random.Random) -> str:
        other = f"{day_of(rng)} 08:30"
        text = self.labels.format(
            day=f"{told.at:%Y-%m-%d}", time=f"{told.at:%Y-%m-%d %H:%M}", source=told.source,
            chinese=f"{told.at.year}年{told.at.month}月{told.at.day}日", other=other,
            d=self.names("date"), s=self.names("source"),
        )  # fmt: skip
        return f"<div{self.names('meta')}>{text}</div>"

    def _body(self, told: Told, rng: random.Random) -> str:
        blocks = list(told.blocks)
        if self.body == "parts":
            return self._parts(blocks, rng)
        for make in self.within:
            blocks.insert(rng.randint(1, len(blocks)), make(rng, self.names))
        above = "".join(make(rng, self.names) for make in self.above)
        behind = "".join(make(rng, self.names) for make in self.behind)
        text = "\n".join(blocks)
        if self.body == "loose":  # beside title and meta line
            return f"{above}{text}{behind}"
        return f"<div{self.names('body')}>{above}{text}{behind}</div>"

    def _parts(self, blocks: list[str], rng: random.Random) -> str:
        size = max(1, len(blocks) // rng.randint(2, 3))
        pieces = [blocks[at : at + size] for at in range(0, len(blocks), size)]
        made = [f"<div{self.names('part')}>{''.join(piece)}</div>" for piece in pieces]
        for make in self.within or (_ad,):
            made.insert(rng.randint(1, len(made)), make(rng, self.names))
        return f"<div{self.names('wrap')}>{''.join(made)}</div>"


_LABELS = (
    "发布时间：{time}　来源：{source}",
    "<span{s}>{source}</span><span{d}>{time}</span>",
    "<span{d}>{day}</span> <span>阅读 32</span>",
    "更新于 {other} | <span{d}>{time}</span>",
    "活动时间：{other}<br><em{d}>{day}</em>",
    "<i>{other}</i><i{d}>{chinese}</i>",
    "{source} / {chinese}",
)
_TITLES_OF_PAGES = ("{title}-{site}", "{site}", "{site} - {title}", "正文 | {site}")
_ORDERS = (
    ("title", "meta", "body"),
    ("meta", "title", "body"),
    ("title", "body", "meta"),
)


def redesign(seed: int) -> Redesign:
    """Return one of endlessly many templates."""
    rng = random.Random(seed)
    schemes = (_words, _prefixed, _modules, _hashed, _utilities, _ids, _some)

    def some(makes: Sequence[Furniture], most: int) -> tuple[Furniture, ...]:
        return tuple(rng.sample(makes, rng.randint(0, most)))

    return Redesign(
        names=rng.choice(schemes)(rng),
        order=rng.choice(_ORDERS),
        heading=rng.choice(("h1", "h1", "h2", "div", "p", "h3")),
        depth=rng.randint(0, 4),
        labels=rng.choice(_LABELS),
        document_title=rng.choice(_TITLES_OF_PAGES),
        body=rng.choice(("one", "one", "one", "parts", "loose")),
        within=some((_ad, _related, _share, _note), 2),
        above=some((_share, _lead, _note), 1),
        behind=some((_share, _related, _note, _comments), 2),
        around=some((_comments, _side, _related, _note), 3),
        today=rng.random() < 0.3,
    )


Maker = Callable[[Told, random.Random], str]


@dataclass(frozen=True, kw_only=True)
class MixedRedesign:
    """A template, or two of one site: `makers` of what stands in the page's body, by chance."""

    makers: tuple[Maker, ...]
    document_title: str

    def page(self, told: Told, rng: random.Random, *, url: str) -> Page:
        """Return the page of an article."""
        inner = rng.choice(self.makers)(told, rng)
        name = escape(self.document_title.format(title=told.title, site=SITE))
        html = (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{name}</title></head>"
            f"<body>{inner}</body></html>"
        )
        return Page(url=url, body=html.encode(), fetched_at=NOW)


def mixed(rng: random.Random, kinds: Sequence[Callable[[random.Random], Maker]]) -> MixedRedesign:
    """Return a template of one of these kinds; a fifth of the sites has two."""
    makers = [rng.choice(kinds)(rng)]
    if rng.random() < 0.2:
        makers.append(rng.choice(kinds)(rng))
    titles = ("{title}", "{site}", "{site}|{title}", "内容页")
    return MixedRedesign(makers=tuple(makers), document_title=rng.choice(titles))


class Template(Protocol):
    """What sets an article as a page."""

    def page(self, told: Told, rng: random.Random, *, url: str) -> Page:
        """Return the page of an article; what differs from page to page comes from `rng`."""


def samples_of(template: Template, articles: Sequence[Told], *, seed: int) -> list[Sample]:
    """Return the pages of articles in a template, with what is known of them."""
    found = []
    for number, told in enumerate(articles):
        rng = random.Random(f"{seed}:{number}")
        url = f"https://news.qinglan.example/read/{seed * 1000 + number}.html"
        known = Known(
            url=url, title=told.title, text=told.text, published_at=told.at, source=told.source
        )
        found.append(Sample(page=template.page(told, rng, url=url), known=known))
    return found
