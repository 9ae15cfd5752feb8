"""Which agency gets a case, and why. Total: whatever is asked, there is an agency that is valid that day.

The rules' candidates come first, the most specific rule's before all others; then what lies above the first
of them (unit, its city, its province); then the government of the place; then the national desk.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.routing.domain.agencies import NATIONAL, Agencies, Agency, levels_above
from services.routing.domain.rules import Matter, Rule, Rules


class Verdict(StrEnum):
    """What became of an agency that was considered."""

    CHOSEN = "chosen"
    TRIED = "tried"
    """It has, or had, a leg of this case."""
    NOT_VALID = "not_valid"
    """There is no such agency on that day."""


@dataclass(frozen=True)
class Considered:
    """One step of the search; `rule_id` is None on the way up to the national desk."""

    agency: str
    rule_id: str | None
    verdict: Verdict


@dataclass(frozen=True)
class Choice:
    """The agency, the rule that won (None: the fallback), and how it came to that in two languages."""

    agency: Agency
    rule_id: str | None
    why: str
    why_en: str
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True)
class Directory:
    """Everything a choice is made from: one reviewed state of agencies and rules."""

    agencies: Agencies
    rules: Rules


def choose(
    rules: Rules, agencies: Agencies, matter: Matter, excluded: Collection[str], today: date
) -> Choice:
    """The first valid agency that is not excluded; the national desk, even excluded, where there is none."""
    considered: list[Considered] = []
    seen: set[str] = set()
    for code, rule, why, why_en in _ways(rules, matter):
        if code in seen:
            continue
        seen.add(code)
        rule_id = rule.id if rule else None
        agency = agencies.valid(code, today)
        if agency is None or code in excluded:
            verdict = Verdict.NOT_VALID if agency is None else Verdict.TRIED
            considered.append(Considered(code, rule_id, verdict))
            continue
        considered.append(Considered(code, rule_id, Verdict.CHOSEN))
        return Choice(agency, rule_id, why, why_en, tuple(considered))
    considered.append(Considered(NATIONAL, None, Verdict.CHOSEN))
    return Choice(
        agencies.national,
        None,
        "tidak ada instansi lain; meja nasional memutuskan",
        "no other agency is left; the national desk decides",
        tuple(considered),
    )


def _ways(rules: Rules, matter: Matter) -> Iterator[tuple[str, Rule | None, str, str]]:
    first: str | None = None
    for rule in rules.matching(matter):
        first = first or rule.candidates[0]
        for code in rule.candidates:
            yield code, rule, f"aturan {rule.id}", f"rule {rule.id}"
    for code in levels_above(first) if first else ():
        yield code, None, f"tingkat di atas {first}", f"the level above {first}"
    for region in matter.regions:
        if government := government_of(region):
            yield (
                government,
                None,
                f"pemerintah daerah wilayah {region}",
                f"the government of region {region}",
            )


def government_of(region: str) -> str | None:
    """The path of a province (`35`), city or regency (`35.78` is `35.3578`); smaller places have none."""
    parts = region.split(".")
    if len(parts) > 2:
        return None
    return parts[0] if len(parts) == 1 else f"{parts[0]}.{parts[0]}{parts[1]}"
