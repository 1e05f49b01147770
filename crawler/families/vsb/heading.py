"""What stands around the body of a VSB article: title, meta line, breadcrumb. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.families.vsb.container import Container
from crawler.fields.blanks import tidy
from crawler.fields.credits import credits_of_labels, read_credit_line
from crawler.fields.furniture import furniture_start
from crawler.fields.labels import Field, Labelled, number_of, read_labels
from crawler.fields.lines import LINE_PARTS, Line, read_lines
from crawler.fields.metas import read_metas
from crawler.fields.published import (
    Clock,
    Published,
    bare_date_in,
    published_in,
    published_in_metas,
    refined,
)
from crawler.fields.section import read_section
from crawler.fields.title import Title, read_title
from crawler.fields.tree import steps
from crawler.fields.views import printed_views
from crawler.page import Page
from storage.article import Credit

_MAX_PARTS_BEHIND = 120  # elements and texts below the body in which its editor's line may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The values of one article's surroundings. None: the page does not say."""

    title: Title
    published: Published | None
    views: int | None
    source: str | None
    section: str | None
    credits: tuple[Credit, ...]
    credits_below: tuple[Credit, ...]


def read_heading(page: Page, container: Container, form: LexborNode | None) -> Heading | None:
    """Return what stands around the body, or None if no title is found.

    `form` is the element in which the CMS's article component stands, where there is one.
    """
    root = page.tree.body
    if root is None:
        return None
    met = steps(root, of=LINE_PARTS, until=container.node, hidden=container.hidden)
    lines, near = read_lines(met, frame=form)
    metas = read_metas(page)
    title = _selected_title(page) or read_title(
        lines, title_text=page.title_text, metas=metas, near=near
    )
    if title is None:
        return None
    below = (near or 0) if title.last is None else title.last + 1
    meta_lines = [title.rest] if title.rest else []
    meta_lines += [line.text for line in lines[below:]]
    labels = _labels(meta_lines)
    behind = _lines_behind(form or root, container)
    return Heading(
        title=title,
        published=_published(
            page,
            lines,
            meta_lines=meta_lines,
            labels=labels,
            metas=metas,
            behind=behind,
        ),
        views=_views(page, labels),
        source=_source(labels) or metas.get("contentsource"),
        section=read_section(line.text for line in lines) or metas.get("columnname"),
        credits=tuple(credits_of_labels(labels)),
        credits_below=tuple(credits_of_labels(_signed(behind))),
    )


def _selected_title(page: Page) -> Title | None:
    selector = page.selectors.get("title")
    node = page.tree.css_first(selector) if selector else None
    text = tidy(node.text()) if node else ""
    return Title(text=text) if text else None


def _published(
    page: Page,
    lines: Sequence[Line],
    *,
    meta_lines: Sequence[str],
    labels: Sequence[Labelled],
    metas: Mapping[str, str],
    behind: Sequence[str],
) -> Published | None:
    """Return the date by the order of trust: labelled near the title, meta, bare, far away.

    `behind` are the lines below the body.
    """
    clock = Clock(now=page.fetched_at, zone=page.timezone)
    if selected := _selected_date(page, clock):
        return selected
    meta = published_in_metas(metas, clock)
    found = published_in(labels, clock)
    if found is None and meta is None:
        found = bare_date_in(meta_lines, clock)
    if found is None and meta is None:
        found = published_in(_labels(line.text for line in lines), clock)
    if found is None and meta is None:
        found = published_in(_labels(behind), clock)
    return refined(found, meta, clock.zone) if found else meta


def _selected_date(page: Page, clock: Clock) -> Published | None:
    selector = page.selectors.get("date")
    node = page.tree.css_first(selector) if selector else None
    text = [node.text()] if node else []
    return published_in(_labels(text), clock) or bare_date_in(text, clock)


def _lines_behind(frame: LexborNode, container: Container) -> list[str]:
    """Return the first lines below the body, up to the template's furniture."""
    met = steps(frame, of=LINE_PARTS, behind=container.node, hidden=container.hidden)
    lines = [line.text for line in read_lines(islice(met, _MAX_PARTS_BEHIND))[0]]
    return lines[: furniture_start([tidy(line) for line in lines])]


def _signed(lines: Iterable[str]) -> list[Labelled]:
    """Return the labels of lines that name people and nothing else, such as an editor's line."""
    return [label for line in lines if read_credit_line(tidy(line)) for label in read_labels(line)]


def _labels(lines: Iterable[str]) -> list[Labelled]:
    return [label for line in lines for label in read_labels(line)]


def _views(page: Page, labels: Sequence[Labelled]) -> int | None:
    for label in labels:
        if label.field is Field.VIEWS and (number := number_of(label)) is not None:
            return number
    # A page whose counter is a script has no other number, unless it was saved after it ran.
    has_script = b"_showDynClicks(" in page.source or b"getClickTimes(" in page.source
    if has_script and b"dynclicks_wbnews_" not in page.source:
        return None
    return printed_views(page)


def _source(labels: Sequence[Labelled]) -> str | None:
    return next(
        (label.value for label in labels if label.field is Field.SOURCE and label.value), None
    )
