"""Find rules for a layout that is not known any more, from articles that are: pure."""
