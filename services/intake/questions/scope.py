"""What a report is no use for here, and who can help instead: a kind stop before filing. Pure."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

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
    any: re.Pattern[str]
    certain: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def out_of_scope(title: str, text: str) -> Redirection | None:
    """Who else can help with what is written here; None where it belongs here as far as anybody can tell.

    The first rule that fits, in the order of the file: danger to life comes before everything.
    """
    words = f" {_GAPS.sub(' ', f'{title} . {text}'.casefold())} "
    for rule in _rules():
        sure = rule.certain is not None and rule.certain.search(words) is not None
        if not sure and rule.any.search(words) is None:
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
            _phrases(row["any"]),
            _phrases(row["certain"]) if row.get("certain") else None,
            _phrases(row["unless"]) if row.get("unless") else None,
        )
        for row in raw["rules"]
    )


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(re.escape(' '.join(phrase.split())) for phrase in phrases)}) ")
