"""Which agency gets a case, and why. Total: whatever is asked, there is an agency that is valid that day.

The rules' candidates come first, the most specific rule's before all others; then what lies above the first
of them (unit, its city, its province); then the government of the place; then the national desk. Whoever has
taken over from an agency that has ended is asked in its place.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.routing.domain.agencies import NATIONAL, Agencies, Agency, levels_above
from services.routing.domain.places import addressee, government_of
from services.routing.domain.rules import Matter, Rule, Rules


class Verdict(StrEnum):
    """What became of an agency that was considered."""

    CHOSEN = "chosen"
    TRIED = "tried"
    """It has, or had, a leg of this case."""
    NOT_VALID = "not_valid"
    """There is no such agency on that day."""
    NO_PLACE = "no_place"
    """The candidate is relative to a place, and the case names none."""


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
    rule_version: int | None = None


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
    for code, rule, why, why_en in _ways(rules, agencies, matter, today):
        if code in seen:
            continue
        seen.add(code)
        rule_id = rule.id if rule else None
        agency = agencies.valid(code, today)
        if agency is None or code in excluded:
            considered.append(Considered(code, rule_id, _passed_over(code, agency)))
            continue
        considered.append(Considered(code, rule_id, Verdict.CHOSEN))
        return Choice(agency, rule_id, why, why_en, tuple(considered), rule.version if rule else None)
    considered.append(Considered(NATIONAL, None, Verdict.CHOSEN))
    return Choice(
        agencies.national,
        None,
        "tidak ada instansi lain; meja nasional memutuskan",
        "no other agency is left; the national desk decides",
        tuple(considered),
    )


def heir(directory: Directory, code: str, matter: Matter, excluded: Collection[str], day: date) -> str | None:
    """Who takes over a case from an agency that has ended: of several, the one that the rules name first."""
    heirs = [one for one in directory.agencies.heirs(code, day) if one not in excluded]
    if len(heirs) > 1:
        for rule in directory.rules.matching(matter, day):
            for candidate in rule.candidates:
                if (named := addressee(candidate, matter.regions)) in heirs:
                    return named
    return heirs[0] if heirs else None


def _passed_over(code: str, agency: Agency | None) -> Verdict:
    if agency is not None:
        return Verdict.TRIED
    return Verdict.NO_PLACE if code.startswith("@") else Verdict.NOT_VALID


def _ways(
    rules: Rules, agencies: Agencies, matter: Matter, today: date
) -> Iterator[tuple[str, Rule | None, str, str]]:
    first: str | None = None
    for rule in rules.matching(matter, today):
        for candidate in rule.candidates:
            code = addressee(candidate, matter.regions)
            if code is None:
                yield candidate, rule, "", ""
                continue
            first = first or code
            yield code, rule, f"aturan {rule.id}", f"rule {rule.id}"
            for taker in agencies.heirs(code, today):
                yield taker, rule, f"aturan {rule.id}; pengganti {code}", f"rule {rule.id}; heir of {code}"
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
