"""Names: who stands in a value such as `网信中心 江 舟、林溪 等`, and what is an office. Pure.

Which part is an office and which a person is only told by form: a person has a known surname and
two or three characters (four behind a surname of two), or a dot inside. Where nobody has, the whole
value is the name. Names of two characters are padded to the width of three (`江 舟`): the pad goes.

Source of the surnames: the Hundred Family Surnames (百家姓), and those of today that it lacks.
"""

import re
from collections.abc import Iterable, Sequence

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻"
    "莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古"
    "易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋"
    "沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
    "肖闫付代覃占仝苑佟兰岳但寸揭仉母蔄檀啜涂邸仵郄芦亓庹冼揣谌阳鹿初位海漆原矫由买敬昂战扎药底信苟"
)
_TWO_CHARACTERS = """
万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔
申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 端木 百里 东郭 南门 呼延 南宫
西门 独孤 拓跋 完颜 纳兰 那拉
"""
_LONG_SURNAMES = tuple(_TWO_CHARACTERS.split())
_DOT = "·•‧・∙"
_NAME_BREAK = re.compile(r"\s*[、，,;；/／&|｜+]\s*")
_BLANKS = re.compile(r"[\s\u3000]+")
_ROUND_DOT = re.compile(rf"\s*([{_DOT}])\s*")
_ANY_DOT = re.compile(f"[{_DOT}]")
_BRACKETS = re.compile(r"[（(\[【][^（()）\[\]【】]*[)）\]】]?|[)）\]】]")
_DOTTED = re.compile(rf"[\u4e00-\u9fff]+(?:[{_DOT}][\u4e00-\u9fff]+)+")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_BREAK = re.compile(r"\s*(?:[、，,;；/／&|｜]|\s(?i:and)\s)\s*")
_LATIN_NAME = re.compile(r"[^\W\d_][^\W\d_.'’\-]*(?:[ .'’\-]+[^\W\d_][^\W\d_'’\-]*\.?){0,4}")
_LATIN_PERSON = re.compile(r"(?:[A-Z][\w.'’\-]*\s+){1,3}[A-Z][\w.'’\-]*")
_OFFICE = re.compile(
    r"(?:中心|学院|大学|学校|部|处|院|系|所|办|会|委|社|馆|团|局|公司|科|组|队|支部|办公室|年级|班|级"
    r"|专业|集团|医院|工会|网|报|台|站|校|厅|署|协会|频道|栏目|课题组|教研室|实验室|日报|晚报)$"
)
# Words that begin like a name and are none: offices in short, places, what news are about.
_WORDS = """
党委 党办 党建 党政 文科 文传 文新 文化 文章 文学 文艺 高科 高校 高教 高研 华社 海关 海外
海洋 海南 时报 时间 经管 经贸 经济 公管 公司 公告 公开 能动 能源 能力 金融 金工 水利 水电
水产 农业 农学 农林 马克思 单位 安全 安排 安徽 成员 成果 成都 成立 和平 和谐 广播 广东 广西
广州 广电 云南 江西 江苏 江南 山东 山西 宁夏 宁波 温州 苏州 杭州 常州 徐州 郑州 武汉 常务
方案 方法 应用 应急 相关 后勤 全国 全文 全校 全体 全媒体 项目 计划 平台 平安 强化 向上 乐器
明天 于是 高兴 关于 关注 管理 万人 万里 都市 司法 毕业 平凡 乔迁 国际 国家 国务院 国防 师生
师范 师资
"""
_BUTTONS = [
    "查看更多",
    "查看全文",
    "查看原文",
    "点击查看",
    "阅读原文",
    "阅读全文",
    "阅读更多",
    "返回顶部",
]
_NO_PEOPLE = frozenset([*_WORDS.split(), *_BUTTONS])
_ENDS_NAMES_TOO = frozenset("会科台社团站级班队组校")
_NOBODY = re.compile(
    r"(?:无|佚名|匿名|未知|不详|本站|本网|原创|本站原创|转载|网络|互联网|来自网络|来源网络|网络转载|暂无|编者|作者|管理员|系统管理员"
    r"|超级管理员|(?i:admin|administrator|webmaster|root|none|null|unknown|n/a)|[-—\s.。*#]*)"
)
_AND_MORE = re.compile(r"(?:等人|等)$")
_STAFF_NUMBER = re.compile(r"_[A-Z]{1,3}\d{2,6}(?![A-Za-z\d])")  # 江舟_NT6056
_TAIL = re.compile(r"\s*(?:综合|整理|联合)?(?:报道|报导|供稿|供图|整理|整合|摄影|摄|撰文)$")
_MAX_OFFICE = 30
_TWO, _THREE = 2, 3


