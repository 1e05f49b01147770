"""The document form, one article a file."""

from collections import Counter
from pathlib import Path

from storage.article import document_name, document_of
from storage.articles import StoredArticle
from storage.export.letters import is_whole, whole
from storage.export.order import Remark
from storage.whole_file import replace


def stored_document(article: StoredArticle) -> str:
    """Return the document form of a stored article."""
    return document_of(
        title=article.title,
        published_text=article.published_text,
        views=article.views,
        text=article.text,
    )


class DocumentWriter:
    """Writes documents into a folder; each appears whole."""

    def __init__(self, folder: Path, remarks: Counter[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._remarks = remarks

    def write(self, article: StoredArticle) -> None:
        """Write an article's document, in the place of an older one."""
        text = stored_document(article)
        if not is_whole(text):
            self._remarks[Remark.REPLACED] += 1
            text = whole(text)
        path = self._folder / _name(article)
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_bytes(text.encode())
            replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def size(self) -> int:
        """Return 0: every document is a file of its own."""
        return 0

    def finish(self) -> None:
        """Do nothing: every document is whole."""

    def give_up(self) -> None:
        """Do nothing: every document is whole."""


def _name(article: StoredArticle) -> str:
    name = document_name(published_day=article.published_day, content_hash=article.content_hash)
    if not article.is_repeat:
        return name
    # The same content on another site: the day and hash agree, the article is another.
    stem, _, suffix = name.rpartition(".")
    return f"{stem}_{article.id}.{suffix}"
