"""What a page can be, and the words by which pages that are no articles say so.

Data only: sites word their messages in many ways, and new ones are added here.
"""

import re
from enum import StrEnum


class State(StrEnum):
    """What a page is."""

    ARTICLE = "article"
    LISTING = "listing"
    NOT_FOUND = "not_found"
    INTRANET = "intranet"
    LOGIN = "login"
    CHALLENGE = "challenge"
    BLOCKED = "blocked"
    SERVER_ERROR = "server_error"
    EMPTY_SHELL = "empty_shell"
    LINK_OUT = "link_out"
    ATTACHMENT = "attachment"
    NOT_HTML = "not_html"
    UNKNOWN_LAYOUT = "unknown_layout"
    # No page came at all.
    UNREACHABLE = "unreachable"
    UNRESOLVED = "unresolved"
    TIMEOUT = "timeout"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    NOT_ALLOWED = "not_allowed"
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    ERROR = "error"


# Scripts of anti-robot pages.
CHALLENGE_SCRIPTS = (
    re.compile(r"/dynamic_challenge"),
    re.compile(r"var\s+challengeId\s*="),
    re.compile(r"__jsluid|__jsl_clearance"),
    re.compile(r"\$_ts\s*="),
    re.compile(r"cf-browser-verification|challenge-platform|_cf_chl_opt"),
)
# Titles of message pages, without blanks.
TITLES = {
    State.NOT_FOUND: re.compile(
        r"^(?:404|.{0,6}404(?:错误|页面|NotFound)|NotFound|页面不存在|找不到页面)", re.IGNORECASE
    ),
    State.INTRANET: re.compile(r"^系统提示"),
    State.LOGIN: re.compile(r"统一身份认证|^(?:用户)?登[录陆]|^Login$", re.IGNORECASE),
}
# Sentences of message pages, without blanks; asked in this order.
MESSAGES = {
    State.CHALLENGE: re.compile(
        r"安全验证|滑动验证|人机验证|请完成验证|正在验证您的|浏览器安全检查"
    ),
    State.BLOCKED: re.compile(
        r"可能对网站造成(?:安全)?威胁|访问(?:请求)?(?:已)?被(?:拦截|阻断|拒绝)|请求(?:已)?被(?:拦截|阻断)"
        r"|网站防火墙|Web应用防火墙|AccessDenied|Requestblocked|403Forbidden"
    ),
    State.INTRANET: re.compile(
        r"仅(?:限|允许|供)(?:于)?校(?:园)?内|校外(?:禁止|无法|不能|不可)"
        r"|(?:并非|不是|非)校内(?:地址|ip|IP|用户)|无权访问|没有(?:访问)?权限|限内网访问"
        r"|(?:请|需)(?:在|使用|通过|连接)?(?:校园网|校内网|VPN)"
    ),
    State.LOGIN: re.compile(r"请(?:先)?登[录陆]后|登[录陆]后(?:方可|才能)?(?:查看|访问)"),
    State.NOT_FOUND: re.compile(
        r"404错误|错误404|404NotFound|HTTPStatus404"
        r"|(?:页面|网页|文件|内容|文章|信息)(?:已)?(?:不存在|找不到|被删除|已删除|没有找到)"
        r"|没有找到(?:您|你)?(?:要|所)?(?:访问|查看|请求)?的?(?:页面|网页|内容|文章|信息)"
        r"|无法找到(?:该|此)?(?:页|网页|页面)|您(?:要)?访问的(?:页面|网页|内容)(?:不存在|已)"
    ),
}
# A permission message speaks of one of these; an article of one sentence seldom does.
ABOUT_ACCESS = re.compile(r"访问|权限|地址|登[录陆]")
