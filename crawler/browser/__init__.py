"""Pages that scripts write, read by the system's Chromium: for sites that say `render = true`.

The browser has no network. It is given each page as the crawl fetched it, and whatever the page's
scripts ask for is fetched by the crawl too, behind the same gate. docs/decisions/0009.
"""
