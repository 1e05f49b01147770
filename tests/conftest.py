"""What holds for all tests."""

import signal

from hypothesis import settings

# The deadline of hypothesis is an assertion on the clock for every example: where tests run side by
# side, the smallest waits longer than that for its turn now and then. What reading may cost is
# promised in counts, and tested by them (unit/test_bounds.py, unit/test_walk_properties.py).
settings.register_profile("side by side", deadline=None)
settings.load_profile("side by side")

# A shell starts what runs in the background deaf to Ctrl-C, and its children with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
