"""What can be wrong in the settings of the alert side. The class docstring is the message."""


class SettingError(Exception):
    """A setting is wrong. Correct the key that is named."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason
