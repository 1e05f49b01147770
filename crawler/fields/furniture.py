"""What templates put below a body: neighbours, download counts, close buttons, the site's footer.

Unclosed containers swallow it, so that it turns up among the lines of the body. Pure.
"""

import re
from collections.abc import Sequence

_NEIGHBOUR = re.compile(
    r"[【\[（(]?\s*(?:上|下|前|后)一[条篇则页][】\]）)]?\s*[：:>»]"
    r"|(?>[【\[（(]?(?:上|下|前|后)一[条篇则页][】\]）)]?[\s|/]*){2,}$"
)
_DOWNLOAD = re.compile(r"附件\s*[【\[].*[】\]]\s*(?:已?下载\s*\d*\s*次?)?$|已下载\s*\d*\s*次$")
_BUTTON = re.compile(
    r"(?>[【\[（(]?\s*(?:关闭窗口|关闭本页|关闭|打印本页|打印|返回列表|返回顶部|返回|加入收藏)\s*[】\]）)]?[\s|]*)+|返回.{2,6}[，,]?\s*查看更多"
    r"|\S{1,12}\s+(?:关闭|×)"
    r"|分享[到至]\s*[:：]?(?>\s*(?:新浪微博|腾讯微博|微博|微信好友|微信|QQ空间|QQ好友|QQ|朋友圈|易信|豆瓣|人人网))*"
)
_FOOTER = re.compile(
    r"版权所有|Copyright\s*(?:©|\(c\)|\d{4})|©\s*\d{4}|ICP备|公网安备", re.IGNORECASE
)
# Numbers that are others at every visit: of readers, of visitors, of the time it took.
_COUNT = re.compile(
    r"\W*(?:(?:(?:总|本文|今日|本站|累计|当前)?(?:浏览|点击|阅读|访问|播放|查看|在线|访客|流量|人气)(?:次数|总数|人数|量|数|率)?"
    r"|您是|第)\W*(?:第)?\W*\d[\d,，]*\W*(?:次|人次|人|位访客|位访问者|位)?(?:访客|访问者|浏览|阅读|访问)?\W*)+"
    r"|今天是\W*\d{4}\W*年.{0,40}"
    r"|(?:页面|本页)(?:生成|执行|更新)(?:于|时间)?\W*[\d.]+.{0,30}|Processed in [\d.]+.{0,60}",
    re.IGNORECASE,
)
# Lines that hold none of these are none of ours: looking for words is quicker.
_BUTTONS = ("下载", "附件", "关闭", "打印", "返回", "收藏", "分享")
_COUNTED = (
    *(
        "浏览",
        "点击",
        "阅读",
        "访问",
        "播放",
        "查看",
        "在线",
        "人气",
        "访客",
        "今天是",
        "页面",
        "本页",
    ),
    *("您是第", "流量", "Processed in"),
)
_ENDS = (
    *("一条", "一篇", "一则", "一页"),
    *("相关", "推荐", "热门", "最新", "猜你喜欢", "点击排行"),
)
_FOOTERS = ("版权所有", "copyright", "©", "icp备", "公网安备")
_LONGEST_COUNT = 60  # letters
_FOOTER_LINE = 200  # a longer line speaks of footers, it is none
# Headings of a list of other articles that no author writes; 延伸阅读 and 相关链接 may be theirs.
_HEADS_OTHERS = re.compile(
    r"(?:相关(?:新闻|阅读|文章)|推荐阅读|热门(?:文章|新闻|推荐)|最新(?:文章|新闻)|猜你喜欢|点击排行)"
)
_TAIL = 15  # lines from the end in which a neighbour's link can be meant
_SENTENCE = re.compile(r".*[。！？]”?$")
# Sentences of templates and sites, which stand below the neighbours too.
_SAID_BY_SITES = re.compile(
    r".{0,12}(?:声明|版权|转载|本[站网]|注明|来源|网友|评论|扫码|扫一扫|二维码|公众号|客户端|客服|举报"
    r"|邮箱|联系|登[录陆]|浏览器|备案|许可证|侵权|地址|邮编|电话|传真|链接|没有了)"
)


def without_furniture(lines: Sequence[str]) -> list[str]:
    """Return the lines without downloads, buttons, counts; cut at the neighbours or the footer.

    Neighbours that stand amid the author's paragraphs are left out alone.
    """
    end = furniture_start(lines)
    amid = _neighbours_amid(lines, end)
    kept = [line for at, line in enumerate(lines[:end]) if at not in amid]
    text = "\n".join(kept)
    if any(word in text for word in _BUTTONS):
        kept = [line for line in kept if not (_DOWNLOAD.match(line) or _BUTTON.fullmatch(line))]
    if any(word in text for word in _COUNTED):
        kept = [line for line in kept if not is_count(line)]
    return kept


def is_count(line: str) -> bool:
    """Say whether a line is nothing but numbers that are others at every visit."""
    return len(line) <= _LONGEST_COUNT and _COUNT.fullmatch(line) is not None


def furniture_start(lines: Sequence[str]) -> int:
    """Return the number of the first line that can only be the template's; all lines if none."""
    first = max(0, len(lines) - _TAIL)
    text = "\n".join(lines[first:]).lower()
    has_footer = any(word in text for word in _FOOTERS)
    if not has_footer and not any(word in text for word in _ENDS):
        return len(lines)
    for at in range(first, len(lines)):
        line = lines[at]
        if _NEIGHBOUR.match(line) and not _goes_on(lines, at + 1):
            return at
        if _HEADS_OTHERS.fullmatch(line):
            return at
        if has_footer and len(line) < _FOOTER_LINE and _FOOTER.search(line):
            return at
    return len(lines)


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Say whether the text behind a neighbour's line is the author's: a sentence comes next."""
    behind = (one for one in lines[at:] if one and not _NEIGHBOUR.match(one) and not is_count(one))
    following = next(behind, "")
    return _SENTENCE.match(following) is not None and not is_said_by_sites(following)


def is_said_by_sites(text: str) -> bool:
    """Say whether a text below an article begins as those of sites and templates do."""
    return _SAID_BY_SITES.match(text) is not None


def _neighbours_amid(lines: Sequence[str], end: int) -> frozenset[int]:
    """Return the numbers of the neighbours' lines near the end, but before what was cut there."""
    near = range(max(0, len(lines) - _TAIL), end)
    return frozenset(at for at in near if _NEIGHBOUR.match(lines[at]))


def names_neighbour(text: str) -> bool:
    """Say whether a text begins as the names of the articles before and after do."""
    return _NEIGHBOUR.match(text) is not None


def has_furniture(lines: Sequence[str]) -> bool:
    """Say whether a template's own lines stand among these."""
    return any(
        _NEIGHBOUR.match(line)
        or _DOWNLOAD.match(line)
        or _BUTTON.fullmatch(line)
        or _FOOTER.search(line)
        for line in lines
        if line
    )
