"""What a page can be, and the words by which pages that are no articles say so.

Data: sites word their messages in many ways, and new ones are added here. All patterns are
held against text without blanks, in small letters.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler import outage_words


class State(StrEnum):
    """What a page is."""

    ARTICLE = "article"
    LISTING = "listing"
    NOT_FOUND = "not_found"
    INTRANET = "intranet"
    LOGIN = "login"
    CHALLENGE = "challenge"
    WAF = "waf"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    EMPTY_SHELL = "empty_shell"
    LINK_OUT = "link_out"
    ATTACHMENT = "attachment"
    NOT_HTML = "not_html"
    UNKNOWN_LAYOUT = "unknown_layout"
    WORSE = "worse"  # it is read, but lost what it gave before
    # Of the address of a file alone: a page came in its place, or what nobody asked for.
    NOT_A_FILE = "not_a_file"
    NOT_WANTED = "not_wanted"
    # No page came at all.
    UNREACHABLE = "unreachable"
    UNRESOLVED = "unresolved"
    TLS = "tls"
    TIMEOUT = "timeout"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    NOT_ALLOWED = "not_allowed"
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state and the marks that gave it, in words for people."""

    state: State
    evidence: str


def _any(lines: str) -> str:
    """Join alternatives, one a line."""
    return "|".join(line.strip() for line in lines.splitlines() if line.strip())


def _titles(lines: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_any(lines)})[!！.。~～…]*")


def _sentences(lines: str) -> re.Pattern[str]:
    return re.compile(_any(lines))


_THING = (
    "(?:页面|网页|页|文件|资源|内容|文章|文档|信息|栏目|链接|地址|网址|主题|帖子|新闻|公告"
    "|记录|数据)"
)
_GONE_ONCE = (
    "(?:不存在|未找到|没有找到|没找到|找不到了?|无法找到|丢失了?|走丢了|不见了|飞走了"
    "|已经?(?:被.{0,6})?(?:删除|移除|下线|失效|过期|撤回)|被.{0,6}删除|[尚还]?未通过审[批核]|[尚还]?未审核)"
)
_GONE = f"{_GONE_ONCE}(?:[或，,、]?者?{_GONE_ONCE})*"
_SORRY = (
    "(?:(?:很|非常)?抱歉|对不起|不好意思|sorry|oops|哎呀|提示|温馨提示|系统提示)?[,，!！:：.。…]*"
)
_YOURS = "(?:您|你|所|要|想|正在|当前|请求|访问|查看|查找|浏览|打开|寻找|输入|指定|的|该|此|这个)*"

