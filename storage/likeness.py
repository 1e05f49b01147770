"""A text as its clauses, and the keys by which texts that share some are found. Pure.

A clause is what stands between marks of punctuation. A repost keeps most clauses to the letter,
whatever it does to width, punctuation and paragraphs, and however much it cuts; an edit costs only
the clause that it stands in. So a few clauses, hashed, find a repost as surely as sketches of all
letter groups, at a tenth of their cost.
Source: docs/decisions/0014-stories-have-a-core.md, with the measurements.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from zlib import crc32

from storage.numerals import numbers
from storage.simplified import simplified

_KEY_LETTERS = 6  # shorter clauses (近日, 据介绍) are everybody's
# From which clause to which one in how many gives a key: a text of 1,500 letters gives 22.
_SHARES = ((0, 8, 1), (8, 24, 2), (24, 56, 4), (56, 400, 16))
_CREDIT_LETTERS = 60
_COMPARED_LETTERS = 20_000
# What is not compared as it stands: letters in other widths and forms, which NFKC makes plain, and
# invisible characters, which go. Marks part clauses whatever they are, and NFKC over a whole text
# takes longer than all the rest.
_UNLIKE = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
    "\u2070-\u209f\u2100-\u218f\u2460-\u24ff\u2e80-\u2fdf\u3200-\u33ff\uf900-\ufb06"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc]+"
)
_INVISIBLE = dict.fromkeys([0xAD, 0xFEFF, *range(0x200B, 0x2065)])
# All but marks of punctuation, spelled out: `[^\W_]` takes twice as long.
_CLAUSE = re.compile(
    "[^\x00-\x2f:-@\\[-`{-\xbf\xd7\xf7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004"
    "\u3008-\u3020\u302a-\u3030\u303d-\u303f\u30fb\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f"
    "\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffff]+"
)
# Blanks between words and marks inside numbers; other blanks part clauses, as they do where a site
# has lost its punctuation.
_INSIDE = re.compile(r"([a-z0-9])(?: +(?=[a-z0-9])|[.,:．，：](?=[0-9]))")
_CREDIT = re.compile(
    r"[(（\[【〔<]*(?:(?:(?:稿件|文章|信息)?来源|转载?自|原标题|(?:原文)?作者|(?:本报)?记者|通讯员|撰稿"
    r"|供稿|文字|文|图|图片|图文|文图|[文图][/／、][文图]|摄影|摄|(?:责任|本期|网络|值班)?编辑|责编|美编"
    r"|排版|校对|审校|审核|审签|[一二三初复终]审|监制|策划|主编|总编辑?|发布(?:时间|日期|者)"
    r"|(?:浏览|阅读|点击)(?:次数|量|数)|上一[篇条]|下一[篇条]|版权所有)[:：|丨]"
    r"|关闭窗口|打印本页|分享到|扫一扫)"
)


@dataclass(frozen=True)
class Reading:
    """The clauses of a title and of a text, without lines of credits, and the text's lines."""

    title: tuple[str, ...]
    clauses: tuple[str, ...]
    lines: tuple[str, ...]
    letters: int

    @cached_property
    def numbers(self) -> Counter[int]:
        """The numbers of the text."""
        return numbers("\n".join(self.lines))


def read(title: str, text: str) -> Reading:
    """Return how the two are compared: width, case, blanks and punctuation make no difference.

    What is longer than any news is compared by its beginning.
    """
    text = text[:_COMPARED_LETTERS]
    lines = tuple(line for line in folded(text).split("\n") if not is_credit(line))
    clauses = clauses_of("\n".join(lines))
    return Reading(
        title=clauses_of(folded(title)),
        clauses=clauses,
        lines=lines,
        letters=sum(map(len, clauses)),
    )


def keys(reading: Reading) -> tuple[int, ...]:
    """Return the keys of a text (64 bits, signed), the same for the same clauses.

    The first clauses give one each, those that follow ever fewer: which, their checksums say, so
    that a text that begins elsewhere gives the same keys. A repost keeps the head, if it cuts.
    """
    telling = [clause.encode() for clause in reading.clauses if len(clause) >= _KEY_LETTERS]
    chosen = dict.fromkeys(
        clause
        for start, end, share in _SHARES
        for clause in telling[start:end]
        if crc32(clause) % share == 0
    )
    return tuple(
        int.from_bytes(blake2b(clause, digest_size=8).digest(), signed=True) for clause in chosen
    )


def is_credit(line: str) -> bool:
    """Say whether a line names people, a source or buttons: whoever takes a text over changes it.

    A whole text that was merged into its first line is none.
    """
    return len(line) <= _CREDIT_LETTERS and _CREDIT.match(line) is not None


def clauses_of(folded: str) -> tuple[str, ...]:
    """Return what stands between marks of punctuation."""
    return tuple(_CLAUSE.findall(folded))


def folded(text: str) -> str:
    """Return a text without what makes no difference: width, case, old and new characters."""
    return _INSIDE.sub(r"\1", simplified(_UNLIKE.sub(_plain, text).lower()))


def _plain(unlike: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", unlike[0]).translate(_INVISIBLE)
