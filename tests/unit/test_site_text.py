"""The selectors of a site file are changed, and nothing else in it."""

import tomllib

import pytest

from crawler.site import SiteError
from wenxun.site_text import with_selectors

LEAST = 'title = "青岚学院"\nstart = ["https://a.example/x.htm"]  # 要闻\n'
NEW = {"body": ".text", "date": 'i[data-role="day"]'}
KINDS = [
    LEAST,
    f"{LEAST}\n\n",
    f'{LEAST}\n[selectors]\nbody = ".old"  # since May\ntitle = "h1"\n# the end\n',
    f'{LEAST}selectors.title = "h1"\n\n[headers]\nX-A = "b"\n',
    f"{LEAST}[selectors]\nbody = '.old'\n[cookies]\ntitle = \"1\"\n",
    f'# on top\n{LEAST}[headers]\nbody = "x"\n'.replace("\n", "\r\n"),
]


@pytest.mark.parametrize("text", KINDS)
def test_the_file_then_says_so_and_all_else_as_before(text):
    changed = with_selectors(text, NEW)

    assert tomllib.loads(changed) == {**tomllib.loads(text), "selectors": NEW}
    for line in text.splitlines():
        assert line.partition("#")[2] in changed  # comments stay
    assert ("\r\n" in changed) is ("\r\n" in text)


def test_order_and_comments_stay():
    text = f'{LEAST}[selectors]\n# ours\nbody = ".old"  # May\ntitle = "h1"\n\n# end\n'

    changed = with_selectors(text, {"body": ".new", "title": "h1", "drop": ".ad"})

    assert changed == (
        f'{LEAST}[selectors]\n# ours\nbody = ".new"  # May\ntitle = "h1"\ndrop = ".ad"\n\n# end\n'
    )


def test_what_is_no_rule_any_more_goes():
    text = f'{LEAST}[selectors]\nbody = ".old"\ntitle = "h1"\n'

    assert tomllib.loads(with_selectors(text, {"title": "h1"}))["selectors"] == {"title": "h1"}


@pytest.mark.parametrize(
    "css", ["a[title=\"'x'\"]", "a[title='x']", r".md\:text", '[class^="a__"]', ".正文"]
)
def test_any_selector_is_written_as_it_is(css):
    changed = with_selectors(LEAST, {"body": css})

    assert tomllib.loads(changed)["selectors"] == {"body": css}


@pytest.mark.parametrize(
    "line",
    ['selectors = { body = ".old" }', 'selectors."body" = ".o"', '"selectors".body = ".o"'],
)
def test_a_form_that_is_not_understood_is_left_alone(line):
    with pytest.raises(SiteError, match="by hand"):
        with_selectors(f"{LEAST}{line}\n", NEW)
