"""Read one kind of value out of a page, for any CMS: one technique a file."""
