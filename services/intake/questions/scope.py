"""What a report is no use for here, and who can help instead: a kind stop before filing. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from services.intake.questions.phrases import END, Part, Spelling, parts_of

FILE = Path(__file__).parents[1] / "data/scope.yaml"
FIRST = 80
"""Words of the text in which what it is about is said; what comes later may be mentioned by the way."""


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


@dataclass(frozen=True, eq=False)
class _Phrase:
    """Of a rule; stands where all its parts stand in one sentence. `certain`: it leaves no doubt."""

    parts: tuple[Part, ...]
    rule: str
    certain: bool = False


_Index: TypeAlias = Mapping[str, Sequence[tuple[_Phrase, Part]]]
"""A word, and the parts that can begin with it."""


@dataclass(frozen=True)
class _Rule:
    told: Redirection
    answers: Mapping[str, tuple[Any, ...]]
    unless: _Index


@dataclass(frozen=True)
class _Rules:
    rules: tuple[_Rule, ...]
    spelling: Spelling
    cues: _Index
    """Of all rules, for one look at what was written."""


def out_of_scope(title: str, text: str, answers: Mapping[str, Any] | None = None) -> Redirection | None:
    """Who else can help with what is written here; None where it belongs here as far as anybody can tell.

    The first rule that fits, in the order of the file: danger to life comes before everything. `answers` are
    those to the topic's questions; what was written there is read like the text.
    """
    given = answers or {}
    known = _rules()
    head = known.spelling.read(f"{title} . ")
    told = [one for one in given.values() if isinstance(one, str)]
    written = [*head, *known.spelling.read(" . ".join([text, *told]))]
    cues = list(_standing(known.cues, written[: len(head) + FIRST]))
    for rule in known.rules:
        mine = [cue for cue in cues if cue.rule == rule.told.code]
        answered = any(given.get(question) in values for question, values in rule.answers.items())
        if (mine or answered) and next(_standing(rule.unless, written), None) is None:
            return replace(rule.told, certain=any(cue.certain for cue in mine))
    return None


def redirections() -> tuple[Redirection, ...]:
    """Whom others help, in words: everything that is known to fit elsewhere."""
    return tuple(rule.told for rule in _rules().rules if not rule.answers)


def _standing(index: _Index, written: Sequence[str]) -> Iterator[_Phrase]:
    """The phrases that stand there."""
    begun: dict[_Phrase, set[Part]] = {}
    for at, word in enumerate(written):
        if word == END:
            begun = {}
        for phrase, part in index.get(word, ()):
            if part.begins(written, at):
                begun.setdefault(phrase, set()).add(part)
                if len(begun[phrase]) == len(phrase.parts):
                    yield phrase


@cache
def _rules() -> _Rules:
    """Raises ValueError where a phrase names a set that is none."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    cues, excuses = [], {}
    for row in raw["rules"]:
        code, sets = row["code"], raw["sets"]
        cues += [_Phrase(parts_of(one, sets), code) for one in row.get("any", ())]
        cues += [_Phrase(parts_of(one, sets), code, certain=True) for one in row.get("certain", ())]
        excuses[code] = [_Phrase(parts_of(one, sets), code) for one in row.get("unless", ())]
    phrases = [*cues, *(phrase for of_rule in excuses.values() for phrase in of_rule)]
    spelling = Spelling((part for phrase in phrases for part in phrase.parts), raw["spellings"])
    rules = tuple(_rule(row, _index(excuses[row["code"]])) for row in raw["rules"])
    return _Rules(rules, spelling, _index(cues))


def _index(phrases: Iterable[_Phrase]) -> _Index:
    index = defaultdict(list)
    for phrase in phrases:
        for part in phrase.parts:
            for word in sorted(part.first):
                index[word].append((phrase, part))
    return dict(index)


def _rule(row: Mapping[str, Any], unless: _Index) -> _Rule:
    told = Redirection(
        code=row["code"],
        title=row["title"],
        title_en=row["title_en"],
        text=row["text"],
        text_en=row["text_en"],
        where=tuple(Place(**place) for place in row["where"]),
        certain=False,
    )
    answers = {question: tuple(values) for question, values in row.get("answers", {}).items()}
    return _Rule(told, answers, unless)