def names_of(value: str) -> list[str]:
    """Return the people of a value without their offices, or the offices where it names nobody."""
    value = _STAFF_NUMBER.sub("", _BRACKETS.sub(" ", value)).strip()
    if not _HAN.search(value):
        return _latin_names(value)
    value = _close_dots(_TAIL.sub("", value))
    people: list[str] = []
    others: list[str] = []
    for group in _NAME_BREAK.split(value):
        parts = [_AND_MORE.sub("", part) for part in _unpadded(_BLANKS.split(group))]
        parts = [part for part in parts if part]
        here = _people(parts)
        people += here
        others += [] if here else parts
    names = people or [name for name in others if len(name) <= _MAX_OFFICE]
    return [name for name in dict.fromkeys(names) if name and not _NOBODY.fullmatch(name)]


def _close_dots(value: str) -> str:
    """Return a value without blanks around the dots inside names."""
    return _ROUND_DOT.sub(r"\1", value) if _ANY_DOT.search(value) else value


def is_person(part: str) -> bool:
    """Say whether a word has the form of a person's name: a known surname, or a dot inside."""
    if _DOTTED.fullmatch(part):
        return True
    if not _HAN_NAME.fullmatch(part) or part in _NO_PEOPLE:
        return False
    if part.startswith(_LONG_SURNAMES) and len(part) > _TWO:
        return not _OFFICE.search(part)
    if part[0] not in _SURNAMES or len(part) > _THREE:
        return False
    return not _OFFICE.search(part) or (len(part) == _TWO and part[-1] in _ENDS_NAMES_TOO)


def are_people(value: str) -> bool:
    """Say whether a value is nothing but people, perhaps behind their offices."""
    if not _HAN.search(value):
        return all(_LATIN_PERSON.fullmatch(part) for part in _LATIN_BREAK.split(value.strip()))
    value = _close_dots(_BRACKETS.sub(" ", value).strip())
    parts = [p for group in _NAME_BREAK.split(value) for p in _unpadded(_BLANKS.split(group))]
    parts = [part for part in (_AND_MORE.sub("", part) for part in parts) if part]
    return any(map(is_person, parts)) and all(is_person(p) or _OFFICE.search(p) for p in parts)


def _people(parts: Sequence[str]) -> list[str]:
    """Return the people of words that only blanks part.

    A word before the first sure name is their office; one behind it is a rare name.
    """
    first = next((at for at, part in enumerate(parts) if is_person(part)), None)
    if first is None:
        rare = [part for part in parts if _is_rare_name(part)]
        return rare if len(rare) == len(parts) else rare[-1:]
    return [part for part in parts[first:] if is_person(part) or _is_rare_name(part)]


def _is_rare_name(part: str) -> bool:
    may_be = _HAN_NAME.fullmatch(part) and part not in _NO_PEOPLE
    return bool(may_be) and not _OFFICE.search(part)


def _unpadded(parts: Iterable[str]) -> list[str]:
    """Join single characters: two by two, and three in a row as one name."""
    joined: list[str] = []
    run: list[str] = []
    for part in (*parts, ""):
        if len(part) == 1 and _HAN.match(part) and part != "等":
            run.append(part)
            continue
        size = _THREE if len(run) == _THREE else _TWO
        joined += ["".join(run[at : at + size]) for at in range(0, len(run), size)]
        run = []
        if part:
            joined.append(part)
    return joined


def _latin_names(value: str) -> list[str]:
    parts = [part.strip(" .") for part in _LATIN_BREAK.split(value)]
    names = [part for part in parts if _LATIN_NAME.fullmatch(part)]
    return [name for name in dict.fromkeys(names) if not _NOBODY.fullmatch(name)]
