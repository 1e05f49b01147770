"""The forms in which dates are printed: numbers, names of months in several languages, 二〇二三年.

Pure. Each form names its groups year, month (or `name`), day, and, where a time of day is printed,
half, hour, minute, second, suffix and zone.
"""

import re

# \x1f stands for the border of an inline element, see `lines`.
BLANK = r"[\s\x1f]*"
_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = r"(?<![^\W\d_])", r"(?![^\W\d_])"

CLOCK = (
    rf"(?P<half>上午|下午|早上|早晨|晚上|傍晚|中午|凌晨)?{BLANK}"
    r"(?P<hour>2[0-4]|[01]?\d)(?:[:：点]|(?<=\d)[时時시])"
    rf"{BLANK}(?P<minute>[0-5]?\d)[分분]?(?:[:：]?{BLANK}(?P<second>[0-5]\d)(?:[.,]\d+)?[秒초]?)?"
    rf"(?![:：\d])(?:{BLANK}(?P<suffix>[AaPp]\.?[Mm]\b\.?))?"
    rf"{BLANK}(?P<zone>Z\b|(?:GMT|UTC)?[+-](?:0\d|1[0-4]):?[0-5]0(?![:：\d])|(?:GMT|UTC)\b)?"
)
_WEEKDAY = (
    rf"(?:[（(]?(?:(?:星期|周|礼拜)[一二三四五六日天]|[日月火水木金土]曜日?"
    rf"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?)[)）]?{BLANK})?"
)
_CLOCK_BEHIND = rf"(?:[-T,，]?{BLANK}{_WEEKDAY}{CLOCK})?"
_SEPARATOR = rf"{BLANK}[-/.—–]{BLANK}"
# 2021-01-0510:30: the template prints day and time side by side.
_DAY = r"(?P<day>\d\d(?=(?:[01]\d|2[0-4])[:：][0-5]\d)|\d{1,2}(?!\d))"

NUMERIC = re.compile(
    r"(?<![\d.])(?P<year>\d{4})"
    rf"(?:{_SEPARATOR}|{BLANK}[年년]{BLANK})(?P<month>\d{{1,2}})"
    rf"(?:{_SEPARATOR}|{BLANK}[月월]{BLANK}){_DAY}(?:{BLANK}[日号일])?{_CLOCK_BEHIND}"
)
# 22-11-21: read by the Chinese order, and only where a Chinese label says what it is.
SHORT_YEAR = re.compile(
    rf"[\s\x1f\[【（(]*(?P<short>\d\d)(?P<gap>[-/.]|{BLANK}年{BLANK})(?P<month>\d{{1,2}})"
    rf"(?:(?P=gap)|{BLANK}月{BLANK}){_DAY}(?:{BLANK}[日号])?(?![-/.]\d){_CLOCK_BEHIND}"
)
# 6/15/2019 or 15/6/2019: which is which only a number above twelve can say.
SLASHED = re.compile(
    r"(?<![\d/.-])(?P<first>\d{1,2})/(?P<other>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])"
    rf"(?:,?{BLANK}{CLOCK})?"
)
COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)?(?!\d)"
)
CHINESE = re.compile(
    r"(?P<year>[一二][〇○零ＯO一二三四五六七八九]{3})年"
    r"(?P<month>十[一二]?|[一二三四五六七八九])月"
    r"(?P<day>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?)[日号]"
)
LOOKS_CHINESE = re.compile(r"[〇○零ＯO一二三四五六七八九]年")

_MONTHS = """
jan january janvier janv januar jänner enero ene janeiro gennaio января янв
feb february février fevrier févr février februar febrero fevereiro febbraio февраля фев
mar march mars märz maerz marzo março марта мар
apr april avril avr abril abr aprile апреля апр
may mai mayo maio maggio мая
jun june juin juni junio junho giugno июня
jul july juillet juil juli julio julho luglio июля
aug august août aout agosto августа авг
sep sept september septembre septiembre setiembre setembro settembre сентября сен
oct october octobre oktober okt octubre outubro ottobre октября окт
nov november novembre noviembre novembro ноября
dec december décembre decembre déc dezember dez diciembre dic dezembro dicembre декабря дек
"""
MONTHS = {
    name: number
    for number, line in enumerate(_MONTHS.strip().split("\n"), start=1)
    for name in line.split()
}
_ANY_NAME = "|".join(sorted(MONTHS, key=lambda name: -len(name)))
_FIRSTS = "".join(sorted({form for name in MONTHS for form in (name[0], name[0].upper())}))
MONTH_LETTER = re.compile(f"[{_FIRSTS}]")  # much quicker to look for than the names
LOOKS_NAMED = re.compile(rf"{_NO_LETTER_BEFORE}(?:{_ANY_NAME}){_NO_LETTER_BEHIND}", re.IGNORECASE)
_NAME = rf"{_NO_LETTER_BEFORE}(?P<name>{_ANY_NAME}){_NO_LETTER_BEHIND}\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY_OF = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_OF = r"(?:de\s+)?"
NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # Thu Mar 26 09:28:00 CST 2026: the time comes before the year
        rf"{_NAME}{BLANK}{_DAY_OF}{BLANK}{CLOCK}{BLANK}(?:CST{BLANK})?{_YEAR}",
        rf"{_NAME}{BLANK}{_DAY_OF}{BLANK},?{BLANK}{_YEAR}(?:,?{BLANK}(?:at\s+)?{CLOCK})?",
        rf"{_DAY_OF}[\s-]*{_OF}{_NAME},?[\s-]*{_OF}{_YEAR}(?:,?{BLANK}{CLOCK})?",
        rf"(?<!\d){_YEAR}[\s,-]*{_NAME}[\s-]*{_DAY_OF}(?!\d)(?:,?{BLANK}{CLOCK})?",
    )
)

# A date that is one end of a span of days or hours says when something takes place.
_SPAN = r"(?:至|到|~|～|—{1,2}|–|－|-{1,2})"
_OTHER_END = (
    r"(?:\d{4}\s*[-./年]|\d{1,2}\s*[-./月]\s*\d{1,2}(?![\d万千亿kK])|\d{1,2}\s*[日号时点:：]"
    r"|[上下]午|晚上|今)"
)
SPAN_BEHIND = re.compile(rf"{BLANK}{_SPAN}{BLANK}{_OTHER_END}")
SPAN_BEFORE = re.compile(rf"(?:[日号]|\d[:：]\d\d|\d[-./]\d{{1,2}}){BLANK}{_SPAN}{BLANK}$")

WIDE_DIGIT = re.compile(r"[０-９－．／]")
WIDE = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")
_DIGITS = {**{d: n for n, d in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "Ｏ": 0, "O": 0}
_TEN = 10


def chinese_number(text: str) -> int:
    """Return the number of 二〇二三, 十二, 二十一 or 廿三."""
    text = text.replace("廿", "二十")
    tens, ten, ones = text.partition("十")
    if ten:
        return _TEN * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return int("".join(str(_DIGITS[digit]) for digit in text))
