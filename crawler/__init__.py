"""Get articles: fetched pages in, normalised articles out."""
