"""How commands print: whole lines when piped to another program, never cut to a width that nobody has."""

from rich.console import Console

WIDE = 240


def screen() -> Console:
    """A console on stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    return console
