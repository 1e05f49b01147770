"""Files and pictures that articles name: which are fetched, what came, and what text is in them.

Pure but for `spider`, which asks, and `text`, which reads in a process of its own.
"""
