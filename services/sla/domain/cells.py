"""From a case's tally to the cells it is added up in: keys, figures and the difference between two tallies.

A case counts once in every cell it belongs to, in that of a city as in that of its province and the nation.
A case that two agencies have counts for each of them, and once for whoever stands above both.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.sla.domain.performance import Leg, Tally
from shared.contracts import CaseStatus, ClockKind

ALL = "*"
"""A dimension that a cell does not look at."""
UNKNOWN = "-"
"""No value: not verified yet, or no place was named."""
DEEPEST_AGENCY = 3
"""Levels of an agency's path: a unit (35.3578.dishub), never the desks below it, which are persons."""
DEEPEST_CROSSED = 2
"""Levels of an agency's path that are kept by region and by category: no unit."""

STATUSES = ("received", "verified", "in_process", "settled", "archived", "merged", "withdrawn")
"""Every case has one of them. Settled: closed, or every agency that has it has completed its part."""
COUNTS = (
    "cases",
    *STATUSES,
    "untouched",
    "followed_up",
    "breached_verification",
    "breached_first_response",
    "breached_settlement",
    "objections",
    "reopenings",
    "ratings",
    "rating_sum",
)
HISTOGRAMS = {
    "verification_days": ClockKind.VERIFICATION,
    "first_response_days": ClockKind.FIRST_RESPONSE,
    "settlement_days": ClockKind.SETTLEMENT,
}
"""How often a duty took so many whole working days."""
_BREACHED = {
    ClockKind.VERIFICATION: "breached_verification",
    ClockKind.FIRST_RESPONSE: "breached_first_response",
    ClockKind.SETTLEMENT: "breached_settlement",
}
_ENDED = {
    CaseStatus.CLOSED: "settled",
    CaseStatus.ARCHIVED: "archived",
    CaseStatus.MERGED: "merged",
    CaseStatus.WITHDRAWN: "withdrawn",
}


class Cell(NamedTuple):
    """One sum. At most two of agency, region, category and classification are not ALL; channel only alone."""

    month: int
    agency: str = ALL
    region: str = ALL
    category: str = ALL
    classification: str = ALL
    channel: str = ALL


class Slot(NamedTuple):
    """A figure of a cell: one of COUNTS, or a number of days (the index) in one of HISTOGRAMS."""

    name: str
    days: int = -1


Contributions = dict[tuple[Cell, Slot], int]


def difference(before: Tally | None, after: Tally | None) -> Contributions:
    """What to add to the sums when a case that counted `before` now counts `after`."""
    changes: Contributions = {}
    stays = before is not None and after is not None and _place(before) == _place(after)
    for agency in {**dict.fromkeys(agencies_of(before)), **dict.fromkeys(agencies_of(after))}:
        gone, come = _figures(before, agency), _figures(after, agency)
        if stays:  # mostly a case stays where it is: only what differs is spread over its cells
            come = {slot: n for slot in {**gone, **come} if (n := come.get(slot, 0) - gone.get(slot, 0))}
            gone = {}
        _spread(changes, before, agency, gone, -1)
        _spread(changes, after, agency, come, 1)
    return {key: number for key, number in changes.items() if number}


def _place(tally: Tally) -> tuple[Any, ...]:
    return tally.month, tally.region, tally.category, tally.classification, tally.channel


def _spread(
    changes: Contributions, tally: Tally | None, agency: str, figures: dict[Slot, int], sign: int
) -> None:
    for cell in _cells(tally, agency) if tally is not None and figures else ():
        for slot, number in figures.items():
            changes[cell, slot] = changes.get((cell, slot), 0) + sign * number


def agencies_of(tally: Tally | None) -> list[str]:
    """All, and every agency that has or had the case with those above them."""
    if tally is None:
        return []
    named = [leg.agency for leg in tally.legs] + [agency for _, agency in tally.overdue if agency]
    above = {".".join(agency.split(".")[:depth]) for agency in named for depth in _DEPTHS}
    return [ALL, *sorted(above)]


_DEPTHS = range(1, DEEPEST_AGENCY + 1)


def regions_of(tally: Tally) -> list[str]:
    """The case's province and regency or city."""
    if tally.region is None:
        return [UNKNOWN]
    return [tally.region[:2]] if len(tally.region) == 2 else [tally.region[:2], tally.region]


def _cells(tally: Tally, agency: str) -> Iterator[Cell]:
    month, regions = tally.month, regions_of(tally)
    category, classification = tally.category or UNKNOWN, tally.classification or UNKNOWN
    yield Cell(month, agency)
    yield Cell(month, agency, classification=classification)
    if agency.count(".") < DEEPEST_CROSSED:
        yield Cell(month, agency, category=category)
        for region in regions:
            yield Cell(month, agency, region)
    if agency == ALL:
        yield Cell(month, category=category, classification=classification)
        yield Cell(month, channel=tally.channel or UNKNOWN)
        for region in regions:
            yield Cell(month, region=region, category=category)
            yield Cell(month, region=region, classification=classification)


def _figures(tally: Tally | None, agency: str) -> dict[Slot, int]:
    """What the case counts for one agency with everybody below it, or for all."""
    if tally is None:
        return {}
    legs = [leg for leg in tally.legs if _below(leg.agency, agency)]
    found: dict[Slot, int] = {}
    for slot in (*_slots_of_duties(tally, agency, legs), *_slots_of_case(tally, agency, legs)):
        found[slot] = found.get(slot, 0) + 1
    if Slot("cases") in found:
        sums = {
            "objections": tally.objections,
            "reopenings": tally.reopenings,
            "rating_sum": tally.score or 0,
        }
        found.update({Slot(name): number for name, number in sums.items() if number})
    return found


def _below(agency: str | None, above: str) -> bool:
    return above == ALL or (agency is not None and (agency == above or agency.startswith(f"{above}.")))


def _slots_of_case(tally: Tally, agency: str, legs: list[Leg]) -> Iterator[Slot]:
    """A case counts for the agencies that have it; whoever sent it back is only judged by its duties."""
    active = [leg for leg in legs if leg.active]
    if not active and agency != ALL:
        return
    yield Slot("cases")
    yield Slot(_status(tally, active))
    touched = any(leg.touched for leg in active) if active else tally.touched
    if tally.ended is None and not touched:
        yield Slot("untouched")
    if any(leg.answered for leg in active):
        yield Slot("followed_up")
    if tally.score is not None:
        yield Slot("ratings")


def _status(tally: Tally, active: list[Leg]) -> str:
    if tally.ended is not None:
        return _ENDED[CaseStatus(tally.ended)]
    if active and all(leg.completed for leg in active):
        return "settled"
    if any(leg.answered for leg in active):
        return "in_process"
    return "verified" if tally.verified else "received"


def _slots_of_duties(tally: Tally, agency: str, legs: list[Leg]) -> Iterator[Slot]:
    if agency == ALL:
        yield from [Slot("breached_verification")] * tally.late_verifications
        if tally.verification is not None:
            yield Slot("verification_days", tally.verification)
    for clock, overdue in tally.overdue:
        if _below(overdue, agency):
            yield Slot(_BREACHED[ClockKind(clock)])
    for leg in legs:
        for late in leg.late:
            yield Slot(_BREACHED[ClockKind(late)])
        if leg.first_response is not None:
            yield Slot("first_response_days", leg.first_response)
        if leg.settlement is not None:
            yield Slot("settlement_days", leg.settlement)
