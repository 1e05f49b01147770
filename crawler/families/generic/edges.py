"""Where in its element the body begins and ends: below the heading, above what follows it. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from crawler.families.generic.outline import Block, Outline, TextLine
from crawler.families.generic.words import (
    is_buttons,
    is_footer,
    is_neighbour,
    is_statement,
    names_attachments,
    stands_below,
)
from crawler.fields.blanks import squash, tidy
from crawler.fields.labels import Field, Labelled, read_labels
from crawler.fields.links import is_file
from crawler.fields.tree import attribute

_DATE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}[:：]\d{2}\b")
_META_LENGTH = 120  # letters of a meta line
_BRACKETS = 2  # what may stand before the label of a line that is nothing else
_META_LINES = 12  # lines below the title among which the last meta line is looked for
_HEADING = 24  # letters; a longer line begins nothing
_PARAGRAPH = 80  # letters; a longer line of running text is no title
_SHORTEST_TITLE, _LONGEST_TITLE = 4, 40
_TITLE_TAGS = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "big", "font", "center"]
)
_MANY = 4000  # lines; more are a table of data
_LITTLE = 0.2  # share of the text that may stand behind a row of links without being the author's
_SMALL = 30  # letters; a longer line of running text is the author's
_SUMMARY = 20  # letters; what is shorter may be the author's own repetition
_SENTENCE_ENDS = tuple("。！？；")
_FACTS = frozenset(
    [
        *(Field.DATE, Field.UPDATED, Field.SOURCE, Field.VIEWS),
        *(Field.PUBLISHER, Field.EDITOR, Field.REVIEWER),
    ]
)
_OF_AUTHORS = frozenset([Field.AUTHOR, Field.TEXT, Field.PHOTO])
_ABOUT_PAGE = frozenset(["字号", "字体", "分享", "当前"])


class Edges:
    """What stands at the edges of bodies on one page.

    `values` say how much each line speaks for being running text, `cut` are blocks that are not
    the author's.
    """

    def __init__(self, outline: Outline, values: Sequence[int], cut: Collection[int]) -> None:
        self._lines = outline.lines
        self._values = values
        self._cut = cut

    def below_heading(self, first: int, last: int) -> int:
        """Return the line behind the last meta line, where only small things stand before it."""
        start, is_dated = first, False
        for at in range(first, min(last, first + _META_LINES)):
            line = self._lines[at]
            if line.block in self._cut or is_buttons(tidy(line.text)):
                start = at + 1 if start == at else start
            elif is_meta(line, is_dated=is_dated):
                start, is_dated = at + 1, True
            elif self._values[at] > _SMALL or (is_dated and at > start):
                break
        return start

    def below_fact(self, first: int, last: int) -> int:
        """Return the line behind the first meta line, `last` where there is none."""
        facts = (at for at in range(first, last) if is_meta(self._lines[at], is_dated=False))
        return next(facts, last - 1) + 1

    def title_over_facts(self, block: Block) -> int | None:
        """Return the line above the last meta line of a block's text, which is then the title."""
        above = title = None
        for at in range(max(0, block.first - _META_LINES), block.last):
            line = self._lines[at]
            if line.block in self._cut or is_buttons(tidy(line.text)):
                continue
            if is_meta(line, is_dated=False):
                title = title if above is None else above
            elif self._values[at] > _SMALL and (title is not None or self._is_paragraph(at)):
                break
            elif not line.linked and _SHORTEST_TITLE <= line.letters <= _PARAGRAPH:
                above = at
        return title

    def _is_paragraph(self, at: int) -> bool:
        text = self._lines[at].text.rstrip()
        return self._values[at] > _PARAGRAPH or text.endswith(_SENTENCE_ENDS)

    def is_set_as_title(self, at: int, last: int) -> bool:
        """Say whether a line above running text is set as its title."""
        if not any(value > 0 for value in self._values[at + 1 : min(at + 3, last)]):
            return False
        line = self._lines[at]
        if line.linked or not _SHORTEST_TITLE <= line.letters <= _LONGEST_TITLE:
            return False
        is_sentence = line.text.rstrip().endswith(_SENTENCE_ENDS)
        return line.node.tag in _TITLE_TAGS and not is_sentence

    def below_links(self, first: int, last: int) -> int:
        """Return the first line that is no link, button or part of something else."""
        stop = min(last, first + _MANY)
        while first < stop and self._is_loose(first):
            first += 1
        return first

    def below_summary(self, first: int, last: int) -> int:
        """Return the line below a summary that only repeats how the text begins."""
        if first + 1 >= last:
            return first
        said = squash(self._lines[first].text).rstrip("….")
        text = squash(self._lines[first + 1].text)
        return first + (_SUMMARY <= len(said) < len(text) and text.startswith(said))

    def above_furniture(self, first: int, last: int, title: str | None) -> int:
        """Return the line behind the body's last.

        Lines that name authors stay, but not below one with a fact: that is the template's.
        """
        end = at = self._begin_of_other(first, last, title)
        while at > first:
            line = self._lines[at - 1]
            if _is_tail(line) or (at == end and self._is_loose(at - 1)):
                end = at - 1
            elif not _names_author(line):
                break
            at -= 1
        return end

    def _begin_of_other(self, first: int, last: int, title: str | None) -> int:
        whole = sum(max(0, value) for value in self._values[first:last])
        signed = [at for at in range(first, last) if _signs_post(self._lines[at])]
        posts = signed[:1] if len(signed) > 1 else []
        seen = 0
        for at in range(first, last):
            line = self._lines[at]
            if line.block in self._cut:
                continue
            if at in posts and seen:
                return at
            if seen and self._ends_body(at, line, seen=seen, rest=whole - seen, title=title):
                return at
            seen += max(0, self._values[at])
        return last

    def _ends_body(
        self, at: int, line: TextLine, *, seen: int, rest: int, title: str | None
    ) -> bool:
        if rest > seen:
            return False
        if line.letters <= _META_LENGTH:
            text = squash(line.text)
            if text == title or is_neighbour(text) or _names_editor(line):
                return True
            if line.letters <= _HEADING and stands_below(text):
                return True
        if is_statement(line.text.strip()):
            return rest * 2 <= seen
        return rest <= _LITTLE * seen and self._leads_away(at) and self._leads_away(at + 1)

    def _leads_away(self, at: int) -> bool:
        return self._is_link(at) and not _is_resource(self._lines[at])

    def _is_link(self, at: int) -> bool:
        return at < len(self._lines) and self._values[at] < 0 and self._lines[at].linked > 0

    def is_cut(self, block: int) -> bool:
        """Say whether a block is not the author's."""
        return block in self._cut

    def is_harmless(self, first: int, last: int) -> bool:
        """Say whether lines may be the author's, though they are no running text.

        Some links may be among many names and numbers; but neither a list of links, nor what
        templates put below a body.
        """
        letters = linked = 0
        for at in _looked_at(first, last):
            line = self._lines[at]
            is_link = self._leads_away(at)
            if not is_link and (self._is_loose(at) or _is_below(line)):
                return False
            letters += line.letters
            linked += line.letters * is_link
        return linked * 2 <= letters

    def above_attachments(self, first: int, last: int) -> int:
        """Return the line behind the text of lines that may end with a list of attachments."""
        while last > first:
            line = self._lines[last - 1]
            is_file = self._is_link(last - 1) and _is_resource(line)
            if not is_file and not names_attachments(squash(line.text)):
                break
            last -= 1
        return last

    def _is_loose(self, at: int) -> bool:
        line = self._lines[at]
        if line.block in self._cut or is_buttons(tidy(line.text)):
            return True
        return self._leads_away(at) or (not self._is_link(at) and _is_tail(line))


