"""Keep articles: what they are, every version, every sighting, and what was told to whom."""
