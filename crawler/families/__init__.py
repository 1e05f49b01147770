"""One CMS a file; the folder is the registry.

A family module holds one value, `FAMILY`. Nothing else has to be edited to add one.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from crawler.discover import Listing
from crawler.page import Page
from storage.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What is known of one CMS, as functions of one page.

    `rank` orders the families where two would claim a page: the lower one is asked first.
    `article` returns None where the page holds no article of this CMS; `listing` where it holds
    no list. `article_key` returns the part of a URL that names the article within its host
    (sub-site path and CMS id), or None where the URL is no article address of this CMS.
    """

    name: str
    rank: int
    recognises: Callable[[Page], bool]
    article: Callable[[Page], Article | None]
    listing: Callable[[Page], Listing | None]
    article_key: Callable[[str], str | None]


@cache
def families() -> tuple[Family, ...]:
    """Return every family of this folder, in the order in which they are asked."""
    modules = pkgutil.iter_modules(__path__, prefix=f"{__name__}.")
    found = [importlib.import_module(module.name).FAMILY for module in modules]
    return tuple(sorted(found, key=lambda family: family.rank))


def family_of(page: Page) -> Family | None:
    """Return the family that made this page, or None. What the site file says comes first."""
    if page.family is not None:
        return next((family for family in families() if family.name == page.family), None)
    return next((family for family in families() if family.recognises(page)), None)
