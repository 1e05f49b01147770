"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says how busy the machine is: tests run side by side.
settings.register_profile("side by side", deadline=None)
settings.load_profile("side by side")
