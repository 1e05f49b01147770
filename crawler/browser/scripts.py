"""Which pages are rendered, and which states speak of a page that should have been. Pure."""

from crawler.classify import no_article, no_page
from crawler.extract import extract
from crawler.page import Page
from crawler.wordings import State
from storage.article import Article

_OK = 200
# What a page is taken for whose scripts have not run: its frame, or a frame of no known kind.
_UNWRITTEN = {State.EMPTY_SHELL, State.UNKNOWN_LAYOUT}


def runs_scripts(page: Page) -> bool:
    """Say whether a page is one whose scripts are to run: HTML that came well, and no challenge.

    A challenge is a question to a person, and none of ours is asked to answer it.
    """
    if page.status != _OK or no_page(page) is not None:
        return False
    return no_article(page).state != State.CHALLENGE


def fuller(came: Page, rendered: Page) -> Page:
    """Return the rendered page, but the one that came where its article lacks nothing.

    Browsers mend broken markup in their own way, and take bodies apart that are whole in the
    source: a table within the rows of another one, for instance, leaves the text around it.
    """
    before = extract(came)
    if not isinstance(before, Article):
        return rendered
    after = extract(rendered)
    if not isinstance(after, Article):
        return rendered
    same = (before.title, before.published_text) == (after.title, after.published_text)
    counted = after.views is None or after.views == before.views
    return came if same and counted and after.text in before.text else rendered


def wants_scripts(state: str) -> bool:
    """Say whether a page in this state may be one that scripts write."""
    return state in _UNWRITTEN
