"""Decide when to look at a site, and whom to tell."""
