"""How every benchmark says what it found: a table for people, or one JSON object a line."""

import json
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Result:
    """One figure. `ratio` is to `against`, `bar` what it should reach; `ok` is None where there is no bar."""

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    bar: float | None = None
    ok: bool | None = None


def show(title: str, results: list[Result], *, as_json: bool) -> bool:
    """Print all results; true if none misses its bar."""
    if as_json:
        for result in results:
            print(json.dumps(asdict(result)))
    else:
        _table(title, results)
    return all(result.ok is not False for result in results)


def _table(title: str, results: list[Result]) -> None:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in ("name", "value", "unit", "against", "ratio", "bar", "ok"):
        table.add_column(column, justify="right" if column in {"value", "ratio", "bar"} else "left")
    for r in results:
        table.add_row(
            r.name,
            f"{r.value:,.1f}",
            r.unit,
            r.against,
            "" if r.ratio is None else f"{r.ratio:.2f}",
            "" if r.bar is None else f"{r.bar:g}",
            {None: "", True: "yes", False: "NO"}[r.ok],
        )
    Console().print(table)
