"""What changed rules would have done to past cases: both sets are asked, and the differences counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.routing.domain.choice import Directory, choose
from services.routing.domain.rules import Matter, Rule, Rules

EXAMPLES = 5
"""Cases named for each kind of move."""


@dataclass
class Move:
    """So many cases would have gone from one agency to another."""

    before: str
    after: str
    rule_before: str | None
    rule_after: str | None
    count: int = 0
    examples: list[UUID] = field(default_factory=list)


@dataclass
class Replayed:
    """What became of the cases that were compared."""

    cases: int = 0
    by_officers: int = 0
    """Sent where an officer chose: no rule decided, and none is asked."""
    moved: int = 0
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case as it was verified; `by_officer` if its agencies were chosen by hand."""

    report_id: UUID
    matter: Matter
    by_officer: bool


def with_rules(directory: Directory, proposed: Iterable[Rule], day: date) -> Directory:
    """The directory as if these rules were in force on every day. ValueError for one that is unsound."""
    rules = {rule.id: replace(rule, version=1, valid_from=None) for rule in directory.rules.in_force(day)}
    for rule in proposed:
        if rule.withdrawn:
            rules.pop(rule.id, None)
        else:
            rules[rule.id] = replace(rule, version=1, valid_from=None, valid_to=None)
    return Directory(directory.agencies, Rules(rules.values(), directory.agencies))


def replay(cases: Iterable[PastCase], before: Directory, after: Directory, day: date) -> Replayed:
    """Ask both which agency each case would go to on `day`."""
    result, moves = Replayed(), dict[tuple[str, str, str | None, str | None], Move]()
    for case in cases:
        result.cases += 1
        if case.by_officer:
            result.by_officers += 1
            continue
        old = choose(before.rules, before.agencies, case.matter, (), day)
        new = choose(after.rules, after.agencies, case.matter, (), day)
        if old.agency.code == new.agency.code:
            continue
        result.moved += 1
        key = (old.agency.code, new.agency.code, old.rule_id, new.rule_id)
        move = moves.setdefault(key, Move(*key))
        move.count += 1
        if len(move.examples) < EXAMPLES:
            move.examples.append(case.report_id)
    result.moves = sorted(moves.values(), key=lambda move: -move.count)
    return result
