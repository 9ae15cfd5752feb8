"""Shows what a stack does while it starts: one line a step, with the seconds since the beginning."""

import time

from rich.console import Console


class Progress:
    """Use as a stack's `tell`. On a terminal the seconds are dimmed; elsewhere the lines are plain."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def __call__(self, text: str) -> None:
        self._console.print(f"[dim]{self.seconds:6.1f} s[/dim]  {text}", soft_wrap=True)
