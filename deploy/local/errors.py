"""The one error of the embedded stack; never shown as a traceback."""


class StackError(Exception):
    """Why the stack cannot run or stopped, in one sentence that tells a person what to do."""
