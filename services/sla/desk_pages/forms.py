"""What was typed on a form, as the command that the API takes. Fields are named by their path in it."""

from collections.abc import Mapping
from typing import Any

from shared.web.pages import Form

MOST_ROWS = 10
"""Days in one form; a longer act goes through the API."""

_DAY = ("date", "kind", "name", "name_en")


def days_of(form: Form) -> dict[str, Any]:
    """Rows in which nothing stands are none; the others move up."""
    added = [row for number in range(MOST_ROWS) if (row := _row(form, number))]
    removed = [day for number in range(MOST_ROWS) if (day := form[f"removed.{number}"])]
    return {
        **_filled(form, "region", "source", "decided", "known_through"),
        "added": added,
        "removed": removed,
    }


def _row(form: Form, number: int) -> dict[str, Any]:
    row = _filled(form, *_DAY, under=f"added.{number}.")
    if not row.keys() - {"kind"}:
        return {}
    return row | ({"estimated": "true"} if form[f"added.{number}.estimated"] else {})


def limit_of(form: Form) -> dict[str, Any]:
    typed = _filled(
        form,
        "clock",
        "classification",
        "agency",
        "days",
        "unit",
        "basis",
        "source",
        "decided",
        "effective_from",
    )
    return typed | ({"applies_to_running": "true"} if form["applies_to_running"] else {})


def _filled(form: Form, *names: str, under: str = "") -> dict[str, str]:
    return {name: value for name in names if (value := form[under + name])}


def fields_of(typed: Mapping[str, Any]) -> dict[str, str]:
    """The same as fields of a form, by their path."""
    return dict(pair for name, value in typed.items() for pair in _paths(name, value))


def _paths(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [pair for number, one in enumerate(value) for pair in _paths(f"{name}.{number}", one)]
    if isinstance(value, Mapping):
        return [pair for key, one in value.items() for pair in _paths(f"{name}.{key}", one)]
    return [(name, str(value))]
