"""Reviewed beginnings of answers, questions, completions and returns. Nobody sends one as it stands."""

import re
from dataclasses import dataclass
from functools import cache

from services.routing.reviewed import DATA, read_yaml
from shared.contracts import ResponseKind

FILE = DATA / "answer_templates.yaml"
_PLACE = re.compile(r"\[[^\[\]\n]+\]")


@dataclass(frozen=True)
class Start:
    """A text to begin with; what stands in square brackets is to be replaced."""

    id: str
    kind: ResponseKind
    title: str
    title_en: str
    text: str


@cache
def starts() -> dict[str, Start]:
    """By their ids. Raises ValueError for a file that is wrong."""
    found: dict[str, Start] = {}
    for row in read_yaml(FILE.read_text(encoding="utf-8"))["starts"]:
        kind = ResponseKind(row["for"])
        start = Start(row["id"], kind, row["title"], row["title_en"], row["text"])
        if start.id in found:
            raise ValueError(f"the text {start.id} appears twice")
        found[start.id] = start
    return found


def starts_for(kind: ResponseKind) -> list[Start]:
    """The reviewed beginnings of a kind of answer, in the order of their file."""
    return [start for start in starts().values() if start.kind is kind]


def with_start(typed: str, start_id: str, kind: ResponseKind) -> str:
    """What was typed with a start below it; an unknown or unfitting one changes nothing."""
    start = starts().get(start_id)
    if start is None or start.kind is not kind:
        return typed
    return f"{typed}\n\n{start.text}" if typed else start.text


def unfilled(text: str) -> list[str]:
    """The places of our own starts that nobody has filled in; other brackets are the writer's own."""
    return [place for place in dict.fromkeys(_PLACE.findall(text)) if place in _places()]


@cache
def _places() -> frozenset[str]:
    return frozenset(place for start in starts().values() for place in _PLACE.findall(start.text))
