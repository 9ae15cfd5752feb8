"""Categories and their questions: reviewed data, read once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "data/questions.yaml"
OTHERS = "lainnya"
"""The category of what fits none."""


class Kind(StrEnum):
    """What an answer is."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Category:
    code: str
    group: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Option:
    code: str
    text: str
    text_en: str


@dataclass(frozen=True)
class Condition:
    """Only if an earlier question was answered with one of these."""

    question: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True)
class Question:
    """`least` and `most` are characters of a text, or bounds of a number."""

    code: str
    kind: Kind
    required: bool
    text: str
    text_en: str
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    shown_if: Condition | None = None


@dataclass(frozen=True)
class Catalogue:
    """Categories by code, in the order in which people see them, and the questions of each."""

    version: str
    categories: Mapping[str, Category]
    questions: Mapping[str, tuple[Question, ...]]

    def of(self, category: str | None) -> tuple[Question, ...]:
        """None for a category without questions, or one that only a channel or a rule knows."""
        return self.questions.get(category or "", ())


@cache
def catalogue() -> Catalogue:
    """Raises ValueError where a question names a category, or a condition a question, that is not there."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    categories = {row["code"]: Category(**row) for row in raw["categories"]}
    questions: dict[str, list[Question]] = {code: [] for code in categories}
    for row in raw["questions"]:
        for code in row["categories"]:
            if code not in categories:
                raise ValueError(f"{row['code']}: {code} is no category of {FILE.name}")
            questions[code].append(_question(row, {each.code for each in questions[code]}))
    return Catalogue(raw["version"], categories, {code: tuple(rows) for code, rows in questions.items()})


def _question(row: dict[str, Any], earlier: set[str]) -> Question:
    condition = row.get("shown_if")
    if row["code"] in earlier:
        raise ValueError(f"{row['code']} is asked twice in one category")
    if condition is not None and condition["question"] not in earlier:
        raise ValueError(f"{row['code']}: {condition['question']} is not asked before it")
    return Question(
        code=row["code"],
        kind=Kind(row["kind"]),
        required=row["required"],
        text=row["text"],
        text_en=row["text_en"],
        options=tuple(Option(**option) for option in row.get("options", ())),
        least=row.get("least"),
        most=row.get("most"),
        shown_if=Condition(condition["question"], tuple(condition["is"])) if condition else None,
    )
