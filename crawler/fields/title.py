"""The title of an article: a line near the body that the page's `<title>` confirms.

`<title>` alone never says where the title ends, since titles and site names hold hyphens; a line
alone may be a column's name. Together they are sure. Pure.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.fields.blanks import BORDER, INVISIBLE, join_lines, squash, tidy
from crawler.fields.labels import Field, read_labels
from crawler.fields.lines import Line
from crawler.fields.metas import site_name
from crawler.fields.others import heads_others
from crawler.fields.tree import attribute

_MAX_LINES = 3  # title lines that one title is made of
_MAX_SITE_NAME = 12  # letters; a longer one stands at the end of `<title>`
_MIN_UNSEPARATED = 6  # letters that a line shares with `<title>` before it counts without separator
_SEPARATORS = tuple("-—–_|｜·•:：>»/\\~,，(（[【<《")
_HEADING = re.compile(r"h[1-6]")
_TITLE_CLASS = re.compile(r"title|tit\b|biaoti|bt\b|head(?:ing|line)?\b|conth", re.IGNORECASE)
_SUBTITLE_CLASS = re.compile(r"sub|fbt|ftit|second", re.IGNORECASE)
_FURNITURE = re.compile(r"位置|首页|^正文$|\d{4}\s*[-/.年]\s*\d|字号|打印|关闭")
_DECORATION = re.compile(r"^(?:[·•▪■◆●]\s*|\[(?:置顶|顶|图文?)\]\s*)+")
_TITLE_ROW = re.compile(
    rf"[\s{BORDER}]*(?:标\s*题|(?:信息|文件)?名\s*称)[\s{BORDER}]*[：:]?[\s{BORDER}]*"
    rf"(?P<title>[^\s{BORDER}：:][^{BORDER}\n]*)"
)
_PARTS = re.compile(rf"({BORDER}|\s{{2,}}|\u3000)")
_PATHS = (">", "›", "»", "→")  # behind a site's name: 某某法院 > 执行信息
_LONGEST_SITE = 20
_SITE = re.compile(
    r"^中国[·•.]|(?:网|网站|门户|平台|首页|主页|政府|委员会|[厅局]|大学|学院|学校|中心|公司|集团|[医法]院|检察院|协会|学会|研究[院所])$"
)
_MIN_OVER_DATE = 8  # letters; a shorter line may be a column's name
_ELLIPSIS = re.compile(r"…|\.{3}")
_LITERAL_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title as the page displays it.

    `first` and `last` are the numbers of its lines, None if it is in none; `rest` is what stands
    behind it in the last one.
    """

    text: str
    subtitle: str | None = None
    first: int | None = None
    last: int | None = None
    rest: str = ""
    confirmed: bool = True


def read_title(
    lines: Sequence[Line], *, title_text: str | None, metas: Mapping[str, str], near: int | None
) -> Title | None:
    """Return the title among the lines before the body, or None.

    Lines from `near` on belong to the article's own frame (None: it has none); where nothing is
    confirmed, its first line that is set as a title is one.
    """
    target = _target(title_text)
    site = squash(site_name(dict(metas)) or "")
    if len(site) > _MAX_SITE_NAME and not target.endswith(site):
        site = ""  # the first keyword of some sites is the article's title
    only = metas.get("articletitle")  # nothing but the title, where `<title>` may name the column
    named = only or metas.get("og:title")
    title = _confirmed(lines, _target(only), site) if only else None
    title = title or _confirmed(lines, target, site)
    if title is None and named:
        title = _confirmed(lines, _target(named), site)
    title = title or _ends_title(lines, near, target) or _begins_with(lines, target, site)
    title = title or _in_table(lines, target) or _displayed(lines, near)
    if title is None and (not target or _names_site(target)):
        title = _over_date(lines)
    if title is not None:
        return _with_subtitle(title, lines)
    text = tidy(named) if named else _without_site(title_text, site)
    return Title(text=text, confirmed=False) if text else None


def _target(text: str | None) -> str:
    # Some templates escape `<title>` twice or print the line break of a two-line title in it.
    return squash(_LITERAL_BREAK.sub("", html.unescape(text))) if text else ""


def _confirmed(lines: Sequence[Line], target: str, site: str) -> Title | None:
    """Return the longest run of lines that `<title>` starts with, the last one of equals."""
    cut = _up_to_ellipsis(target)
    best: tuple[tuple[bool, int], Title] | None = None
    for first, line in enumerate(lines):
        if not _may_start(line.text, target):
            continue
        joined = squash(line.text)
        if not joined or not target.startswith(joined):
            continue
        last, text = first, tidy(line.text)
        for following in range(first + 1, min(first + _MAX_LINES, len(lines))):
            longer = joined + squash(lines[following].text)
            is_whole = bool(cut) and joined.startswith(cut)
            if is_whole or not (target.startswith(longer) or (cut and longer.startswith(cut))):
                break
            joined, last = longer, following
            text = join_lines(text, tidy(lines[following].text))
        rest = target[len(joined) :]
        separated = not rest or rest.startswith(_SEPARATORS) or bool(site and rest == site)
        if joined == site or not (separated or len(joined) >= _MIN_UNSEPARATED):
            continue
        order = (separated, len(joined))
        if best is None or order >= best[0]:
            best = (order, Title(text=text, first=first, last=last))
    return best[1] if best else None


def _in_table(lines: Sequence[Line], target: str) -> Title | None:
    """Return the title in a row (标　题：…) of the table that heads a document."""
    for line in lines:
        match = _TITLE_ROW.match(line.text)
        text = squash(match["title"]) if match else ""
        if match and len(text) >= _MIN_UNSEPARATED and target.startswith(text):
            return Title(text=tidy(match["title"]))
    return None


