"""A text that holds only what templates put around a body is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.leftovers import is_leftover


@pytest.mark.parametrize(
    "text",
    [
        "326\n分享到：\n微信\nQQ空间\n\nT + -",
        "分享至好友和朋友圈",
        "2022-05-20",
        "正文已结束，您可以按alt+4进行评论",
        "扫描下方二维码关注青岚在线官方微信",
        "上一篇：青岚学院召开会议\n下一篇：没有了",
        "您现在的位置：首页 > 新闻",
        "主办单位：青岚市人民政府 网站标识码3600000001",
        "青 岚 网 版 权 所 有，未 经 书 面 授 权 禁 止 使 用",
        "■相关链接",
        "推荐阅读\n青岚学院的一天，从早操的号声开始，到图书馆的灯光结束。",
        "[主题分类] 农业\n[发文字号] 青政办〔2024〕2号",
        "特别声明：以上内容为用户上传",
    ],
)
def test_what_a_template_says_is_no_text(text: str) -> None:
    assert is_leftover(text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "各科室：",
        "见附件。",
        "电话：0790-0000001",
        "青岚学院今日停课。\n分享到：微信",
        "分享经验",
        "扫描二维码填写问卷",
        "青岚学院召开会议\n相关阅读",
        "",
    ],
)
def test_one_line_of_an_author_makes_a_text(text: str) -> None:
    assert not is_leftover(text.split("\n"))


def test_a_row_of_links_to_other_pages_is_no_text_but_a_single_one_is() -> None:
    linked = {"青岚学院召开会议", "青岚学院招聘教师"}

    assert is_leftover(["青岚学院召开会议", "2024-05-06", "青岚学院招聘教师"], linked)
    assert is_leftover(["青岚学院召开会议", "2024-05-06"], linked)
    assert not is_leftover(["青岚学院召开会议"], linked)


@given(
    st.lists(st.text("分享到至微信上一条[】 :：|a1版权所有声明关注\n", max_size=400), max_size=4)
)
def test_no_text_is_too_strange_and_blank_lines_say_nothing(lines: list[str]) -> None:
    assert is_leftover(lines) == is_leftover([*lines, ""])
