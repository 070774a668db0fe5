"""What ends a command with a word to the person instead of a traceback."""


class StackError(Exception):
    """Cannot go on; `code` becomes the exit code."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code
