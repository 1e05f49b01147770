"""Show it: what programs that watch over the service ask for."""
