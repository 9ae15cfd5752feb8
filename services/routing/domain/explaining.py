"""Why a case goes where it goes: which rule won, which fitted and lost to what, and which nearly fitted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.routing.domain.choice import Choice, Directory, choose
from services.routing.domain.index import Rule, categories_of
from services.routing.domain.places import regions_around
from services.routing.domain.rules import Matter
from services.routing.domain.words import words_of

NEAR = 20
"""Near misses that are told."""


@dataclass(frozen=True)
class Ranked:
    """A rule that fits, in the order of precedence, and why it won or lost."""

    rule: str
    version: int
    won: bool
    why: str
    why_en: str


@dataclass(frozen=True)
class NearMiss:
    """A rule that fits in all it names but for one condition."""

    rule: str
    version: int
    condition: str
    wanted: str


@dataclass(frozen=True)
class Explanation:
    """Who gets a case, which rules fitted, and which missed by one condition."""

    choice: Choice
    ranked: tuple[Ranked, ...]
    near: tuple[NearMiss, ...]


def explain(directory: Directory, matter: Matter, excluded: Collection[str], day: date) -> Explanation:
    """The choice with everything that spoke for and against it."""
    choice = choose(directory.rules, directory.agencies, matter, excluded, day)
    fitting = list(directory.rules.matching(matter, day))
    winner = next((rule for rule in fitting if rule.id == choice.rule_id), None)
    ranked, seen = [], set[str]()
    for rule in fitting:
        if rule.id not in seen:
            seen.add(rule.id)
            before = winner is None or fitting.index(rule) < fitting.index(winner)
            ranked.append(_ranked(rule, winner, matter, before_winner=before))
    return Explanation(choice, tuple(ranked), tuple(_near(directory, matter, day, seen)))


def _ranked(rule: Rule, winner: Rule | None, matter: Matter, *, before_winner: bool) -> Ranked:
    if rule is winner:
        return Ranked(rule.id, rule.version, True, "paling khusus", "the most specific")
    if before_winner or winner is None:
        return Ranked(
            rule.id,
            rule.version,
            False,
            "cocok, tetapi tidak ada instansinya yang dapat menerima",
            "fits, but none of its agencies can take it",
        )
    ours, theirs = _specificity(rule, matter), _specificity(winner, matter)
    for (word, word_en), mine, other in zip(_CRITERIA, ours, theirs, strict=True):
        if mine != other:
            return Ranked(
                rule.id,
                rule.version,
                False,
                f"kurang khusus daripada {winner.id}: {word}",
                f"less specific than {winner.id}: {word_en}",
            )
    return Ranked(
        rule.id,
        rule.version,
        False,
        f"sama khususnya dengan {winner.id}, yang namanya lebih dahulu",
        f"as specific as {winner.id}, whose id comes first",
    )


_CRITERIA = (
    ("kategori", "category"),
    ("kata kunci", "keyword"),
    ("wilayah", "place"),
    ("klasifikasi", "classification"),
    ("panjang kata kunci", "length of the keyword"),
)


def _specificity(rule: Rule, matter: Matter) -> tuple[int, ...]:
    """Greater is more specific, in the order in which it counts."""
    return (
        bool(rule.categories),
        bool(rule.keywords),
        len(rule.region or ""),
        rule.classification is not None,
        max((len(words_of(keyword)) for keyword in rule.keywords if _said(keyword, matter)), default=0),
    )


def _near(directory: Directory, matter: Matter, day: date, seen: Collection[str]) -> list[NearMiss]:
    found: list[NearMiss] = []
    for rule in directory.rules.index(day).rules:
        failed = [] if rule.id in seen else _failed(rule, matter)
        if len(failed) == 1 and _conditions(rule) > 1:
            found.append(NearMiss(rule.id, rule.version, *failed[0]))
        if len(found) == NEAR:
            break
    return found


def _failed(rule: Rule, matter: Matter) -> list[tuple[str, str]]:
    failed = []
    if rule.categories and matter.slug not in categories_of(rule):
        failed.append(("category", ", ".join(rule.categories)))
    if rule.region is not None and rule.region not in regions_around(matter.region):
        failed.append(("region", rule.region))
    if rule.classification is not None and rule.classification is not matter.classification:
        failed.append(("classification", rule.classification.value))
    if rule.keywords and not any(_said(keyword, matter) for keyword in rule.keywords):
        failed.append(("keywords", ", ".join(rule.keywords)))
    return failed


def _conditions(rule: Rule) -> int:
    return sum(map(bool, (rule.categories, rule.keywords, rule.region, rule.classification)))


def _said(keyword: str, matter: Matter) -> bool:
    return f" {' '.join(words_of(keyword))} " in matter.sentence
