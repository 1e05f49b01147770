"""The day in an address: `/2026/0313/`, `/202004/t20200422_561.html`, `/2018/5/21/art_1_2.html`.

It is the day on which the file was made: of a draft perhaps, or of a move to another CMS. Pure.

Source: the addresses of WebPlus, TRS, JCMS, DedeCMS, EmpireCMS and a dozen news portals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_FIRST_DAY = date(1995, 1, 1)  # no page of the web is older
_AHEAD = timedelta(days=1)

_Y, _MM, _DD = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_M, _D = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
# Each takes whole steps of the path, so that no number inside an id is taken for a day. A bare
# number at the end of the path is an id: /info/1033/20231221.htm.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<=/){_Y}/{_MM}{_DD}(?=/)",  # /2026/0313/c1a2/page.htm, /n1/2019/0615/c1-2.html
        rf"(?<=/){_Y}/{_MM}-{_DD}(?=/)",  # /gn/2019/06-15/8865.shtml
        rf"(?<=/){_Y}/{_M}/{_D}(?=/)",  # /art/2018/5/21/art_1_2.html
        rf"(?<=/){_Y}-{_MM}/{_DD}(?=/)",  # /2019-06/15/content_1.htm
        rf"(?<=/){_Y}{_MM}/{_DD}(?=/)",  # /201906/15/1.html
        rf"(?<=/){_Y}-{_M}-{_D}(?=/)",  # /xwzx/2020-12-01/5285.html
        rf"(?<=/){_Y}_{_MM}_{_DD}(?=[/_])",  # /politics/2019_06_15_505.shtml
        rf"(?<=/){_Y}{_MM}{_DD}(?=/)",  # /a/20190615/1.html
        rf"(?<=/){_Y}{_MM}{_DD}(?=A[0-9A-Z]{{6,}}(?:/|\.html?$|$))",  # /rain/a/20210615A01XYZ00
        rf"(?<=/)t{_Y}{_MM}{_DD}(?=_\d+\.s?html?$)",  # t20200422_56177599.html
    )
)
# Most addresses hold nothing that begins like a day.
_MAY_HOLD_DAY = re.compile(r"/t?(?:19|20)\d\d(?:[-/_]\d|[01]\d)|/\d\d/[01]\d{3}/")
# /19/0615/08/EHN0ABCD00018AOR.html: the sixteen letters of the id make it sure.
_SHORT_YEAR = re.compile(rf"/(?P<y>\d\d)/{_MM}{_DD}/\d\d/[0-9A-Z]{{16}}\.html$")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlDate:
    """A day that stands in an address: `text` as it stands there."""

    text: str
    day: date


def url_date(url: str, *, now: datetime, zone: str) -> UrlDate | None:
    """Return the day in the path of a web address, or None.

    None too where it holds two that differ, one before 1995 or one more than a day after `now`.
    """
    parts = _split(url)
    if parts is None or not _MAY_HOLD_DAY.search(parts):
        return None
    latest = now.astimezone(ZoneInfo(zone)).date() + _AHEAD
    found = [one for one in _dates(parts) if _FIRST_DAY <= one.day <= latest]
    return found[0] if found and len({one.day for one in found}) == 1 else None


def _split(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:  # an unbalanced bracket
        return None
    # The folder of a saved page says when it was saved.
    return parts.path if parts.scheme in {"http", "https"} else None


def _dates(path: str) -> Iterator[UrlDate]:
    for form in _FORMS:
        for match in form.finditer(path):
            if one := _date(match, int(match["y"])):
                yield one
    short = _SHORT_YEAR.search(path)
    if short and (one := _date(short, 2000 + int(short["y"]))):
        yield one


def _date(match: re.Match[str], year: int) -> UrlDate | None:
    try:
        day = date(year, int(match["m"]), int(match["d"]))
    except ValueError:  # 30 February
        return None
    text = match.string[match.start("y") : match.end("d")]
    return UrlDate(text=text, day=day)
