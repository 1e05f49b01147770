"""The words of pages that stand in for a site which is repaired, rebuilt or broken for now.

Data, as in `crawler/wordings.py`: one pattern a line, held against text without blanks, in small
letters. A notice about repairs is an article; so here the site itself has to be what is closed.
"""

_IT = "(?:本?网站|本站|站点|系统|服务器|平台)"
_WORK = "(?:维护|升级|改造|检修|改版|调试)"
_DONE = f"(?:进行)?(?:系统|例行|停机|安全|临时|紧急|日常|技术)?{_WORK}(?:[与和、]?{_WORK})*"

# Whole titles, or whole parts of them.
TITLES = rf"""
    (?:error|http|错误|status|:)*50[0-4](?:error|错误|internalservererror|badgateway|service(?:temporarily)?unavailable|gatewaytime-?out|服务器(?:内部)?错误)*
    internalservererror
    badgateway
    gatewaytime-?out
    service(?:temporarily)?unavailable
    whitelabelerrorpage
    runtimeerror
    databaseerror
    errorestablishingadatabaseconnection
    (?:服务器|系统|内部|程序|运行时|数据库)(?:内部|连接)?错误
    系统(?:发生错误|繁忙)
    {_IT}(?:正在)?{_DONE}中
    {_IT}正在{_DONE}
    (?:网站|站点)(?:正在)?建设中
    (?:网站|站点)(?:已经?|暂时)?(?:关闭|暂停|停用)(?:访问|服务|维护)?
    (?:site|website|system)?(?:is)?(?:(?:currently)?under|scheduled)?maintenance(?:mode)?
    we['’]?(?:ll|willbe|llbe)+back(?:soon|shortly)?
"""
# Parts of sentences, on pages that say little else.
MESSAGES = rf"""
    {_IT}(?:目前|现)?(?:正在|处于|正|在)?{_DONE}(?:中(?!心)|状态)
    (?:本?网站|本站|站点|发布系统)(?:目前|现)?正在{_DONE}
    (?:本?网站|本站|站点|系统|网络).{{0,8}}{_WORK}.{{0,8}}请您?稍[后候等]
    (?:本网站|本站|网站|站点).{{0,40}}(?:暂停|停止|暂时无法|暂时不能|暂不能)(?:对外)?(?:访问|服务|提供服务|开放)
    (?:网站|站点)(?:已经?被?|暂时).{{0,6}}(?:停止运行|关闭|暂停|停用)
    (?:网站|站点)(?:正在)?建设中
    (?:系统|服务器|服务|网络)(?:正?忙|繁忙)[,，。.!！]?请?您?稍[后候等]
    系统发生错误
    页面错误[!！,，]?请稍[后候]再试
    服务器(?:内部)?错误
    数据库(?:连接)?(?:错误|失败)
    500internalservererror
    502badgateway
    503service(?:temporarily)?unavailable
    504gatewaytime-?out
    http(?:status|error|错误)50[0-4]
    status=50[0-4]
    theserviceisunavailable
    errorestablishingadatabaseconnection
    sqlstate\[
    fatalerror:?uncaught
    mysqli?_connect\(
    jasperexception
    discuz!(?:database|system)error
    unavailableforscheduledmaintenance
    (?:is|currently)+under(?:going)?(?:scheduled)?maintenance
    performing(?:some)?(?:scheduled)?maintenance
    (?:site|page)(?:youarelookingfor)?is(?:currently|temporarily)unavailable
"""