# Titles that only message pages have: a whole title, or a whole part of it between dashes.
TITLES = {
    State.CHALLENGE: _titles(r"""
        justamoment
        checkingyourbrowser(?:beforeaccessing.*)?
        onemoment,?please
        ddos-?guard
        verifying
        verify(?:ing)?(?:that)?youareahuman
        confirmyouarehuman
        makingsureyou['’]renotabot
        pardonourinterruption
        vercelsecuritycheckpoint
        (?:human|robot|security)(?:verification|check|challenge|checkpoint)
        (?:百度|网站|系统|浏览器|访问|登录)?安全验证中?
        浏览器安全检[查测]
        安全检[查测]中
        (?:人机|滑动|滑块|访问|真人)验证(?:页面|码)?
        正在(?:进行)?(?:安全|浏览器)(?:验证|检查|检测)
        正在确认您?不是机器人
    """),
    State.RATE_LIMITED: _titles(r"""
        (?:error|错误)?429(?:toomanyrequests)?
        toomanyrequests
        ratelimit(?:ed|exceeded)?
        (?:访问|操作|请求)(?:过于|太)?频繁
    """),
    State.WAF: _titles(r"""
        (?:网站|web应用|云)防火墙
        (?:安全|访问|请求|攻击)?(?:已?被)?(?:拦截|阻断)(?:提示|页面|信息)?
        d盾_?拦截提示
        (?:宝塔|云锁|安全狗|网站卫士|创宇盾|云盾|玄武盾|雷池)(?:防火墙|拦截.{0,4})?
        protectedby.*waf.*
        requestrejected
        requestblocked
        webpageblocked
        attentionrequired
        sucuriwebsitefirewall
    """),
    State.BLOCKED: _titles(r"""
        (?:error|http|错误|status|:)*403(?:\.\d+)?(?:forbidden|错误|禁止访问|:?accessdenied)*
        forbidden
        accessdenied
        (?:禁止|拒绝)(?:您的)?访问
        访问(?:被?拒绝|受限|被禁止)
    """),
    State.NOT_FOUND: _titles(rf"""
        (?:error|http|状态码?|错误|status|代码|:|：)*404(?:\.\d+)?(?:错误|页面?|提示|信息|error|notfound|pagenotfound|filenotfound|[!！,，:：])*(?:{_SORRY}{_YOURS}{_THING}?{_GONE})?
        (?:the)?(?:page|file|object|document|resource|url)?(?:was|is|could|cannot|be)*notfound(?:\(?404\)?|error)?
        {_SORRY}{_YOURS}{_THING}{_GONE}
        (?:找不到|未找到|没有找到|无法找到){_YOURS}{_THING}
        没有找到站点
        nothingfound
        (?:oops!?)?thatpagecan['’]?tbefound
        the(?:page|resource)cannotbefound
    """),
    State.SERVER_ERROR: _titles(outage_words.TITLES),
}
# Titles that messages of a CMS have, whatever they say; articles seldom.
MESSAGE_TITLES = _titles(r"""
    (?:dedecms|phpcms|帝国cms)?(?:系统|信息)?提示(?:信息|页面?)?
    message
    error(?:report)?
    出错[了啦]
    错误(?:提示|信息|页面?)?
    (?:操作|访问|页面)(?:失败|出错|错误|异常)
""")
LOGIN_TITLES = _titles(r"""
    .{0,16}统一身份认证.{0,12}
    .{0,16}认证(?:平台|中心|系统|登录)
    (?:用户|系统|会员|账号|帐号|欢迎|请先?)*登[录陆](?:页面?|系统|入口|界面|中心|平台)?
    (?:please)?(?:login|signin|logon)
    .{0,16}webvpn.{0,8}
    cas[–-].{0,40}
""")
# Sentences of message pages; asked in this order.
MESSAGES = {
    State.CHALLENGE: _sentences(r"""
        (?:安全|滑动|人机)验证
        人机识别
        请完成.{0,6}验证
        完成验证后
        正在验证您的
        正在检查您的(?:浏览器|访问)
        浏览器安全检查
        您的浏览器.{0,12}安全检测
        (?:按住|拖动).{0,8}滑块
        环境异常
        checking(?:if)?(?:the|your)(?:siteconnection|browser)
        verify(?:ing)?(?:that)?youare(?:a)?human
        enablejavascriptandcookiestocontinue
        performingsecurityverification
        not?abot
    """),
    State.RATE_LIMITED: _sentences(r"""
        (?:访问|操作|请求|点击|刷新|查询|搜索)(?:次数|频率)?(?:过于|太|过)(?:频繁|快|多|高)
        (?:访问|操作|请求)频繁
        (?:访问|请求)(?:次数|频率)(?:超过|超出|已达|受限)
        短时间内(?:多次|频繁|大量)
        请求过多
        (?:访问|请求)频率限制
        toomanyrequests
        ratelimit(?:ed|exceeded)
    """),
    State.WAF: _sentences(r"""
        对(?:网站|服务器)造成(?:安全)?(?:威胁|危险)
        (?:访问|请求)(?:行为)?(?:已经?)?被.{0,12}(?:拦截|阻断)
        网站防火墙
        web应用防火墙
        webapplicationfirewall
        (?:疑似|可疑|恶意)的?(?:黑客)?(?:攻击|行为|请求)
        包含有?(?:恶意|危险)的?(?:行为|攻击|请求|内容)
        请求带有不合法的?参数
        访问行为存在异常
        therequestedurlwasrejected
        yoursupportidis
        sorry,?youhavebeenblocked
        blockedasitmaycausepotentialthreats
        incapsulaincident
        attackid
        websitefirewall
        requestblockedby
    """),
    State.BLOCKED: _sentences(r"""
        (?:访问|请求)(?:已经?)?被(?:拒绝|禁止)
        (?:禁止|拒绝)(?:您的?)?访问
        ip(?:地址)?(?:已经?)?被(?:禁止|封禁|封锁|屏蔽|限制|拉黑)
        access(?:denied|forbidden)
        requestblocked
        403forbidden
        未.{0,24}备案
        youdon['’]?thavepermissiontoaccess
    """),
    State.INTRANET: _sentences(r"""
        仅(?:限|允许|供|对)于?校(?:园)?(?:内|网)
        只(?:允许|限|能)在?校(?:园)?(?:内|网)
        校(?:园网)?外(?:网|用户|地址|ip)?(?:禁止|无法|不能|不可|不允许)
        (?:并非|不是|非)校内(?:地址|ip|用户)
        无权限?访问
        (?:没有|无)(?:访问|浏览|查看)?的?权限
        (?:限|供)内(?:部|网)访问
        (?:请|需)(?:在|使用|通过|连接|登录)?(?:校园网|校内网|vpn)
        ip(?:地址)?不在.{0,8}范围
        不允许.{0,6}访问
        (?:请|需|须)(?:在|到|从|通过)校(?:内|园)
        (?:campus(?:network)?|intranet)only
        only(?:available|accessible)(?:on|from|within)(?:the)?campus
    """),
    State.LOGIN: _sentences(r"""
        (?:请|需|需要|必须|您还?未|您还没有|您?尚未)(?:先|重新)?登[录陆](?:后|再|才|[,，!！。]|$)
        登[录陆]后(?:方可|才能|再|可)?(?:查看|访问|浏览)
        登[录陆]已?(?:超时|失效|过期)
        会话已?(?:超时|失效|过期)
        please(?:log|sign)in
    """),
    State.NOT_FOUND: _sentences(rf"""
        404错误
        错误404
        404notfound
        httpstatus404
        error404
        404error
        {_THING}{_GONE}
        (?:找不到|未找到|没有找到|无法找到){_YOURS}{_THING}
        没有找到站点
        在web服务器中没有找到
        (?:page|url|file|resource|document|content)(?:you)?(?:requested|arelookingfor)?(?:was|is|could|can|does|has|had|might|may|have|been|be|not|n['’]t|nolonger|its)*(?:notfound|befound|found|beenremoved|exist|available|namechanged)
        nothingwasfoundatthislocation
        thatpagecan['’]?tbefound
    """),
    State.SERVER_ERROR: _sentences(outage_words.MESSAGES),
}
# A permission message speaks of one of these; an article of one sentence seldom does.
ABOUT_ACCESS = re.compile(r"访问|权限|地址|登[录陆]")

_ASK_FOR_LEAVE = "raise delay_s, set WENXUN_CONTACT, and ask the webmaster to let the crawler pass"
# What the user can do about a state.
ADVICE = {
    State.CHALLENGE: (
        "nothing is solved here; a browser that passed has cookies: copy them into the site file "
        '(cookies.NAME = "…", and headers.User-Agent of that browser), see docs/adding-a-site.md'
    ),
    State.WAF: _ASK_FOR_LEAVE,
    State.BLOCKED: _ASK_FOR_LEAVE,
    State.RATE_LIMITED: "raise delay_s or every in the site file",
    State.INTRANET: "crawl it from inside that network",
    State.LOGIN: (
        "where you may read it: copy the cookies of your login into the site file "
        '(cookies.NAME = "…"), see docs/adding-a-site.md'
    ),
}
