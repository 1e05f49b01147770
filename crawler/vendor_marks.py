"""The marks of those who stand before sites: firewalls, challenges, captchas and their makers.

Data only; new makers are added here. Patterns are held against what machines read of a page.
Source: https://github.com/EnableSecurity/wafw00f (plugins), pages quoted by people who met them.
"""

from crawler.wordings import State

# One pattern a line.
CHALLENGES = {
    "dynamic_challenge": r"""
        /dynamic_challenge\b
        var\s+challengeId\s*=
    """,
    "加速乐": r"""
        __jsl_clearance
        \('_'\)\+\('_'\)\+\('j'\)
    """,
    "云锁": r"""
        Yun[sS]uoAutoJump
        security_verify_(?:data|img)
    """,
    "360网站卫士": r"""
        wzws(?:challenge|question)
        WZWS_CONFIRM_PREFIX_LABEL
    """,
    "阿里云": r"""
        acw_sc__v[23]
        var\s+arg1\s*=\s*'[0-9A-F]{40}'
        aliyun_waf_(?:aa|bb|oo)
        name="aliyunwaf_
        _____tmd_____/punish
        x5secdata
        sufei-punish
        waf-nc-title
    """,
    "腾讯 EdgeOne": r"""
        __tst_status
        EO_Bot_Ssid
    """,
    "腾讯云 WAF": r"""
        WAF_TCaptcha
        waf_captcha
    """,
    "雷池": r"""
        \.safeline/(?:static|challenge)
        SafeLineChallenge
        id="slg-(?:title|box|bg)"
        rivers\.chaitin\.cn/challenge
    """,
    "宝塔防火墙": r"""
        /(?:renji|huadong)_[0-9a-f]{8}_
        _yanzheng_(?:ip|huadong)\.php
        btwaf_aes|_btwaf\b
    """,
    "Cloudflare": r"""
        _cf_chl_opt
        __cf_chl_
        cf-browser-verification
        jschl[-_](?:answer|vc)
        /cdn-cgi/challenge-platform/h/\w/orchestrate
    """,
    "Imperva": r"""
        _Incapsula_Resource[^"]{0,300}(?:edet|incident_id)=
        distil_r_captcha
    """,
    "DataDome": r"captcha-delivery\.com",
    "AWS WAF": r"""
        awsWafCookieDomainList
        gokuProps
        \.awswaf\.com/[^"]{0,100}challenge\.js
    """,
    "HUMAN": r"px-captcha",
    "Akamai": r"""
        /_sec/verify\?provider=
        sec-if-cpt-container
        bm-verify=
    """,
    "F5": r"""
        \bbobcmn\b
        /TSPD/
    """,
    "Anubis": r"""
        \.within\.website/x/cmd/anubis
        id="anubis_(?:challenge|version)"
    """,
    "DDoS-Guard": r"\.well-known/ddos-guard/",
    "Sucuri": r"sucuri_cloudproxy_js",
    "Vercel": r"\.well-known/vercel/security/",
}
BLOCK_PAGES = {
    "创宇盾": r"""
        help\.365cyd\.com/cyd-error
        ks[-_]waf[-_]error
        yunaq\.com/misinformation
    """,
    "阿里云 WAF": r"""
        errors\.aliyun\.com
        sd-base/static/[\d.]+/image/405\.png
        sd/punish/waf_block
    """,
    "腾讯云 WAF": r"waf\.tencent-cloud\.com",
    "安全狗": r"""
        404\.safedog\.cn
        safedogsite/
    """,
    "云锁": r"yunsuologo",
    "360网站卫士": r"""
        wzws-waf-cgi
        zhuji\.360\.cn/guard
    """,
    "玄武盾": r"dbappwaf\.cn",
    "YUNDUN": r"yundun\.com/yd[-_]http[-_]error",
    "加速乐": r"""
        notice-jiasule
        static\.jiasule\.com
    """,
    "百度云加速": r"/cdn-cgi/styles/baidu\.errors",
    "OpenRASP": r"rasp\.baidu\.com/blocked",
    "华为云 WAF": r"""
        hws_security@
        hwclouds\.com
    """,
    "Cloudflare": r"""
        cf-error-details
        /cdn-cgi/styles/cf\.errors
    """,
    "Akamai": r"errors\.edgesuite\.net",
    "雷池": r"<!--\s*event_id:",
}
# A page that was let through may carry these too: some firewalls put their scripts into every
# page, and captchas stand in forms. They count only where the page says nothing else.
EVERYWHERE = {
    "瑞数": r"""
        \$_ts\s*=\s*window\[
        \$_ts\.(?:nsd|cd)\s*=
    """,
    "阿里云": r"""
        id="(?:nocaptcha|nc_1_wrapper|captcha-element)"
        AliyunCaptcha\.js
    """,
    "腾讯验证码": r"""
        TCaptcha\.js
        TencentCaptcha\(
    """,
    "极验": r"""
        initGeetest
        static\.geetest\.com
    """,
    "Cloudflare": r"""
        challenges\.cloudflare\.com/turnstile
        /cdn-cgi/challenge-platform/
    """,
    "Imperva": r"_Incapsula_Resource",
}
# Headers that say in so many words what the answer is.
TELLING_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare", State.CHALLENGE),
    ("x-amzn-waf-action", "challenge", "AWS WAF", State.CHALLENGE),
    ("x-amzn-waf-action", "captcha", "AWS WAF", State.CHALLENGE),
    ("x-vercel-mitigated", "challenge", "Vercel", State.CHALLENGE),
    ("bxpunish", "", "阿里云", State.CHALLENGE),
)
# Who stands before the site; such headers come with every page, so they tell nothing else.
HEADERS = (
    ("x-via-jsl", "", "加速乐"),
    ("set-cookie", "__jsluid", "加速乐"),
    ("server", "jiasule", "加速乐"),
    ("set-cookie", "sl-session", "雷池"),
    ("set-cookie", "safedog-flow-item", "安全狗"),
    ("server", "safedog", "安全狗"),
    ("set-cookie", "yunsuo_session", "云锁"),
    ("wzws-ray", "", "360网站卫士"),
    ("set-cookie", "wzws_cid", "360网站卫士"),
    ("set-cookie", "acw_", "阿里云"),
    ("eo-log-uuid", "", "腾讯 EdgeOne"),
    ("set-cookie", "hwwafsesid", "华为云 WAF"),
    ("server", "huaweicloudwaf", "华为云 WAF"),
    ("server", "yunjiasu", "百度云加速"),
    ("server", "nsfocus", "绿盟"),
    ("server", "yundun", "YUNDUN"),
    ("server", "cloudflare", "Cloudflare"),
    ("cf-ray", "", "Cloudflare"),
    ("x-iinfo", "", "Imperva"),
    ("set-cookie", "incap_ses_", "Imperva"),
    ("x-datadome", "", "DataDome"),
    ("set-cookie", "datadome", "DataDome"),
    ("x-sucuri-id", "", "Sucuri"),
    ("server", "akamaighost", "Akamai"),
)
# How block pages name themselves, without blanks, in small letters.
NAMES = (
    ("创宇盾", "创宇盾|知道创宇"),
    ("雷池", "safeline|雷池|长亭"),
    ("安全狗", "安全狗|safedog"),
    ("云锁", "云锁"),
    ("宝塔防火墙", "宝塔"),
    ("腾讯云 WAF", "t-secweb应用防火墙|腾讯云"),
    ("百度云加速", "百度云加速|yunjiasu"),
    ("玄武盾", "玄武盾|安恒|明御"),
    ("D盾", "d盾"),
    ("360网站卫士", "网站卫士|360主机卫士|奇安信"),
    ("OpenRASP", "openrasp"),
    ("阿里云 WAF", "阿里云|云盾"),
    ("华为云 WAF", "华为云"),
    ("深信服", "深信服|sangfor"),
    ("绿盟", "绿盟|nsfocus"),
    ("安域云", "anyu|安域"),
    ("云网盾", "云网盾|西部数码"),
    ("天融信", "天融信|topsec"),
    ("山石网科", "山石网科|hillstone"),
    ("启明星辰", "启明星辰|天清"),
    ("盛邦", "盛邦|webray"),
    ("网宿", "网宿"),
    ("护卫神", "护卫神"),
    ("Cloudflare", "cloudflare"),
    ("Imperva", "incapsula|imperva"),
    ("Fortinet", "fortiguard|fortiweb|fortigate"),
    ("F5", "therequestedurlwasrejected.*supportid"),
    ("Sucuri", "sucuri"),
    ("Akamai", "edgesuite"),
)
