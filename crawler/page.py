"""One fetched response; bytes become text here and only here."""
