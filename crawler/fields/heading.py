"""What stands around the body of an article: title, meta line, breadcrumb. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import join_lines, squash, tidy
from crawler.fields.claims import Around, PageDates, read_dates
from crawler.fields.container import Container
from crawler.fields.credits import credits_of_labels, read_credit_line, unlabelled_author
from crawler.fields.furniture import furniture_start
from crawler.fields.labels import Field, Labelled, number_of, read_labels
from crawler.fields.layout import Layout
from crawler.fields.lines import LINE_PARTS, Line, read_lines
from crawler.fields.metas import read_metas
from crawler.fields.published import Clock, Published, bare_date_in, published_in
from crawler.fields.section import read_section
from crawler.fields.selecting import all_in, first_in
from crawler.fields.title import Title, read_title
from crawler.fields.tree import NOTHING, steps, unread_elements
from crawler.fields.views import printed_views
from crawler.page import Page
from storage.article import Credit, DateSource

_BUTTON = re.compile(r"【[^】：:]{1,8}】")
_UNSAID = frozenset(["未知", "不详", "未知来源"])
_BRACKETS = 2  # what may stand before the first label of a line
_MAX_PARTS_BEHIND = 120  # elements and texts below the body in which its editor's line may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The values of one article's surroundings. None: the page does not say."""

    title: Title
    dates: PageDates
    views: int | None
    source: str | None
    section: str | None
    credits: tuple[Credit, ...]
    credits_below: tuple[Credit, ...]


def read_heading(
    page: Page,
    container: Container,
    layout: Layout,
    *,
    frame: LexborNode | None,
    counts_by_script: bool = False,
) -> Heading | None:
    """Return what stands around the body, or None if no title is found.

    `frame` is the element in which the CMS sets the article, where there is one. A page that
    `counts_by_script` prints no view count but behind its label.
    """
    root = page.tree.body
    if root is None:
        return None
    met = steps(root, of=LINE_PARTS, until=container.node, hidden=container.hidden)
    above, near = read_lines(met, frame=frame)
    behind = _lines_behind(frame or root, container)
    return heading_in(
        page,
        above,
        layout,
        metas=read_metas(page),
        near=near,
        behind=behind,
        counts_by_script=counts_by_script,
    )


def heading_in(
    page: Page,
    above: Sequence[Line],
    layout: Layout,
    *,
    metas: Mapping[str, str],
    near: int | None,
    behind: Sequence[str],
    counts_by_script: bool = False,
) -> Heading | None:
    """Return the heading in the lines `above` and `behind` the body, or None without a title.

    Lines from `near` on are in the article's own frame, None if it has none.
    """
    metas = {**layout.stated(page), **metas}
    title = _selected_title(page, layout) or read_title(
        above, title_text=page.title_text, metas=metas, near=near
    )
    if title is None:
        return None
    below = (near or 0) if title.last is None else title.last + 1
    meta_lines = [*layout.said(page), *([title.rest] if title.rest else [])]
    meta_lines += [line.text for line in above[below:]]
    labels = _labels(meta_lines)
    others = [*(line.text for line in above), *behind]
    around = Around(near=meta_lines, labels=labels, others=others, said=_said_date(page, layout))
    return Heading(
        title=title,
        dates=read_dates(page, metas, around),
        views=_views(page, labels, by_script=counts_by_script),
        source=_source(page, labels, layout)
        or _said(metas.get("contentsource"))
        or _source_in(_leading(behind)),
        section=read_section(line.text for line in above) or metas.get("columnname"),
        credits=tuple(credits_of_labels(labels)),
        credits_below=(*_signatures(page, layout), *credits_of_labels(_signed(behind))),
    )


def _selected_title(page: Page, layout: Layout) -> Title | None:
    """Return the title in the element that the site file names, else in one of the CMS's own.

    Of several elements of a CMS the first one counts that `<title>` confirms.
    """
    selector = page.selectors.get("title")
    own = first_in(page, selector) if selector else None
    if own is not None and (text := title_text(own, hidden=unread_elements(page))):
        return Title(text=text)
    nodes = all_in(page, layout.title) if layout.title else []
    texts = [text for node in nodes if (text := title_text(node))]
    if not texts:
        return None
    target = squash(page.title_text or "")
    confirmed = next((text for text in texts if target.startswith(squash(text))), None)
    subtitle = _selected_text(page, layout.subtitle)
    return Title(text=confirmed or texts[0], subtitle=subtitle)


