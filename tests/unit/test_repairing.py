"""Rules for a new layout: made from known articles, proved on others, never at a text's cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.families import listing_in
from crawler.page import Page
from crawler.repairing.following import is_next, lacks_next, next_links
from crawler.repairing.known import Field, Known, Mark, Sample, body_mark
from crawler.repairing.lists import Item, ListSample, repaired_lists
from crawler.repairing.naming import candidates
from crawler.repairing.outline import outline_of, places_of
from crawler.repairing.repair import Outcome, repaired

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 8
WORDS = "春耕读书会安全检查导师计划教学研讨建设年报野外考察校园开放智慧教室"


def lines_of(number, count=4):
    return [
        f"{WORDS[n:]}在第{number * 37 + n}间教室举行，{WORDS[: n + 5]}的师生共{number + n}人到场。"
        for n in range(count)
    ]


def known(number):
    return Known(
        url=f"https://news.example.edu.cn/{number}.html",
        title=f"第{number}期{WORDS[number : number + 6]}在礼堂举行",
        text="\n".join(lines_of(number)),
        published_at=datetime(2025, 3, number + 1, 8, tzinfo=UTC),
    )


def noise(number):
    rows = (
        f"<p>{WORDS[::-1][n:]}，读者来信第{number * 91 + n}封说了很长的话。</p>" for n in range(9)
    )
    return f"<div class=talk>2021-0{number + 1}-01{''.join(rows)}</div>"


def plain(article, number, text):
    day = f"{article.published_at:%Y-%m-%d}"
    return (
        f"{noise(number)}<section class=story><b class=heading>{article.title}</b>"
        f"<i class=when>{day}</i><div class=copy>{text}</div></section>{noise(number + 10)}"
    )


def readable(article, _, text):
    day = f"{article.published_at:%Y-%m-%d}"
    return f"<h1>{article.title}</h1><p>发布时间：{day}</p><div>{text}</div>"


def page_of(article, body):
    html = f"<!DOCTYPE html><html><head><title>新闻网</title></head><body>{body}</body></html>"
    return Page(url=article.url, body=html.encode(), fetched_at=NOW)


def samples(set_text, set_page=plain, count=COUNT):
    found = []
    for number in range(count):
        article = known(number)
        text = set_text(lines_of(number), number)
        page = page_of(article, set_page(article, number, text))
        found.append(Sample(page=page, known=article))
    return found


def paragraphs(lines, _=0):
    return "".join(f"<p>{line}</p>" for line in lines)


def test_what_is_read_right_is_left_alone():
    repair = repaired(samples(paragraphs, readable), {})

    assert (repair.outcome, repair.selectors) == (Outcome.RIGHT, {})


def test_rules_are_made_from_half_of_the_pages_and_proved_on_the_others():
    repair = repaired(samples(paragraphs), {})

    assert repair.outcome is Outcome.FOUND
    assert repair.selectors == {"body": ".copy", "title": ".heading", "date": ".when"}
    assert len(repair.learnt) == len(repair.proof) == COUNT // 2
    assert {row.url for row in repair.learnt}.isdisjoint(row.url for row in repair.proof)
    assert all(row.is_good for row in (*repair.learnt, *repair.proof))


def test_a_rule_of_the_file_that_no_longer_holds_gives_way():
    repair = repaired(samples(paragraphs), {"body": ".old", "drop": ".ad", "list": ".rows"})

    assert repair.selectors["body"] == ".copy"
    assert repair.selectors["list"] == ".rows"
    assert "drop" not in repair.selectors


def test_a_stale_rule_alone_is_only_removed():
    repair = repaired(samples(paragraphs, readable), {"body": ".old"})

    assert (repair.outcome, repair.selectors) == (Outcome.FOUND, {})


def test_what_stands_between_the_paragraphs_is_dropped():
    def with_advert(lines, number):
        advert = f"<div class=promo>专题：{WORDS[number:]}第{number}集正在播出。</div>"
        return paragraphs(lines[:2]) + advert + paragraphs(lines[2:])

    repair = repaired(samples(with_advert), {})

    assert repair.outcome is Outcome.FOUND
    assert repair.selectors["drop"] == ".promo"


def test_what_stands_in_the_title_is_dropped():
    def set_page(article, number, text):
        tools = "<span class=tools>【字体：大中小】</span>"
        return plain(article, number, text).replace("</b>", f"{tools}</b>")

    repair = repaired(samples(paragraphs, set_page), {})

    assert repair.outcome is Outcome.FOUND
    assert (repair.selectors["title"], repair.selectors["drop"]) == (".heading", ".tools")


def test_a_picture_between_the_paragraphs_is_never_dropped():
    def with_pictures(lines, number):
        advert = f"<div>专题：{WORDS[number:]}第{number}集正在播出。</div>"
        return f"{paragraphs(lines[:2])}{advert}<div><img src=/a.jpg></div>{paragraphs(lines[2:])}"

    repair = repaired(samples(with_pictures), {})

    for drop in repair.selectors.get("drop", ".none").split(", "):
        for sample in samples(with_pictures):
            assert not any(node.css_first("img") for node in sample.page.tree.css(drop))


def test_a_body_in_several_elements_is_put_together():
    def in_parts(lines, number):
        advert = f"<span>专题{number}：{WORDS[number:]}</span>"
        parts = (f"<div class=part>{paragraphs(pair)}</div>" for pair in (lines[:2], lines[2:]))
        return advert.join(parts)

    repair = repaired(samples(in_parts), {})

    assert repair.outcome is Outcome.FOUND
    assert all(row.marks[Field.BODY] is Mark.RIGHT for row in repair.proof)


def test_two_templates_of_one_site_are_both_read():
    def set_page(article, number, text):
        if number % 4 < 2:
            return plain(article, number, text)
        day = f"{article.published_at:%Y-%m-%d}"
        head = f"<h2>{noise(number)}</h2><p class=top>{article.title}</p><p><u>{day}</u></p>"
        return f"{head}<dl><dd class=words>{text}</dd></dl>{noise(number + 10)}"

    repair = repaired(samples(paragraphs, set_page), {})

    assert repair.outcome is Outcome.FOUND
    assert set(repair.selectors["body"].split(", ")) == {".copy", ".words"}


@pytest.mark.parametrize("odd", [2, 3])
def test_a_rule_for_one_page_proves_nothing(odd):
    def set_page(article, number, text):
        if number == odd:
            return f"<p class=x>{article.title}</p><dl><dd class=y>{text}</dd></dl>{noise(number)}"
        return plain(article, number, text)

    rules = {"title": ".heading", "date": ".when", "body": ".copy"}
    assert (
        sum(not row.is_good for row in repaired(samples(paragraphs, set_page), rules).before) == 1
    )

    repair = repaired(samples(paragraphs, set_page), rules)

    assert repair.outcome is Outcome.NONE


def test_names_of_one_page_or_of_one_build_are_a_last_resort():
    def set_page(article, number, text):
        named = plain(article, number, text).replace(
            "<section class=story>", f"<section id=post-{number}771 class='story css-x81kq'>"
        )
        return named.replace("class=copy", "class='copy__a8Xk2'")

    repair = repaired(samples(paragraphs, set_page), {})

    assert repair.selectors["body"] == '[class*="copy__"]'


def test_a_paragraph_that_is_lost_or_added_is_never_accepted():
    def loose(lines, number):
        stray = f"另见{WORDS[number:]}第{number}页。"  # bare text: nothing calls it
        return f"{paragraphs(lines[:2])}{stray}{lines[2]}<p>{lines[3]}</p>"

    repair = repaired(samples(loose), {})

    assert repair.outcome is Outcome.NONE


def test_a_wrong_date_is_never_accepted():
    def set_page(article, number, text):
        return plain(article, number, text).replace(
            f"{article.published_at:%Y-%m-%d}", "2020-01-01"
        )

    repair = repaired(samples(paragraphs, set_page), {})

    assert repair.outcome is Outcome.NONE


def test_pages_that_do_not_show_their_article_prove_nothing():
    found = samples(paragraphs)
    gone = replace(
        found[3], page=page_of(found[3].known, "<p>这篇文章已经移走，请到首页查看。</p>")
    )

    repair = repaired([*found[:3], gone, *found[4:]], {})

    assert repair.outcome is Outcome.FOUND
    assert repair.unshown == (gone.known.url,)


def test_three_known_articles_are_too_few():
    assert repaired(samples(paragraphs, count=3), {}).outcome is Outcome.UNKNOWN


TEXT = "\n".join(lines_of(1))


@pytest.mark.parametrize(
    ("found", "mark"),
    [
        (TEXT, Mark.RIGHT),
        (TEXT.replace("\n", "\n\n"), Mark.RIGHT),
        (f"{TEXT}\n责任编辑：林岚", Mark.CLOSE),
        (TEXT.replace("37间", "38间"), Mark.CLOSE),
        (TEXT.rpartition("\n")[0], Mark.OTHER),
        (f"{TEXT}\n推荐阅读：{WORDS}", Mark.OTHER),
        (f"{TEXT}（本文有删节）", Mark.OTHER),
        (f"{TEXT.partition(chr(10))[0]}\n{TEXT}", Mark.OTHER),
        ("", Mark.MISSING),
    ],
)
def test_how_two_texts_compare(found, mark):
    assert body_mark(TEXT, found) is mark


def test_a_text_is_found_where_it_stands_close_together():
    lines = lines_of(2)
    page = page_of(known(2), f"<div><p>{lines[0]}</p></div><div id=b>{paragraphs(lines)}</div>")

    (place,) = places_of(outline_of(page), "\n".join(lines))

    assert outline_of(page).elements[place.holder].node.attributes["id"] == "b"


def test_every_candidate_calls_its_element():
    html = (
        "<div id=main class='wrap clearfix'><table width=700><tr><td>a</td><td><p class='x-3'>b</p>"
        "<p id=t2044 class='m_text__9aXk2 m_text__9aXk2-big' itemprop=articleBody>c</p></td></tr>"
        "</table></div>"
    )
    tree = page_of(known(1), html).tree
    for node in tree.css("td, p, table, div"):
        found = candidates(node)
        assert found
        for one in found:
            assert node.mem_id in {match.mem_id for match in tree.css(one.css)}, one.css


START = datetime(2025, 5, 1, tzinfo=UTC)


def items(count=12):
    return tuple(
        Item(
            url_key=f"news.example.edu.cn/{number}.html",
            title=known(number).title,
            listed_at=START - timedelta(days=number),
        )
        for number in range(count)
    )


def list_page(row, *, around="", **shown):
    rows = "".join(row(n, item) for n, item in enumerate(items(**shown)))
    return Page(
        url="https://news.example.edu.cn/list/",
        body=f"<html><body>{around}<div class=main>{rows}</div></body></html>".encode(),
        fetched_at=NOW,
    )


def test_a_list_that_is_read_right_needs_nothing():
    def row(number, item):
        link = f"<a href='/{number}.html'>{item.title}</a>"
        return f"<li>{link}<span>{item.listed_at:%Y-%m-%d}</span></li>"

    repair = repaired_lists([ListSample(page=list_page(row), items=items())], {})

    assert not repair.is_needed


def test_the_items_of_a_list_are_found_again_with_their_dates():
    def row(number, item):
        return (
            f"<div class=card><em>{item.listed_at:%Y-%m-%d}</em><p><a href='/{number}.html'>"
            f"<b>{item.title}</b></a></p><p>{WORDS * 15}{number}</p></div>"
        )

    hot = "".join(f"<a href='/{n}.html'>{known(n).title}</a>" for n in (2, 5))
    page = list_page(row, around=f"<div class=card-hot>{hot}</div>")

    repair = repaired_lists([ListSample(page=page, items=items())], {"list": ".gone"})

    assert repair.is_needed
    assert repair.selector == ".card"
    assert [(row.found, row.dated, row.links) for row in repair.after] == [(12, 12, 12)]


def paged(number, *, link=""):
    rows = "".join(
        f"<li><a href='/{n}.html'>{known(n).title}</a><span>2025-05-{20 - n}</span></li>"
        for n in range(number * 4, number * 4 + 4)
    )
    return Page(
        url=f"https://news.example.edu.cn/list/{number}.html",
        body=f"<html><body><div class=main><ul>{rows}</ul></div>{link}</body></html>".encode(),
        fetched_at=NOW,
    )


def test_the_next_page_is_told_by_known_items_on_it():
    link = (
        "<a class='btn arrow-r' href='/list/1.html'><i></i></a><a class=next-topic href=/zt/>题</a>"
    )
    first = paged(0, link=link)
    sample = ListSample(page=first, items=items(), pages=3)
    listing = listing_in(first)

    assert listing is not None
    assert lacks_next(sample, {})
    urls = [url for _, url in next_links(first)]
    assert urls == ["https://news.example.edu.cn/list/1.html", "https://news.example.edu.cn/zt/"]
    assert is_next(listing, paged(1), sample, {})
    assert not is_next(listing, paged(0), sample, {})
    assert not is_next(listing, page_of(known(1), noise(1)), sample, {})
    assert not lacks_next(replace(sample, pages=1), {})
