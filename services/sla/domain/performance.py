"""What one case counts in the reports on performance: a pure function of its facts and its clocks.

Must never hold what could tell who reported: no id, no text, no place below a regency or city.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.sla.domain.clocks import DUTIES, Clock
from services.sla.domain.facts import UNDONE, Recorded, order, takes_back
from services.sla.domain.measure import Measured
from shared.calendar import Calendar, DateOutsideCalendar, Zone
from shared.calendar.pauses import merged_days
from shared.contracts import CaseStatus, ClockKind

LONGEST = 999
"""Working days; whatever took longer counts as this."""

FORMAT = 1
"""Of a tally's text, and its first figure. Count it up with every change of the fields, and recount."""

DECIDED = frozenset({"disposition.created", "case.archived", "case.merged", "case.closed"})
"""What ends a verification as far as its duration goes; waiting for the reporter or a withdrawal does not."""

_SUBMITTED = "report.submitted"
_REGION = re.compile(r"\d\d(\.\d\d)?(?=\.|$)")
_ENDS = {
    "case.archived": CaseStatus.ARCHIVED,
    "case.merged": CaseStatus.MERGED,
    "case.closed": CaseStatus.CLOSED,
}
_ANSWERS = frozenset({"disposition.responded", "disposition.completed"})
_AFTER_THE_END = frozenset({"case.reopened", "case.unmerged", "report.appealed", "report.rated"})
_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Leg:
    """One agency's part. `first_response` and `settlement` are working days; `late` names breached clocks."""

    agency: str
    active: bool = True
    touched: bool = False
    answered: bool = False
    completed: bool = False
    first_response: int | None = None
    settlement: int | None = None
    late: tuple[str, ...] = ()
    asking: bool = False
    """Its question waits for the reporter's answer."""

    @classmethod
    def read(cls, row: list[Any]) -> "Leg":
        leg = cls(*row)
        leg.late = tuple(leg.late)
        return leg


