"""What is doubtful about rules that are each sound by themselves: told, and never refused for it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.routing.domain.choice import Directory
from services.routing.domain.index import Index, Rule, categories_of
from services.routing.domain.rules import Matter
from services.routing.domain.words import words_of
from shared.contracts import Classification

Condition = tuple[str | None, str | None, Classification | None, str | None]
"""Category, region, classification and keyword of what a rule is for."""

ELSEWHERE = "kategori lain mana pun"
"""A category that no rule names: what a rule for any category is tried with."""


class Doubt(StrEnum):
    """Kinds of finding."""

    UNREACHABLE = "unreachable"
    """No case can reach it: others that are as specific always come first."""
    CONFLICT = "conflict"
    """Two rules fit the same cases equally well and name different agencies; the first id wins."""
    NO_AGENCY = "no_agency"
    """None of its agencies is valid that day, and none has a successor."""
    ENDED = "ended"
    """Every agency it names has ended; their successors are asked instead."""


@dataclass(frozen=True, order=True)
class Finding:
    """A doubt about a rule, and (conflicts) about which other one."""

    doubt: Doubt
    rule: str
    other: str | None
    message: str
    message_en: str


def lint(directory: Directory, day: date) -> list[Finding]:
    """Everything doubtful about the rules that are in force on a day."""
    index = directory.rules.index(day)
    found = {*_conflicts(index), *_without_agency(directory, index, day)}
    for rule in index.rules:
        if not any(_wins(index, rule, matter) for matter in _cases_of(rule)):
            found.add(
                Finding(
                    Doubt.UNREACHABLE,
                    rule.id,
                    None,
                    "tidak ada laporan yang mencapainya: aturan lain yang sama khusus selalu didahulukan",
                    "no case can reach it: others that are as specific always come first",
                )
            )
    return sorted(found, key=lambda one: (one.doubt, one.rule, one.other or ""))


def _cases_of(rule: Rule) -> Iterator[Matter]:
    """Cases that this rule is for, and that fit as little else as possible."""
    kinds = [rule.classification] if rule.classification else list(Classification)
    for category in rule.categories or (ELSEWHERE,):
        for kind in kinds:
            for text in rule.keywords or ("",):
                yield Matter(category, kind, rule.region, text)


def _wins(index: Index, rule: Rule, matter: Matter) -> bool:
    return next(iter(index.matching(matter)), None) is rule


def _conflicts(index: Index) -> Iterator[Finding]:
    alike: dict[Condition, list[Rule]] = defaultdict(list)
    for rule in index.rules:
        said: list[str | None] = [" ".join(words_of(keyword)) for keyword in rule.keywords]
        for category in categories_of(rule):
            for keyword in dict.fromkeys(said or [None]):
                alike[category, rule.region, rule.classification, keyword].append(rule)
    for (category, region, _, keyword), rules in alike.items():
        first, *others = sorted(rules, key=lambda rule: rule.id)
        for other in others:
            if other.candidates != first.candidates:
                where = (
                    ", ".join(str(part) for part in (category, keyword, region) if part) or "semua laporan"
                )
                yield Finding(
                    Doubt.CONFLICT,
                    other.id,
                    first.id,
                    f"bertentangan dengan {first.id} untuk {where}; {first.id} yang menang",
                    f"conflicts with {first.id} about {where}; {first.id} wins",
                )


def _without_agency(directory: Directory, index: Index, day: date) -> Iterator[Finding]:
    agencies = directory.agencies
    for rule in index.rules:
        named = [code for code in rule.candidates if not code.startswith("@")]
        gone = [code for code in named if agencies.valid(code, day) is None]
        usable = len(named) < len(rule.candidates) or len(gone) < len(named)
        for code in () if usable else gone:
            if heirs := agencies.heirs(code, day):
                successors = ", ".join(heirs)
                yield Finding(
                    Doubt.ENDED,
                    rule.id,
                    code,
                    f"{code} sudah berakhir; penggantinya {successors}",
                    f"{code} has ended; its successors are {successors}",
                )
        if not usable and not any(agencies.heirs(code, day) for code in gone):
            yield Finding(
                Doubt.NO_AGENCY,
                rule.id,
                None,
                "tidak satu pun instansinya berlaku",
                "none of its agencies is valid",
            )
