"""Rules: what kind of case, where, goes to whom. The most specific one that fits comes first.

Naming the category outweighs naming the place, a smaller place a larger one, and either a classification.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.routing.domain.agencies import Agencies
from shared.contracts import CaseVerified, Classification

_REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")


@dataclass(frozen=True)
class Rule:
    """`candidates` in order of preference. No category, classification or region means any."""

    id: str
    candidates: tuple[str, ...]
    categories: tuple[str, ...] = ()
    classification: Classification | None = None
    region: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Matter:
    """What the rules look at. `region` is a ministry code such as 35.78; anything else matches no place."""

    category: str
    classification: Classification
    region: str | None

    @classmethod
    def of(cls, fact: CaseVerified) -> "Matter":
        return cls(fact.category, fact.classification, fact.place.region)

    @property
    def regions(self) -> list[str]:
        """The region and everything around it, smallest first."""
        if self.region is None or not _REGION.fullmatch(self.region):
            return []
        parts = self.region.split(".")
        return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


class Rules:
    """All rules, found by category and place not one by one. Raises ValueError for a useless one."""

    def __init__(self, rules: Iterable[Rule], agencies: Agencies) -> None:
        self._rules: dict[str, Rule] = {}
        self._found: dict[tuple[str | None, str | None], list[Rule]] = defaultdict(list)
        for rule in rules:
            _check(rule, agencies)
            if rule.id in self._rules:
                raise ValueError(f"rule {rule.id} appears twice")
            self._rules[rule.id] = rule
            categories: set[str | None] = {slug(category) for category in rule.categories}
            for category in categories or {None}:
                self._found[category, rule.region].append(rule)
        for found in self._found.values():
            found.sort(key=lambda rule: (rule.classification is None, rule.id))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def matching(self, matter: Matter) -> Iterator[Rule]:
        """The rules that fit, most specific first."""
        for category in (slug(matter.category), None):
            for region in (*matter.regions, None):
                for rule in self._found.get((category, region), ()):
                    if rule.classification in {None, matter.classification}:
                        yield rule


def slug(text: str) -> str:
    """A category as rules compare it: «Pungutan Liar» is `pungutan-liar`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _check(rule: Rule, agencies: Agencies) -> None:
    if not rule.candidates:
        raise ValueError(f"rule {rule.id} names no agency")
    for code in rule.candidates:
        if agencies.get(code) is None:
            raise ValueError(f"rule {rule.id} names the unknown agency {code!r}")
    if rule.region is not None and not _REGION.fullmatch(rule.region):
        raise ValueError(f"rule {rule.id} names {rule.region!r}, which is no region code")
