"""The lines by which readers know the parts of a page that are not its article. Pure.

Source: headings, buttons and notes as they stand on Chinese news sites and institutions' pages.
"""

import re

from crawler.fields.blanks import squash

# A line that says nothing but this is the heading of something else.
_HEADS_OTHER = re.compile(
    r"[【\[（(◆■●▼|\s]*(?:"
    r"(?:为[你您]|编辑|热门?点?|猜[你您]|精彩|今日|本周|更多|最新|图片|视频|热图|专题)?(?:推荐|喜欢)(?:阅读|新闻|文章|内容|资讯|图集)?"
    r"|(?:相关|延伸|推荐|拓展|精彩|关联|更多|热门|最新|同类|热点)(?:阅读|新闻|文章|报道|资讯|内容|推荐|信息|主题|帖子|专题|动态|评论|热点|搜索|图片|视频|稿件)"
    r"|(?:热|点击|新闻|阅读|文章|一?周|本月|本周|\d+小时|今日)*(?:排行榜?|热榜)"
    r"|[您你]可能(?:还|也)?(?:感兴趣|喜欢).{0,6}|大家都在看|看过本文的.{0,8}|还看了"
    r"|(?:网友|最新|热门|精彩|发表|我要|全部|用户|读者|文章|最热|查看)*(?:评论|跟[帖贴]|留言)"
    r"(?:列表|区)?(?:[（(]?\d+条?[）)]?)?"
    r"|友情链接|站内搜索"
    r")[】\]）)】|\s]*[：:>＞»…]*"
)
# One of these is in each of them: most lines are told apart by that.
_OF_HEADINGS = re.compile("[帖贴言荐欢读闻章道讯容息题子态论点索频稿行榜看兴链片]")
_COMMENTS = re.compile("评论|跟[帖贴]|留言")
# … and this stands below an article, whatever follows.
_STANDS_BELOW = re.compile(
    r"[【\[（(|\s]*(?:(?:分享|转发)(?:到|至|给)?(?:朋友圈|微信|微博)?"
    r"|扫一扫.{0,14}|返回(?:顶部|首页|列表)|(?:我要|我来)(?:评论|说两句|留言|反馈|纠错)|我有话说|发表(?:看法|留言)"
    r"|版权(?:声明|所有)|免责(?:声明|条款)|(?:网站|特别|郑重)声明|(?:正文|全文)(?:已?结束|完).{0,20}"
    r")[】\]）)】|\s]*[：:>＞»…]*"
)
_STATEMENT = re.compile(
    r"[（(【\[*※△▲○●◆■★☆\s]*(?:(?:版权|免责|郑重|特别|网站|本站|本网|法律)*声明\s*[：:】\]]"
    r"|版权(?:归|所有|属于?)|未经.{0,30}(?:授权|许可|同意|允许).{0,30}(?:转载|使用|复制|镜像)"
    r"|(?:凡|如)(?:本网|注明|需转载)|以上(?:内容|文章|信息)仅(?:代表|供)|本文仅代表作者|转载请注明)"
)
_FOOTER = re.compile(
    r"版权所有|[Cc]opyright|COPYRIGHT|©|ICP[备证]|公网安备|备案[号序]|(?:技术支持|主办单位|主办|承办单位|网站标识码)\s*[：:]"
    r"|(?:地址|邮编|电话|传真)\s*[：:].*(?:邮编|电话|传真|邮箱)\s*[：:]",
    re.DOTALL,
)
_ATTACHMENTS = re.compile(
    r"[【\[（(]?(?:相关|本文)?(?:附件|下载)(?:下载|列表|文件|信息)?[】\]）)]?[：:]?"
)
_FOOTER_LINE = 200
_NEIGHBOUR = re.compile(
    r"[【\[（(<《]?\s*(?:上|下|前|后)一?[条篇则页个][】\]）)>》]?\s*(?:[：:>»]|$)"
)
# Longer words first: a shorter one may begin them.
_PRESSED = """
    我要“揪”错 推荐给朋友 我来说两句 收藏本文 打印本页 打印本稿 关闭窗口 复制链接 字体大小
    返回顶部 返回列表 返回首页 加入收藏 我要反馈 微信好友 新浪微博 QQ空间 QQ好友 阅读原文
    查看原文 展开全文 发表评论 我有话说 页面功能 夜晚模式 夜间模式 阅读模式 分享到 听新闻
    朋友圈 知道了 已收藏 已关注 收藏 保存 打印 关闭 举报 点赞 推荐 分享 评论 转发 字号 字体
    正常 默认 放大 缩小 返回 反馈 纠错 扫码 微信 微博 登录 注册 下载 参与 播放 暂停 关注 赞 大
    中 小 人 条 次 A"""
_BUTTONS = re.compile(rf"(?:(?>{'|'.join(_PRESSED.split())})|[\s\x1f\d\W_])+")
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_BUTTON_LINE = 60


def heads_other(line: str) -> bool:
    """Say whether a raw line is the heading of a part that is not the article."""
    return _OF_HEADINGS.search(line) is not None and bool(_HEADS_OTHER.fullmatch(squash(line)))


def heads_comments(line: str) -> bool:
    """Say whether a raw line that heads something else heads what readers wrote."""
    return _COMMENTS.search(line) is not None


def stands_below(line: str) -> bool:
    """Say whether a line is one that templates put below an article."""
    return _HEADS_OTHER.fullmatch(line) is not None or _STANDS_BELOW.fullmatch(line) is not None


def is_statement(line: str) -> bool:
    """Say whether a line is the site's own about copyright and liability."""
    return _STATEMENT.match(line) is not None


def names_attachments(line: str) -> bool:
    """Say whether a line only announces attachments."""
    return _ATTACHMENTS.fullmatch(line) is not None


def is_footer(line: str) -> bool:
    """Say whether a line is of the site's own footer: copyright, licences, addresses."""
    return len(line) <= _FOOTER_LINE and _FOOTER.search(line) is not None


def is_neighbour(line: str) -> bool:
    """Say whether a line leads to the article before or behind."""
    return _NEIGHBOUR.match(line) is not None


def is_buttons(line: str) -> bool:
    """Say whether a line holds only what can be pressed: 【打印】【关闭】, 字号：大 中 小."""
    return len(line) <= _BUTTON_LINE and bool(_HAN.search(line)) and bool(_BUTTONS.fullmatch(line))