def _up_to_ellipsis(target: str) -> str:
    """Return what a shortened `<title>` still says, "" if it is whole."""
    match = _ELLIPSIS.search(target)
    return target[: match.start()] if match and match.start() >= _MIN_UNSEPARATED else ""


def _may_start(raw: str, target: str) -> bool:
    """Say cheaply whether a line may be the start of `<title>`: most lines of a page are not."""
    first = raw.lstrip()[:1]
    return first == target[:1] or bool(first and INVISIBLE.match(first)) or not first.isalnum()


def _begins_with(lines: Sequence[Line], target: str, site: str) -> Title | None:
    """Return the start of a line that says what `<title>` says up to one of its separators.

    The rest of the line is a second title line that `<title>` leaves out, or a date.
    """
    stems = [target[:at] for at, char in enumerate(target) if char in "-—–_|｜" and at > 1]
    stems = [stem.rstrip("….") for stem in (target, *reversed(stems)) if stem not in {"", site}]
    for stem in stems:
        for at in range(len(lines) - 1, -1, -1):
            if len(stem) < _MIN_UNSEPARATED or not (line := squash(lines[at].text)).startswith(
                stem
            ):
                continue
            if not line.removeprefix(stem).startswith(_PATHS):
                text, rest = _start_of(lines[at].text, stem)
                return Title(text=text, first=at, last=at, rest=rest)
    return None


def _ends_title(lines: Sequence[Line], near: int | None, target: str) -> Title | None:
    """Return the first line of the frame if `<title>` ends with it: some sites come first there."""
    if near is None or near >= len(lines):
        return None
    joined = squash(lines[near].text)
    before = target.removesuffix(joined)
    if len(joined) < _MIN_UNSEPARATED or before == target or not before.endswith(_SEPARATORS):
        return None
    return Title(text=tidy(lines[near].text), first=near, last=near)


def _start_of(raw: str, stem: str) -> tuple[str, str]:
    """Return the display form of a line that starts with `stem`, and the meta data behind it."""
    kept = rest = ""
    for part in _PARTS.split(raw):
        is_meta = _FURNITURE.search(part) or read_labels(part)
        if rest or (is_meta and squash(kept).startswith(stem)):
            rest += part
        else:
            kept += part
    return tidy(kept), rest


def _displayed(lines: Sequence[Line], near: int | None) -> Title | None:
    """Return the line of the article's frame that is set as a title."""
    own = [at for at in range(near or 0, len(lines)) if _may_be_title(lines[at].text)]
    styled = [at for at in own if _is_styled(lines[at])]
    if not own or (near is None and not styled):
        return None
    in_frame = near is not None
    first = styled[0 if in_frame else -1] if styled else own[0]
    last, text = first, tidy(lines[first].text)
    # The lines of one element are one title.
    while last + 1 in own and lines[last + 1].node.mem_id == lines[first].node.mem_id:
        last += 1
        text = join_lines(text, tidy(lines[last].text))
    return Title(text=_DECORATION.sub("", text), first=first, last=last, confirmed=False)


def _names_site(target: str) -> bool:
    """Say whether a `<title>` that no line confirms is the name of a site, not of an article."""
    return len(target) <= _LONGEST_SITE and _SITE.search(target) is not None


def _over_date(lines: Sequence[Line]) -> Title | None:
    """Return the line right above the first one with a labelled date: it may be set as nothing."""
    for at, line in enumerate(lines[1:], start=1):
        if any(label.field is Field.DATE and label.value for label in read_labels(line.text)):
            text = tidy(lines[at - 1].text)
            is_title = len(squash(text)) >= _MIN_OVER_DATE and _may_be_title(lines[at - 1].text)
            return (
                Title(text=text, first=at - 1, last=at - 1, confirmed=False) if is_title else None
            )
    return None


def _may_be_title(raw: str) -> bool:
    if len(squash(raw)) <= 1 or heads_others(raw):
        return False
    return not _FURNITURE.search(raw) and not read_labels(raw)


def _is_styled(line: Line) -> bool:
    node = line.node
    for _ in range(3):
        if _HEADING.fullmatch(node.tag or "") or _TITLE_CLASS.search(
            attribute(node, "class") or ""
        ):
            return True
        if node.parent is None:
            return False
        node = node.parent
    return False


def _with_subtitle(title: Title, lines: Sequence[Line]) -> Title:
    """Return the title with the line below it, where that is set as a heading of its own."""
    if title.last is None or title.last + 1 >= len(lines):
        return title
    line = lines[title.last + 1]
    tag, name = line.node.tag or "", attribute(line.node, "class") or ""
    is_heading = _HEADING.fullmatch(tag) or _SUBTITLE_CLASS.search(name)
    if not is_heading or not _may_be_title(line.text):
        return title
    return replace(title, subtitle=tidy(line.text), last=title.last + 1)


def _without_site(title_text: str | None, site: str) -> str | None:
    """Return `<title>` without the site's name, or without its last part if that is unknown."""
    if not title_text:
        return None
    text = tidy(html.unescape(title_text))
    if site and squash(text).endswith(site) and squash(text) != site:
        kept = len(squash(text)) - len(site)
        end = next(at for at in range(len(text) + 1) if len(squash(text[:at])) == kept)
        return text[:end].rstrip("-—–_|｜· ") or None
    head, _, _ = text.rpartition("-")
    return (head or text).strip() or None
