"""`lapor suggest`: how well suggestions would do on a file of decided reports. Keeps nothing of the file."""

import csv
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from services.verification.suggestions.features import Text
from services.verification.suggestions.judging import abstains
from services.verification.suggestions.model import LISTED, Example, Model, Subject

suggests = typer.Typer(help="Suggestions that learn from officers' decisions.", no_args_is_help=True)
STEP = 20
LONGEST_FIELD = 1_000_000


def register(app: typer.Typer) -> None:
    app.add_typer(suggests, name="suggest")


@suggests.callback()
def _group() -> None:
    """Keeps `evaluate` a command of its own."""


@dataclass(frozen=True)
class Figures:
    """Shares are from 0 to 1; `known` is the share of tested reports whose label was in the first part."""

    learned: int
    tested: int
    labels: int
    known: float
    accuracy: float
    macro_f1: float
    top_3: float
    suggested: float
    accuracy_where_suggested: float | None
    weights_mb: float
    learning_ms: float
    suggesting_ms: float


@suggests.command()
def evaluate(  # noqa: PLR0917 - options of a command
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file with a header line.")],
    title: Annotated[str, typer.Option(help="The column of the title; left out if there is none.")] = "title",
    text: Annotated[str, typer.Option(help="The column of the text.")] = "text",
    label: Annotated[str, typer.Option(help="The column of what was decided.")] = "agency",
    region: Annotated[
        str, typer.Option(help="The column of the region's code; left out if none.")
    ] = "region",
    train: Annotated[float, typer.Option(min=0.1, max=0.95, help="The share that is learned from.")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Learn from the first part of FILE, in its order, and test on the rest.

    The same model as in service, starting empty. A label may be any name: an agency, a category.
    """
    examples = _read(file, title, text, label, region)
    cut = int(len(examples) * train)
    if cut < 1 or cut == len(examples):
        raise Problem(f"{file.name} has {len(examples)} labelled reports: too few to learn and to test.")
    figures = measure(examples[:cut], examples[cut:])
    screen().print_json(data=asdict(figures)) if as_json else screen().print(_table(figures))


def measure(first: Sequence[Example], rest: Sequence[Example]) -> Figures:
    """Every report of the rest counts, also those with a label that the first part does not have."""
    from sklearn.metrics import f1_score  # type: ignore[import-untyped]

    model, start = Model(), time.perf_counter()
    for n in range(0, len(first), STEP):
        model.learn(first[n : n + STEP])
    learning = time.perf_counter() - start
    start = time.perf_counter()
    found = [model.suggest(example.text)[Subject.AGENCY] for example in rest]
    suggesting = time.perf_counter() - start
    true = [example.labels[Subject.AGENCY] for example in rest]
    guessed = [one[0].label for one in found]
    known = set(model.subjects[Subject.AGENCY].labels)
    said = [n for n, one in enumerate(found) if not abstains(model, Subject.AGENCY, one)]
    right = [a == b for a, b in zip(true, guessed, strict=True)]
    return Figures(
        learned=len(first),
        tested=len(rest),
        labels=len(known),
        known=_share([one in known for one in true]),
        accuracy=_share(right),
        macro_f1=float(f1_score(true, guessed, average="macro", zero_division=0)),
        top_3=_share([a in [s.label for s in b[:LISTED]] for a, b in zip(true, found, strict=True)]),
        suggested=len(said) / len(rest),
        accuracy_where_suggested=_share([right[n] for n in said]) if said else None,
        weights_mb=model.size / 1e6,
        learning_ms=1000 * learning / len(first),
        suggesting_ms=1000 * suggesting / len(rest),
    )


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def _read(file: Path, title: str, text: str, label: str, region: str) -> list[Example]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := {text, label}.difference(rows.fieldnames or ()):
                has = ", ".join(rows.fieldnames or ()) or "none"
                raise Problem(f"{file.name} has no column {', '.join(sorted(missing))}; it has: {has}.")
            return [
                Example(
                    Text(row.get(title) or "", row[text], row.get(region) or None),
                    {Subject.AGENCY: row[label].strip()},
                )
                for row in rows
                if row[text] and (row[label] or "").strip()
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{file.name} is no CSV file in UTF-8: {error}.") from None


def _table(figures: Figures) -> Table:
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in asdict(figures).items():
        shown = "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        table.add_row(name.replace("_", " "), shown)
    return table
