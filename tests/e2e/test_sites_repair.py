"""A site is rebuilt: rules for its new layout are proposed, proved, written, and read it again."""

import tomllib
from random import Random

NAMES = ("图书馆", "教务处", "校团委", "地质学院", "后勤集团", "机电学院", "医学部", "体育馆")
DEEDS = ("举办春耕读书会", "完成安全检查", "启动导师计划", "召开教学研讨会", "发布建设年报")
PARTS = ("与会师生围绕实际问题进行了讨论", "活动现场气氛热烈", "下一阶段的工作计划也一并说明")
COUNT = 18
LISTS = {"/list.html": range(COUNT, 8, -1), "/list-2.html": range(8, 0, -1)}


def story(number):
    """Return title, day and paragraphs of one of the site's articles."""
    rng = Random(number)
    title = f"{NAMES[number % 8]}{rng.choice(DEEDS)}（第{number}期）"
    lines = [
        f"{rng.choice(NAMES)}近日{rng.choice(DEEDS)}，编号{rng.randint(100, 999)}，"
        f"{rng.choice(PARTS)}，{rng.choice(PARTS)}，共有{rng.randint(20, 900)}人参加了第{n}场。"
        for n in range(rng.randint(3, 5))
    ]
    return title, f"2024-05-{10 + number}", lines


def old_article(number):
    title, day, lines = story(number)
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<title>{title}-青岚学院</title><h1>{title}</h1><div>发布时间：{day}</div>"
        f"<div class=content>{text}</div>"
    )


def new_article(number):
    """No title in the head, other dates first, and much that is no part of the text around it."""
    title, day, lines = story(number)
    rng = Random(-number)
    other = f"2023-0{rng.randint(1, 9)}-11"
    noise = "".join(f"<p>{rng.choice(NAMES)}的读者来信说了第{rng.random()}件事，很长。</p>" * 9)
    text = "".join(f"<p>{line}</p>" for line in lines)
    advert = f"<div class=promo>专题：{rng.choice(DEEDS)}，{rng.random()}，请各位读者关注。</div>"
    return (
        f"<title>青岚学院</title><div class=hot>{other}{noise}</div><section class=story>"
        f"<b class=heading>{title}</b><i>{other}</i><i class=when>{day}</i>"
        f"<div class=copy>{text}{advert}</div></section><div class=talk>{noise}</div>"
    )


def list_page(numbers):
    rows = "".join(
        f"<li><a href='/news/{n}.html'>{story(n)[0]}</a><span>{story(n)[1]}</span></li>"
        for n in numbers
    )
    on = "<a href=/list-2.html>下一页</a>" if COUNT in numbers else ""
    return f"<title>要闻</title><div class=list><ul>{rows}</ul><div>共2页 {on}</div></div>"


def new_list_page(numbers):
    """Cards whose summaries are longer than any item's that the rules take for one."""
    cards = "".join(
        f"<div class=card><em>{story(n)[1]}</em>"
        f"<p><a href='/news/{n}.html'><b>{story(n)[0]}</b></a></p>"
        f"<p>{''.join(story(n)[2]) * 4}</p></div>"
        for n in numbers
    )
    on = "<a class=fwd href=/list-2.html><img src=/r.png></a>" if COUNT in numbers else ""
    return f"<title>要闻</title><div class=main>{cards}</div>{on}"


def test_a_site_that_was_rebuilt_is_read_again(desk, hosted, reply):
    layout = {"article": old_article, "list": list_page}
    edits = []  # what somebody else does to the site file meanwhile

    def answer(path):
        if edits:
            edits.pop()()
        if path in LISTS:
            return reply(layout["list"](LISTS[path]))
        number = path.removeprefix("/news/").removesuffix(".html")
        return reply(layout["article"](int(number))) if number.isdecimal() else None

    host = hosted(answer)
    path = desk.site("qinglan", [f"{host.url}/list.html"])
    path.write_text(f"# ours\n{path.read_text('utf-8')}# the end\n", "utf-8")
    first = desk.crawl("qinglan").record
    assert (first["articles_new"], first["failures"]) == (COUNT, {})
    well = desk.run("sites", "repair", "qinglan")
    assert (well.code, "nothing to repair" in well.out) == (0, True), well

    layout.update(article=new_article, list=new_list_page)
    ours = path.read_text("utf-8")
    edits.append(lambda: path.write_text(f"{ours}# edited\n", "utf-8"))
    crossed = desk.run("sites", "repair", "qinglan", "--yes")
    assert (crossed.code, path.read_text("utf-8")) == (2, f"{ours}# edited\n"), crossed
    assert "is not as it was when its rules were looked for" in crossed.err

    asked = len(host.asked)
    done = desk.run("sites", "repair", "qinglan", "--yes", "--json")
    assert done.code == 0, done
    assert len(host.asked) - asked <= 15  # robots.txt, two list pages, 12 articles
    assert (done.record["outcome"], done.record["written"]) == ("rules found", True)
    assert not any(row["title"] == "right" for row in done.record["before"])
    assert {(r["title"], r["date"], r["body"]) for r in done.record["proof"]} == {("right",) * 3}
    assert len(done.record["proof"]) == 6
    (before,), (after,) = (done.record["lists"][name] for name in ("before", "after"))
    assert (before["known"], before["found"], after["found"], after["dated"]) == (10, 0, 10, 10)
    assert done.record["selectors"]["next"] == ".fwd"
    assert after["next_url"] == f"{host.url}/list-2.html"
    text = path.read_text("utf-8")
    assert text.startswith("# ours\n")
    assert "# the end\n" in text
    assert tomllib.loads(text)["selectors"] == done.record["selectors"]

    again = desk.crawl("qinglan", "--full").record
    assert (again["failures"], again["articles_new"], again["articles_changed"]) == ({}, 0, 0)
    assert again["articles_seen"] == COUNT


def test_a_site_of_which_nothing_is_known_is_told(desk, hosted, reply):
    host = hosted(lambda _: reply(list_page(range(9))))
    desk.site("qinglan", [f"{host.url}/list.html"])

    told = desk.run("sites", "repair", "qinglan", "--yes")

    assert told.code == 1
    assert "too few of its articles are known" in told.err
