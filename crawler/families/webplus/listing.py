"""x"""
from crawler.discover import Listing
from crawler.page import Page
def read_listing(page: Page) -> Listing | None:
    return None
