"""Redesigns that repair was not built with: its misses here were never looked at.

Roles instead of classes, records of public documents, panes and posts beside the article that look
just like it, columns with quotes out of the text, frameworks whose classes tell nothing, pages of
`<center>` and `<hr>`, and other articles named between the paragraphs.
"""

import random
from collections.abc import Callable
from html import escape

from benchmarks.redesigning import Maker, MixedRedesign, Told, day_of, mixed, prose

_SOUP = ("d-flex", "g-3", "col-md-8", "px-4", "shadow", "text-muted", "lh-lg", "fs-5")


def held_out_redesign(seed: int) -> MixedRedesign:
    """Return one of the templates by its seed."""
    rng = random.Random(f"held out {seed}")
    return mixed(rng, (_roles, _record, _panes, _thread, _columns, _soup, _centred, _seen_too))


def _day(rng: random.Random) -> Callable[[Told], str]:
    form = rng.choice(
        ("{:%Y-%m-%d}", "{:%Y年%m月%d日}", "{:%Y.%m.%d %H:%M}", "发布日期：{:%Y-%m-%d}")
    )
    return lambda told: form.format(told.at)


def _text(told: Told) -> str:
    return "\n".join(told.blocks)


def _roles(rng: random.Random) -> Maker:
    day, level = _day(rng), rng.randint(1, 2)

    def make(told: Told, page: random.Random) -> str:
        return (
            f"<div role=banner>{prose(page, 1)}</div><div role=main><div role=heading"
            f" aria-level={level}>{escape(told.title)}</div><div role=note>{day(told)}</div>"
            f"<div role=document>{_text(told)}</div><div role=log>{day_of(page)}"
            f"{''.join(f'<p>{prose(page, 4)}</p>' for _ in range(page.randint(2, 6)))}</div></div>"
        )

    return make


def _record(rng: random.Random) -> Maker:
    day = _day(rng)
    label = rng.choice(("公开日期", "发文日期", "生成日期"))

    def make(told: Told, page: random.Random) -> str:
        rows = (
            f"<tr><td>索引号</td><td>{page.randrange(10**8)}</td><td>{label}</td><td>{day(told)}</td></tr>"
            f"<tr><td>名称</td><td colspan=3>{escape(told.title)}</td></tr>"
        )
        notice = f"<div><p>{prose(page, page.randint(2, 5))}</p></div>"
        return (
            f"<div class=dir><table>{rows}</table></div>{notice}"
            f"<div class=zw><div>{_text(told)}</div></div>"
            f"<div class=jd><h4>政策解读</h4><p>{prose(page, page.randint(3, 12))}</p></div>"
        )

    return make


def _panes(rng: random.Random) -> Maker:
    day, name = _day(rng), rng.choice(("pane", "tab-body", "swiper-slide"))

    def make(told: Told, page: random.Random) -> str:
        others = "".join(
            f"<div class={name} id=p{number}><p>{prose(page, page.randint(5, 12))}</p></div>"
            for number in (2, 3)
        )
        return (
            f"<div class=hd><span>{escape(told.title)}</span><time>{day(told)}</time></div>"
            f"<div class=bd><div class={name} id=p1>{_text(told)}</div>{others}</div>"
        )

    return make


def _thread(rng: random.Random) -> Maker:
    day, name = _day(rng), rng.choice(("floor", "post", "reply-item"))

    def make(told: Told, page: random.Random) -> str:
        replies = "".join(
            f"<div class={name}><b>网友{page.randrange(99)}</b><i>{day_of(page)}</i>"
            f"<div class={name}-c>{prose(page, page.randint(1, 9))}</div></div>"
            for _ in range(page.randint(2, 6))
        )
        return (
            f"<h2>{escape(told.title)}</h2><div class={name}><b>{told.source}</b><i>{day(told)}</i>"
            f"<div class={name}-c>{_text(told)}</div></div>{replies}"
        )

    return make


def _columns(rng: random.Random) -> Maker:
    day, quote = _day(rng), rng.choice(("pull", "yinwen"))

    def make(told: Told, page: random.Random) -> str:
        half = (len(told.blocks) + 1) // 2
        longest = max(told.text.split("\n"), key=len)
        sides = ("\n".join(told.blocks[:half]), "\n".join(told.blocks[half:]))
        return (
            f"<div class=sheet><h1>{escape(told.title)}</h1><h6>{day(told)}</h6>"
            f"<div class=column>{sides[0]}</div><aside class={quote}>{escape(longest[:30])}</aside>"
            f"<div class=column>{sides[1]}</div><p class=colophon>{prose(page, 3)}</p></div>"
        )

    return make


def _soup(rng: random.Random) -> Maker:
    day, depth = _day(rng), rng.randint(1, 3)

    def names() -> str:
        return " ".join(rng.sample(_SOUP, 3))

    outer, title, date, text, more = (names() for _ in range(5))

    def make(told: Told, page: random.Random) -> str:
        inner = (
            f"<div class='{title}'>{escape(told.title)}</div><div class='{date}'>{day(told)}</div>"
            f"<div class='{text}'>{_text(told)}</div><div class='{more}'>{prose(page, 6)}</div>"
        )
        for _ in range(depth):
            inner = f"<div class='{outer}'>{inner}</div>"
        return (
            f"<div id=app>{inner}<div class='{more}'>{prose(page, page.randint(2, 9))}</div></div>"
        )

    return make


def _centred(rng: random.Random) -> Maker:
    day = _day(rng)

    def make(told: Told, page: random.Random) -> str:
        return (
            f"<center><b>{escape(told.title)}</b></center><hr><div align=right>{day(told)}</div>"
            f"<blockquote>{_text(told)}</blockquote><hr><p>{prose(page, page.randint(4, 12))}</p>"
            f"<p>{day_of(page)}</p>"
        )

    return make


def _seen_too(rng: random.Random) -> Maker:
    day, name = _day(rng), rng.choice(("see", "kuozhan", "inline-link"))

    def make(told: Told, page: random.Random) -> str:
        blocks = list(told.blocks)
        for _ in range(page.randint(1, 3)):
            link = (
                f"<p class={name}><a href='/s/{page.randrange(99)}.html'>{prose(page, 1)}</a></p>"
            )
            blocks.insert(page.randint(1, len(blocks)), link)
        return (
            f"<article><header><h1>{escape(told.title)}</h1><p>{day(told)}</p></header>"
            f"<div class=entry>{''.join(blocks)}<figure class=ad><figcaption>{prose(page, 1)}"
            "</figcaption></figure></div></article>"
        )

    return make
