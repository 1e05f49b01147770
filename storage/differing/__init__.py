"""How two texts differ, for people who read Chinese: words, paragraphs, versions. Pure."""
