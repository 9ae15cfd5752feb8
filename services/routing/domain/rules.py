"""Rules: what kind of case, where, saying what, goes to whom. The most specific one that fits comes first.

Naming the category outweighs naming a word of the text, that a place, a smaller place a larger one, and any
of them a classification. Each rule has versions; of those that have taken effect, the latest one counts.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from services.routing.domain.agencies import Agencies
from services.routing.domain.index import Index, Rule, slug
from services.routing.domain.places import regions_around
from services.routing.domain.rulecheck import faults
from services.routing.domain.words import words_of
from shared.contracts import CaseVerified, Classification

__all__ = ["Matter", "Rule", "Rules", "check", "slug"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Matter:
    """What the rules look at. `region` is a ministry code such as 35.78; anything else matches no place."""

    category: str
    classification: Classification
    region: str | None
    text: str = ""

    @classmethod
    def of(cls, fact: CaseVerified) -> "Matter":
        return cls(fact.category, fact.classification, fact.place.region, f"{fact.title}\n{fact.text}")

    @cached_property
    def slug(self) -> str:
        return slug(self.category)

    @cached_property
    def regions(self) -> list[str]:
        """The region and everything around it, smallest first."""
        return regions_around(self.region)

    @cached_property
    def sentence(self) -> str:
        """The text as its words, with a space before and after each: a phrase is looked for in it."""
        return f" {' '.join(words_of(self.text))} "

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.sentence.split())


class Rules:
    """All versions of all rules, found by category and place not one by one. ValueError for a useless one."""

    def __init__(self, rules: Iterable[Rule], agencies: Agencies) -> None:
        self._versions: dict[str, list[Rule]] = defaultdict(list)
        edges: set[date] = set()
        for rule in rules:
            check(rule, agencies)
            self._versions[rule.id].append(rule)
            edges |= {rule.valid_from} if rule.valid_from else set()
            edges |= {rule.valid_to + _DAY} if rule.valid_to and rule.valid_to < date.max else set()
        for name, versions in self._versions.items():
            versions.sort(key=lambda rule: (rule.valid_from or date.min, rule.version))
            if len({rule.version for rule in versions}) < len(versions):
                raise ValueError(f"rule {name} appears twice in one version")
        self._edges = sorted(edges)
        self._indexes: dict[int, Index] = {}

    def __iter__(self) -> Iterator[Rule]:
        return (rule for versions in self._versions.values() for rule in versions)

    def versions(self, rule_id: str) -> list[Rule]:
        """What a rule was, is and will be, in the order of effect."""
        return list(self._versions.get(rule_id, ()))

    def in_force(self, day: date) -> list[Rule]:
        """One version of each rule that counts on that day."""
        return [rule for versions in self._versions.values() if (rule := _counting(versions, day))]

    def index(self, day: date) -> Index:
        """The rules of a day, compiled once for all days between two changes."""
        era = bisect_right(self._edges, day)
        if era not in self._indexes:
            self._indexes[era] = Index(self.in_force(day))
        return self._indexes[era]

    def warm(self, day: date) -> None:
        """Compile for a day, and for the next change after it, before anybody waits for either."""
        self.index(day)
        upcoming = bisect_right(self._edges, day)
        if upcoming < len(self._edges):
            self.index(self._edges[upcoming])

    def matching(self, matter: Matter, day: date) -> Iterator[Rule]:
        """The rules that fit, most specific first."""
        return self.index(day).matching(matter)


def _counting(versions: list[Rule], day: date) -> Rule | None:
    begun = [rule for rule in versions if rule.valid_from is None or rule.valid_from <= day]
    if not begun or begun[-1].withdrawn or (begun[-1].valid_to and begun[-1].valid_to < day):
        return None
    return begun[-1]


def check(rule: Rule, agencies: Agencies) -> None:
    """Raise ValueError, naming the rule, for one that could lead nowhere."""
    if (wrong := next(faults(rule, agencies), None)) is not None:
        raise ValueError(f"rule {rule.id} {wrong.message_en}")