def title_text(node: LexborNode, *, hidden: frozenset[int] = NOTHING) -> str:
    """Return the text of a title's element; its lines are joined as a reader would."""
    lines, _ = read_lines(steps(node, of=LINE_PARTS, hidden=hidden))
    return reduce(join_lines, (tidy(line.text) for line in lines), "")


def _signatures(page: Page, layout: Layout) -> Iterator[Credit]:
    """Yield who is named in the elements that the CMS has for it."""
    for node in all_in(page, layout.signed) if layout.signed else ():
        text = tidy(node.text())
        labels = _labels([text])
        found = read_credit_line(text) or list(credits_of_labels(labels))
        yield from found or (() if labels else unlabelled_author(text))


def _selected_text(page: Page, selector: str | None) -> str | None:
    node = first_in(page, selector) if selector else None
    return tidy(node.text()) or None if node else None


def _said_date(page: Page, layout: Layout) -> tuple[DateSource, Published] | None:
    """Return the date in what the site file or the CMS names for it."""
    clock = Clock(now=page.fetched_at, zone=page.timezone)
    if own := _selected_date(page, page.selectors.get("date"), clock):
        return DateSource.PRINTED, own
    if stamp := layout.published(page, clock):
        return DateSource.SCRIPT, stamp
    own = _selected_date(page, layout.date, clock)
    return (DateSource.PRINTED, own) if own else None


def _selected_date(page: Page, selector: str | None, clock: Clock) -> Published | None:
    node = first_in(page, selector) if selector else None
    return date_in(node, clock) if node is not None else None


def date_in(node: LexborNode, clock: Clock) -> Published | None:
    """Return the date in an element: the labelled one, else a bare one."""
    text = [node.text()]
    return published_in(_labels(text), clock) or bare_date_in(text, clock)


def _lines_behind(frame: LexborNode, container: Container) -> list[str]:
    """Return the first lines below the body, up to the template's furniture."""
    met = steps(
        frame, of=LINE_PARTS, behind=container.last or container.node, hidden=container.hidden
    )
    lines = [line.text for line in read_lines(islice(met, _MAX_PARTS_BEHIND))[0]]
    return lines[: furniture_start([tidy(line) for line in lines])]


def _signed(lines: Iterable[str]) -> list[Labelled]:
    """Return the labels of lines that name people and nothing else, such as an editor's line.

    Buttons in brackets may stand beside them: 【我要纠错】 责任编辑：江舟.
    """
    bare = (_BUTTON.sub("", line) if "】" in line else line for line in lines)
    return [label for line in bare if read_credit_line(tidy(line)) for label in read_labels(line)]


def _labels(lines: Iterable[str]) -> list[Labelled]:
    return [label for line in lines for label in read_labels(line)]


def _views(page: Page, labels: Sequence[Labelled], *, by_script: bool) -> int | None:
    for label in labels:
        if label.field is Field.VIEWS and (number := number_of(label)) is not None:
            return number
    return None if by_script else printed_views(page)


def _source(page: Page, labels: Sequence[Labelled], layout: Layout) -> str | None:
    selected = _selected_text(page, page.selectors.get("source") or layout.source)
    if selected and not (said := _labels([selected])):
        return _said(selected)
    return _source_in([*said, *labels] if selected else labels)


def _source_in(labels: Iterable[Labelled]) -> str | None:
    values = (_said(label.value) for label in labels if label.field is Field.SOURCE)
    return next((value for value in values if value), None)


def _said(source: str | None) -> str | None:
    """Return a source, None where the page only says that it is not known."""
    return None if source in _UNSAID else source


def _leading(lines: Iterable[str]) -> Iterator[Labelled]:
    """Yield the labels with which lines begin: elsewhere they are another article's."""
    return (label for label in _labels(lines) if label.start <= _BRACKETS)
