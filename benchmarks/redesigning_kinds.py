"""Redesigns of other kinds than those of `redesigning.py`.

Tables without names, elements that only data attributes tell apart, blogs whose classes hold the
number of the post, articles in cards paragraph by paragraph, a summary that repeats the text, a
second copy for printing, and sites whose columns have two templates at once.
"""

import random
from collections.abc import Callable
from html import escape

from benchmarks.redesigning import Maker, MixedRedesign, Told, day_of, mixed, prose

_BOX = ("panel", "kuang", "card", "area", "zone")


def redesign_of_a_kind(seed: int) -> MixedRedesign:
    """Return one of the templates by its seed."""
    rng = random.Random(f"other {seed}")
    return mixed(rng, (_table, _data, _blog, _cards, _repeating, _twice, _frame))


def _dates(rng: random.Random) -> Callable[[Told, random.Random], str]:
    form = rng.choice(
        ("{day}", "{minute} 星期五", "时间 {minute}", "{day} 发表", "截稿：{other} 刊发：{day}")
    )
    return lambda told, page: form.format(
        day=f"{told.at:%Y-%m-%d}", minute=f"{told.at:%Y/%m/%d %H:%M}", other=day_of(page)
    )


def _body(told: Told) -> str:
    return "\n".join(told.blocks)


def _rows(rng: random.Random, most: int) -> str:
    return "".join(
        f"<tr><td>·</td><td><a href='/n{rng.randrange(999)}.html'>{prose(rng, 1)[:20]}</a></td>"
        f"<td>{day_of(rng)}</td></tr>"
        for _ in range(rng.randint(2, most))
    )


def _table(rng: random.Random) -> Maker:
    date, width = _dates(rng), rng.choice((760, 900, 1000))
    has_notice, colour = rng.random() < 0.7, rng.choice(("#fff", "#f4f4f4"))

    def make(told: Told, page: random.Random) -> str:
        side = f"<table>{_rows(page, 6)}</table><p>{prose(page, page.randint(2, 5))}</p>"
        notice = f"<tr><td>{prose(page, page.randint(1, 4))}</td></tr>" if has_notice else ""
        return (
            f"<table width={width}><tr><td valign=top width=200>{side}</td><td>"
            f"<table bgcolor={colour}>"
            f"<tr><td align=center><font size=5>{escape(told.title)}</font></td></tr>"
            f"<tr><td align=right>{date(told, page)} {told.source}</td></tr>{notice}"
            f"<tr><td>{_body(told)}</td></tr><tr><td>{prose(page, 2)}</td></tr></table>"
            "</td></tr></table>"
        )

    return make


def _data(rng: random.Random) -> Maker:
    key, date = rng.choice(("data-role", "data-name", "data-type")), _dates(rng)
    more = rng.randint(1, 3)

    def make(told: Told, page: random.Random) -> str:
        teasers = "".join(f"<div {key}=teaser><p>{prose(page, 3)}</p></div>" for _ in range(more))
        return (
            f"<main><div {key}=story><div {key}=headline>{escape(told.title)}</div>"
            f"<div {key}=byline>{told.source}<b>{date(told, page)}</b></div><div {key}=copy>"
            f"{_body(told)}{teasers}</div></div><div {key}=more>{prose(page, 9)}</div></main>"
        )

    return make


def _blog(rng: random.Random) -> Maker:
    prefix, date = rng.choice(("post", "entry", "article")), _dates(rng)

    def make(told: Told, page: random.Random) -> str:
        number = page.randrange(1000, 99999)
        replies = "".join(
            f"<li id='comment-{page.randrange(99999)}'><cite>网友</cite> {day_of(page)}"
            f"<p>{prose(page, page.randint(3, 8))}</p></li>"
            for _ in range(page.randint(2, 6))
        )
        return (
            f"<div id='{prefix}-{number}'"
            f" class='{prefix} {prefix}-{number} hentry cat-{page.randrange(9)}'>"
            f"<h2 class='{prefix}-title-{number}'>{escape(told.title)}</h2><div>{_body(told)}"
            f"<div class='sharedaddy'>{prose(page, 1)}</div></div>"
            f"<p><small>{date(told, page)}</small> {told.source}</p></div>"
            f"<ol class=commentlist>{replies}</ol>"
        )

    return make


def _cards(rng: random.Random) -> Maker:
    box, date = rng.choice(_BOX), _dates(rng)
    ad = rng.random() < 0.8

    def make(told: Told, page: random.Random) -> str:
        cards = [
            f"<section class='{box} t-{n}'>{block}</section>" for n, block in enumerate(told.blocks)
        ]
        if ad:
            cards.insert(
                page.randrange(len(cards)), f"<section class=wide>{prose(page, 3)}</section>"
            )
        return (
            f"<div class=top><h1>{escape(told.title)}</h1><p>{date(told, page)}</p></div>"
            f"<div class=stack>{''.join(cards)}</div><div class=end>{prose(page, 4)}</div>"
        )

    return make


def _repeating(rng: random.Random) -> Maker:
    box, date = rng.choice(_BOX), _dates(rng)

    def make(told: Told, page: random.Random) -> str:
        first = next(line for line in told.text.split("\n") if line)
        return (
            f"<div class={box}-head><span>{date(told, page)}</span>"
            f"<strong>{escape(told.title)}</strong></div><div class={box}-text>"
            f"<blockquote class=digest>{escape(first)}</blockquote>{_body(told)}"
            f"<div class=after>{prose(page, page.randint(2, 4))}</div></div>"
        )

    return make


def _twice(rng: random.Random) -> Maker:
    date, shown = _dates(rng), rng.choice(("print-only", "for-phone", "wap"))

    def make(told: Told, page: random.Random) -> str:
        head = f"<h1>{escape(told.title)}</h1><i>{date(told, page)}</i>"
        copy = f"{head}<div class=txt>{_body(told)}</div>"
        return (
            f"<div class={shown}>{copy}</div><div class=screen>{copy}"
            f"<div class=tail>{prose(page, page.randint(1, 6))}</div></div>"
        )

    return make


def _frame(rng: random.Random) -> Maker:
    date, tag = _dates(rng), rng.choice(("x-story", "news-item", "app-detail"))

    def make(told: Told, page: random.Random) -> str:
        return (
            f"<{tag}><dl><dt>{escape(told.title)}</dt><dd>{date(told, page)} {told.source}</dd>"
            f"<dd>{prose(page, page.randint(2, 6))}</dd><dd>{_body(told)}</dd></dl></{tag}>"
            f"<p>{prose(page, 3)}</p>"
        )

    return make
