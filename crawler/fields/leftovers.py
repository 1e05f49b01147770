"""Texts without an author: what templates put around a body, where the body itself is missing.

Only a text that is nothing else counts: any of these lines may stand among an author's own. Pure.
"""

import re
from collections.abc import Collection, Sequence

from crawler.fields.blanks import squash

_LONGEST = 300  # letters; a longer line says more than a template
_WORDS = re.compile(r"\w(?:.*\w)?", re.DOTALL)  # a line without the marks at its edges
# Headings of other articles; what stands below them is other articles.
_HEADS_OTHER = re.compile(
    r"(?:相关|推荐|延伸|拓展|精彩|热门|更多|最新|猜[你您]|编辑|今日|大家)"
    r"(?:阅读|新闻|文章|报道|资讯|内容|推荐|链接|专题|喜欢|都在看)|推荐|最新|更多|链接"
)
_PRESSED = """
    分享到 分享至 分享 转发 收藏 收藏文章 收藏本文 打印 打印本页 关闭 关闭窗口 返回 返回列表
    返回顶部 登录 注册 取消 确定 取消上传 评论 发表评论 我要评论 点赞 赞 举报 纠错 字号 字体
    大 中 小 微信 微博 新浪微博 腾讯微博 qq空间 qq好友 qq 易信 朋友圈 人人网 豆瓣 复制链接 更多
    好友和朋友圈 手机看新闻 我的社区 责任编辑 来源 作者"""
_LONGEST_FIRST = sorted(_PRESSED.split(), key=len, reverse=True)
_PRESSED_LINE = re.compile(rf"(?>{'|'.join(_LONGEST_FIRST)}|[\W\d_]+)+")
_NO_WORDS = re.compile(r"(?:[\W\d_年月日时分秒]|[a-z](?![a-z]))+")
_SAYS = re.compile(
    r"""\W*(?:
    (?:版权|免责|特别|郑重|网站|本站|重要)*声明[:：].*
  | notice:.*
  | (?:凡|如)(?:本网|注明|需转载).* | (?:未经|转载请).* | 原(?:标题|题|文标题)[:：].*
  | (?:正文|全文)(?:已?结束|完).{0,20}
  | [上下前后][一1][条篇则页个].* | (?:您现在的|您的|当前|所在)位置.*
  | .{0,20}(?:版权所有|copyright|©|icp备|icp证|icp许可证|公网安备|网站标识码).*
  | .{0,40}(?:扫码|扫一扫|扫描|二维码).{0,12}(?:阅读|下载|分享|关注|打开).{0,40}
  | .{0,40}关注.{0,12}(?:公众号|官方微信|官方微博|客户端).{0,10} | .{0,12}公众号
  | (?:还没有|暂无|快来|评论内容).{0,4}(?:评论|为空|抢沙发).{0,12}
  | (?:索引号|主题分类|体裁分类|组配分类|公文种类|发文机构|发布机构|发文字号|文号|成文日期
    |生成日期|发布日期|有效性|主题词|信息分类|所属主题|责任部门|公开方式|名称)\W.*
    )""",
    re.VERBOSE,
)


def is_leftover(lines: Sequence[str], linked: Collection[str] = ()) -> bool:
    """Say whether no line of a text is an author's; no for a text without lines.

    `linked` are the texts, squashed, of links to other pages: a row of them is other articles.
    """
    told = [line for line in lines if line]
    if not told:
        return False
    if len(told) > 1 and _heads_other(squash(told[0]).lower()):
        return True
    longest = max(told, key=len)  # the likeliest of an author's
    if squash(longest).lower() not in linked and not _is_template(squash(longest).lower()):
        return False
    links = 0
    for line in told:
        bare = squash(line).lower()
        if bare in linked:
            links += 1
        elif not _is_template(bare):
            return False
    return links != 1 or len(told) > 1


def _is_template(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    return any(
        pattern.fullmatch(line) for pattern in (_NO_WORDS, _PRESSED_LINE, _SAYS)
    ) or _heads_other(line)


def _heads_other(line: str) -> bool:
    words = _WORDS.search(line)
    return words is not None and _HEADS_OTHER.fullmatch(words[0]) is not None
