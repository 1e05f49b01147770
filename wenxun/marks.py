"""Marked texts on a terminal: what was looked for is bold. Whoever pipes gets the text alone."""

from rich.text import Text

from storage.snippets import Marked


def bold(marked: Marked) -> Text:
    """Return a text with its marks in bold."""
    text = Text(marked.text)
    for start, end in marked.marks:
        text.stylize("bold", start, end)
    return text
