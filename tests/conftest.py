"""What holds for all tests."""

import signal

from hypothesis import settings

# How long an example takes says how busy the machine is: tests run side by side.
settings.register_profile("side by side", deadline=None)
settings.load_profile("side by side")

# A shell starts what runs in the background deaf to Ctrl-C, and its children with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