@dataclass(slots=True)
class Tally:
    """What a case counts. Its text is kept, so that the next difference can be taken from it.

    `month` is that of filing in WIB, as 202601. What no officer has confirmed yet is None: what a reporter
    types as a category is never counted by its name.
    """

    month: int
    channel: str | None = None
    region: str | None = None
    category: str | None = None
    classification: str | None = None
    ended: str | None = None
    verified: bool = False
    touched: bool = False
    verification: int | None = None
    late_verifications: int = 0
    objections: int = 0
    reopenings: int = 0
    score: int | None = None
    due: str | None = None
    """The next deadline of a running duty: when it moves, whether it is overdue must be looked at again."""
    legs: tuple[Leg, ...] = ()
    overdue: tuple[tuple[str, str | None], ...] = ()
    """Clock and agency of every duty that is overdue and still runs, when this was counted."""

    def text(self) -> str:
        *plain, legs, overdue = (getattr(self, name) for name in self.__slots__)
        rows = [[getattr(leg, name) for name in leg.__slots__] for leg in legs]
        return json.dumps([FORMAT, *plain, rows, overdue], separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "Tally":
        _, *plain, legs, overdue = json.loads(text)
        tally = cls(*plain)
        tally.legs = tuple(Leg.read(leg) for leg in legs)
        tally.overdue = tuple((clock, agency) for clock, agency in overdue)
        return tally

    def as_of(self, overdue: Iterable[tuple[str, str | None]]) -> "Tally":
        """The same with the duties that are overdue by now."""
        return replace(self, overdue=tuple(sorted(overdue, key=str)))


def tally(facts: Iterable[Recorded], measured: Iterable[Measured]) -> Tally | None:
    """What a case counts; None as long as its submission has not been heard of.

    The order of the facts and their repetition do not matter.
    """
    in_order = sorted({fact.event_id: fact for fact in facts}.values(), key=order)
    if not in_order or in_order[0].type != _SUBMITTED:
        return None
    case = Tally(_month(in_order[0]), in_order[0].channel, _region(in_order[0].region))
    legs: dict[UUID, Leg] = {}
    answered: set[UUID] = set()
    for fact in in_order[1:]:
        if not takes_back(fact):
            _apply(case, legs, answered, fact)
        elif case.ended in UNDONE:
            case.ended = None
    _measure(case, legs, measured)
    case.legs = tuple(legs.values())
    return case


def _month(fact: Recorded) -> int:
    day = Zone.WIB.date_of(fact.occurred_at)
    return day.year * 100 + day.month


def _region(code: str | None) -> str | None:
    """A regency or city (35.78) or a province (35); a village's code is cut down to its regency's."""
    found = _REGION.match(code or "")
    return found.group() if found else None


def _apply(case: Tally, legs: dict[UUID, Leg], answered: set[UUID], fact: Recorded) -> None:
    """`answered`: the legs that have answered since the reporter last spoke."""
    if case.ended is not None and fact.type not in _AFTER_THE_END:
        return
    end = fact.status if fact.type == "case.status-changed" else _ENDS.get(fact.type)
    if end is not None:
        case.ended = end
        return
    match fact.type:
        case "case.verified" | "disposition.created":
            _confirm(case, fact)
            if fact.leg_id is not None and fact.agency is not None:
                legs.setdefault(fact.leg_id, Leg(fact.agency))
        case "case.clarification-requested":
            case.touched = True
        case "report.objected" | "report.replied":
            _spoke(case, legs, answered, fact.type)
        case "report.rated":
            case.score = fact.score
        case "case.reopened" | "case.unmerged" | "report.appealed":
            _revive(case, legs, answered, fact.type)
        case _ if fact.leg_id in legs:
            _apply_to_leg(legs[fact.leg_id], fact.type)
            _take_turns(answered, fact)


def _confirm(case: Tally, fact: Recorded) -> None:
    case.verified = case.touched = True
    case.category = fact.category or case.category
    case.region = _region(fact.region) or case.region
    case.classification = fact.classification or case.classification


def _revive(case: Tally, legs: dict[UUID, Leg], answered: set[UUID], kind: str) -> None:
    if kind == "case.unmerged" and case.ended == CaseStatus.MERGED:
        case.ended = None
    if kind == "report.appealed" and case.ended == CaseStatus.ARCHIVED:
        case.ended = None
    if kind == "case.reopened" and case.ended == CaseStatus.CLOSED:
        case.ended = None
        case.reopenings += 1
        for leg in legs.values():
            leg.asking = False  # the question was dropped with the closing
        _back_to_work(legs, answered)


def _apply_to_leg(leg: Leg, kind: str) -> None:
    if not leg.active:
        return
    match kind:
        case "disposition.returned" | "disposition.redirected":
            leg.active = leg.asking = False
        case "disposition.asked":
            leg.touched = leg.asking = True
        case "disposition.reporter-said":
            leg.asking = False
        case "disposition.acknowledged" | "disposition.delegated":
            leg.touched = True
        case "disposition.responded":
            leg.touched = leg.answered = True
            leg.asking = False
        case "disposition.completed":
            leg.touched = leg.answered = leg.completed = True
            leg.asking = False


def _take_turns(answered: set[UUID], fact: Recorded) -> None:
    assert fact.leg_id is not None
    if fact.type in _ANSWERS:
        answered.add(fact.leg_id)
    elif fact.type == "disposition.asked":
        answered.discard(fact.leg_id)


def _spoke(case: Tally, legs: dict[UUID, Leg], answered: set[UUID], kind: str) -> None:
    """To an agency's question, or to the answers once there are all of them; else it changes nothing."""
    active = {leg_id for leg_id, leg in legs.items() if leg.active}
    asking = any(leg.asking for leg in legs.values())
    if not asking and not (active and active <= answered):
        return
    case.objections += kind == "report.objected"
    if not asking:
        _back_to_work(legs, answered)


def _back_to_work(legs: dict[UUID, Leg], answered: set[UUID]) -> None:
    answered.clear()
    for leg in legs.values():
        leg.completed = leg.completed and not leg.active


def _measure(case: Tally, legs: dict[UUID, Leg], measured: Iterable[Measured]) -> None:
    """Durations and breaches of duties that have been done, and the next deadline of those that have not."""
    duties = [one for one in measured if one.clock.kind in DUTIES]
    due = min((one.due_at for one in duties if not one.stopped and one.due_at), default=None)
    case.due = due.isoformat() if due else None
    for one in duties:
        clock = one.clock
        if clock.stopped_at is None:
            continue
        late = one.due_at is not None and clock.stopped_at > one.due_at
        leg = legs.get(clock.leg_id) if clock.leg_id else None
        if clock.kind is ClockKind.VERIFICATION:
            case.late_verifications += late
            if clock.stopped_by in DECIDED:
                case.verification = working_days(one)
        elif leg is not None:
            leg.late += (clock.kind.value,) if late else ()
            if clock.kind is ClockKind.FIRST_RESPONSE and leg.answered:
                leg.first_response = working_days(one)
            elif clock.kind is ClockKind.SETTLEMENT and leg.completed:
                leg.settlement = working_days(one)


def working_days(measured: Measured) -> int | None:
    """Whole working days that a stopped clock took, counted as its limit is: the day of the start is day
    zero, and a day that a pause touches does not count. None where the calendar knows nothing of these years.
    """
    try:
        return min(LONGEST, max(0, _taken(measured.clock, measured.calendar)))
    except (DateOutsideCalendar, OverflowError):
        return None


def _taken(clock: Clock, calendar: Calendar) -> int:
    assert clock.stopped_at is not None
    start, stop = clock.zone.date_of(clock.started_at), clock.zone.date_of(clock.stopped_at)
    days = calendar.working_days_between(start, stop)
    for begin, end in merged_days(clock.pauses, clock.zone):
        first, last = max(begin - _ONE_DAY, start), min(end or stop, stop)
        if last > first:
            days -= calendar.working_days_between(first, last)
    return days
