"""The command line and the configuration: the only place where the parts are joined."""

__version__ = "0.1.0"
