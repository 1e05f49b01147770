"""Which pages are rendered, and which states speak of a page that should have been. Pure."""

from crawler.classify import no_article, no_page
from crawler.page import Page
from crawler.wordings import State

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


def wants_scripts(state: str) -> bool:
    """Say whether a page in this state may be one that scripts write."""
    return state in _UNWRITTEN