def _looked_at(first: int, last: int) -> Iterable[int]:
    """Return the lines that stand for all: what is wrong with thousands shows at their ends."""
    if last - first <= _MANY:
        return range(first, last)
    return chain(range(first, first + _MANY // 2), range(last - _MANY // 2, last))


def is_meta(line: TextLine, *, is_dated: bool) -> bool:
    """Say whether a line gives facts of an article: its date, its source, how often it was read.

    A date without a label is one only once; a sentence with a date is none.
    """
    if line.letters > _META_LENGTH:
        return False
    labels = read_labels(line.text)
    if any(_is_fact(one, is_dated=is_dated) or one.label[:2] in _ABOUT_PAGE for one in labels):
        return True
    if is_dated or line.text.rstrip().endswith(_SENTENCE_ENDS):
        return False
    return _DATE.search(line.text) is not None


def _is_tail(line: TextLine) -> bool:
    """Say whether a line only names source, date or editor: the author's own stay in the text."""
    labels = read_labels(line.text) if line.letters <= _META_LENGTH else []
    if not labels or labels[0].start > _BRACKETS:
        return False
    return all(_is_fact(one, is_dated=True) and one.label[:2] != "供稿" for one in labels)


def _names_author(line: TextLine) -> bool:
    """Say whether a line only names who wrote."""
    labels = read_labels(line.text) if line.letters <= _META_LENGTH else []
    return bool(labels) and labels[0].start <= _BRACKETS and labels[0].field in _OF_AUTHORS


def _is_fact(label: Labelled, *, is_dated: bool) -> bool:
    """Say whether a label gives a fact of the article; a second 时间： is that of an event."""
    if label.field is Field.DATE and label.rank > 0 and is_dated:
        return False
    return label.field in _FACTS


def _names_editor(line: TextLine) -> bool:
    """Say whether a line begins with the editor, whom the CMS puts below the text."""
    if "责" not in line.text:
        return False
    labels = read_labels(line.text)
    if not labels or labels[0].start > _BRACKETS:
        return False
    return labels[0].field is Field.EDITOR and "责" in labels[0].label


def _signs_post(line: TextLine) -> bool:
    """Say whether a line says when something was posted; a page with several is a thread."""
    if line.letters > _META_LENGTH or "发" not in line.text:
        return False
    return any(label.field is Field.DATE and label.rank == 0 for label in read_labels(line.text))


def _is_below(line: TextLine) -> bool:
    """Say whether a line stands below a body."""
    text = squash(line.text)
    if is_neighbour(text) or is_statement(text) or is_footer(line.text):
        return True
    return line.letters <= _HEADING and stands_below(text)


def _is_resource(line: TextLine) -> bool:
    """Say whether a link is the author's own: it leads to a file or is written out."""
    if line.text.strip().startswith(("http:", "https:", "www.")):
        return True
    links = line.node.css("a[href]") if line.node.tag != "a" else [line.node]
    return any(is_file(attribute(link, "href") or "") for link in links)
