"""Which letters a file can hold, and how the others are written. Pure.

Source: https://owasp.org/www-community/attacks/CSV_Injection (what starts a formula).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# Full-width signs too: spreadsheets of Chinese and Japanese systems take them for the narrow ones.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_LINE_ENDS = {"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"}


def is_whole(text: str) -> bool:
    """Say whether a text can be written as UTF-8: it holds no half of a pair of surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(text: str) -> str:
    """Return the text with U+FFFD for each half of a pair; two halves side by side are joined."""
    if is_whole(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_value(value: Any) -> Any:
    """Return a value of a record with all its texts `whole`."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, Mapping):
        return {key: whole_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [whole_value(one) for one in value]
    return value


def defused(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe in front.

    One more where apostrophes and a sign are there already, so that taking one away from every
    cell that starts so gives back what was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def one_line(json_text: str) -> str:
    """Return JSON that no reader breaks in two: other line ends than its own are escaped."""
    for letter, escape in _LINE_ENDS.items():
        if letter in json_text:
            json_text = json_text.replace(letter, escape)
    return json_text


def pieces(text: str, *, first: int, rest: int) -> Iterator[str]:
    """Yield a text in pieces of at most so many UTF-16 units, the first one, then the rest.

    No letter is cut in two. A text that fits is one piece.
    """
    limit, start, units = first, 0, 0
    if len(text) * 2 > limit:  # else no need to count
        for place, letter in enumerate(text):
            size = 2 if letter > "\uffff" else 1
            if units + size > limit:
                yield text[start:place]
                limit, start, units = rest, place, 0
            units += size
    yield text[start:]
