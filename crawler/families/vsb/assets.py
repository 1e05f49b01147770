"""What hangs on a VSB article, inside its body and in the list of attachments below it. Pure."""

from selectolax.lexbor import LexborNode

from crawler.fields.container import Container
from crawler.fields.media import attachments_of, commented_players, is_download
from crawler.fields.selecting import all_in, selector
from crawler.fields.tree import attribute
from crawler.page import Page
from storage.article import Attachment

_DOWNLOADS = selector("a[href*='download.jsp'], a[href*='virtual_attach_file']")


def read_attachments(
    page: Page, container: Container, form: LexborNode | None, *, base: str
) -> tuple[Attachment, ...]:
    """Return files, films and PDFs of the body and of the article's form around it."""
    body = container.body
    # The parser empties a form that stands between table rows; what was in it is beside it then.
    frame = form if form is not None and form.first_child is not None else None
    links = [*body.links, *_outer_links(page, frame)]
    media = [*body.media, *_outer_scripts(page, frame, body.letters)]
    found = attachments_of(links, media, base=base)
    if not found and not body.letters and not body.images:
        return commented_players(page.text, base=base)
    return found


def _outer_links(page: Page, frame: LexborNode | None) -> list[LexborNode]:
    if frame is not None:
        return frame.css("a[href]")
    return [node for node in all_in(page, _DOWNLOADS) if is_download(attribute(node, "href") or "")]


def _outer_scripts(page: Page, frame: LexborNode | None, letters: int) -> list[LexborNode]:
    """Return scripts outside the body; without a form only where the body is empty."""
    if frame is not None:
        return frame.css("script")
    return page.tree.css("script") if letters == 0 else []
