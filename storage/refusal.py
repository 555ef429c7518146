"""The one error that a user meets: what was refused, why, and what to do."""


class Refused(Exception):
    """Something the user asked for can't be done; its text is one clear line.

    ``exit_code`` is what the command ends with: 1 failed, 2 wrong usage, 3 partly done.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
