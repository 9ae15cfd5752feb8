"""The rules of one day compiled for lookup: by category and place, and by the first word of each keyword."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol

from services.routing.domain.words import words_of
from shared.contracts import Classification


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule; `candidates` in order of preference. What is left out means any.

    In force from a first to a last day. A `withdrawn` version takes the rule out of force. Every version
    says who made it and why.
    """

    id: str
    candidates: tuple[str, ...]
    categories: tuple[str, ...] = ()
    classification: Classification | None = None
    region: str | None = None
    note: str = ""
    keywords: tuple[str, ...] = ()
    version: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    withdrawn: bool = False
    author: str = ""
    reason: str = ""


class Said(Protocol):
    """What a case says to the rules; `Matter` does."""

    @property
    def classification(self) -> Classification: ...
    @property
    def slug(self) -> str: ...
    @property
    def regions(self) -> list[str]: ...
    @property
    def sentence(self) -> str: ...
    @property
    def words(self) -> frozenset[str]: ...


@dataclass(slots=True)
class Cell:
    """The rules of one category (or any) in one place (or any)."""

    plain: list[Rule] = field(default_factory=list)
    by_word: dict[str, list[tuple[int, str, Rule]]] = field(default_factory=lambda: defaultdict(list))
    """First word of a keyword → (how many words it has, the phrase between spaces, the rule)."""

    def add(self, rule: Rule) -> None:
        if not rule.keywords:
            self.plain.append(rule)
        for keyword in rule.keywords:
            words = words_of(keyword)
            self.by_word[words[0]].append((len(words), f" {' '.join(words)} ", rule))

    def named(self, matter: Said) -> list[Rule]:
        """The rules one of whose keywords is in the text; a longer keyword outweighs a shorter one."""
        longest: dict[str, tuple[int, Rule]] = {}
        for word in self.by_word.keys() & matter.words:
            for length, phrase, rule in self.by_word[word]:
                fits = rule.classification is None or rule.classification is matter.classification
                if fits and (length == 1 or phrase in matter.sentence):
                    longest[rule.id] = max(longest.get(rule.id, (0, rule)), (length, rule), key=_length)
        found = sorted(longest.values(), key=lambda hit: (hit[1].classification is None, -hit[0], hit[1].id))
        return [rule for _, rule in found]


class Index:
    """Answers `matching` with a handful of lookups, however many rules there are. Never changes."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._cells: dict[tuple[str | None, str | None], Cell] = defaultdict(Cell)
        for rule in self.rules:
            for category in categories_of(rule):
                self._cells[category, rule.region].add(rule)
        for cell in self._cells.values():
            cell.plain.sort(key=lambda rule: (rule.classification is None, rule.id))
        self._cells = dict(self._cells)

    def matching(self, matter: Said) -> Iterator[Rule]:
        """The rules that fit, most specific first; of two alike, the one whose id comes first."""
        regions = (*matter.regions, None)
        for category in (matter.slug, None):
            cells = [cell for region in regions if (cell := self._cells.get((category, region)))]
            for cell in cells:
                if cell.by_word:
                    yield from cell.named(matter)
            for cell in cells:
                for rule in cell.plain:
                    if rule.classification is None or rule.classification is matter.classification:
                        yield rule


def categories_of(rule: Rule) -> set[str | None]:
    """The categories as they are compared; None stands for any."""
    return {slug(category) for category in rule.categories} or {None}


@lru_cache(4096)
def slug(text: str) -> str:
    """A category as rules compare it: «Pungutan Liar» is `pungutan-liar`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _length(hit: tuple[int, Rule]) -> int:
    return hit[0]
