"""What a report is no use for here, and who can help instead: a kind stop before filing. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "data/scope.yaml"
_GAPS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Place:
    """Who can help: a number to call, an address to open, or only a name."""

    name: str
    name_en: str
    call: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Redirection:
    """Why a report fits elsewhere, in words for its reporter. `certain`: without doubt."""

    code: str
    title: str
    title_en: str
    text: str
    text_en: str
    where: tuple[Place, ...]
    certain: bool


@dataclass(frozen=True)
class _Rule:
    told: Redirection
    any: re.Pattern[str] | None
    answers: Mapping[str, tuple[Any, ...]]
    certain: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def out_of_scope(title: str, text: str, answers: Mapping[str, Any] | None = None) -> Redirection | None:
    """Who else can help with what is written here; None where it belongs here as far as anybody can tell.

    The first rule that fits, in the order of the file: danger to life comes before everything. `answers` are
    those to the topic's questions; what was written there is read like the text.
    """
    given = answers or {}
    written = " . ".join([title, text, *(one for one in given.values() if isinstance(one, str))])
    words = f" {_GAPS.sub(' ', written.casefold())} "
    for rule in _rules():
        sure = rule.certain is not None and rule.certain.search(words) is not None
        answered = any(given.get(question) in values for question, values in rule.answers.items())
        if not (sure or answered or (rule.any is not None and rule.any.search(words))):
            continue
        if rule.unless is not None and rule.unless.search(words) is not None:
            continue
        return replace(rule.told, certain=sure)
    return None


@cache
def _rules() -> tuple[_Rule, ...]:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            Redirection(
                code=row["code"],
                title=row["title"],
                title_en=row["title_en"],
                text=row["text"],
                text_en=row["text_en"],
                where=tuple(Place(**place) for place in row["where"]),
                certain=False,
            ),
            _phrases(row["any"]) if row.get("any") else None,
            {question: tuple(values) for question, values in row.get("answers", {}).items()},
            _phrases(row["certain"]) if row.get("certain") else None,
            _phrases(row["unless"]) if row.get("unless") else None,
        )
        for row in raw["rules"]
    )


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(re.escape(' '.join(phrase.split())) for phrase in phrases)}) ")
