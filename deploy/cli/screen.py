"""How commands print: whole lines when piped to another program, never cut to a width that nobody has."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

WIDE = 240
Json = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
JsonList = Annotated[bool, typer.Option("--json", help="A JSON list instead of a table.")]


def screen() -> Console:
    """A console on stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def plain_table(*columns: str | Column) -> Table:
    """A table without lines, under bold headings."""
    return Table(*columns, box=None, header_style="bold")


def right(*titles: str) -> tuple[Column, ...]:
    """Columns whose values stand at their right edge."""
    return tuple(Column(title, justify="right") for title in titles)
