"""Dispositions as officers see them over HTTP. Never holds who reported: routing does not know."""

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.routing.domain.commands import return_until
from services.routing.domain.completing import evidence_of
from services.routing.domain.deadlines import owed
from services.routing.domain.leg import OPEN, OWING, Docket, Leg, LegState, Said
from shared.calendar import DateOutsideCalendar, Zone, region_of
from shared.calendar.in_force import in_force
from shared.contracts import Classification, DispositionRedirected, Fact
from shared.web.problems import Problem

_PARTICULARS = (
    "text", "word", "score", "answers_question", "reason", "suggested_agency", "to_agency", "to_unit", "hop",
    "evidence", "without_evidence",
)  # fmt: skip
"""What a step of the history says beyond what happened and when."""


class DispositionLine(BaseModel):
    """A disposition as a list shows it. `holder` is the unit it was delegated to, or the agency."""

    model_config = ConfigDict(from_attributes=True)
    leg_id: UUID
    report_id: UUID
    tracking_id: str
    agency: str
    holder: str
    state: LegState
    version: int
    hop: int
    title: str | None
    """None of a secret report: who opens it to read so much as that is written down."""
    category: str
    classification: Classification
    region: str | None
    anonymous: bool
    secret: bool
    created_at: datetime
    answered_at: datetime | None
    zone: str | None
    respond_by: datetime | None
    settle_by: datetime | None
    due_at: datetime | None
    remaining_working_days: int | None = None
    """Whole working days until `due_at`, in the agency's zone and region; None where nothing is owed."""
    overdue: bool = False
    paused: bool = False
    """Nothing is due, because the case waits for the reporter's answer to an agency's question."""


class Counted(BaseModel):
    """Legs of one state, or at one agency. `due_soon`: due by the close of the next working day."""

    model_config = ConfigDict(from_attributes=True)
    key: str
    legs: int
    overdue: int
    due_soon: int


class Next(BaseModel):
    """Where a disposition went that was returned or redirected."""

    leg_id: UUID
    agency: str
    hop: int


class Acted(BaseModel):
    """A disposition after a command."""

    leg_id: UUID
    agency: str
    state: LegState
    version: int
    next: Next | None = None


def line(row: Any, now: datetime) -> DispositionLine:
    """A row of the list with the time that remains at `now`."""
    shown = DispositionLine.model_validate(row)
    shown.title = None if shown.secret else shown.title
    shown.paused = shown.state in OPEN and shown.settle_by is None
    if shown.due_at is not None:
        shown.overdue = shown.due_at < now
        shown.remaining_working_days = 0 if shown.overdue else _working_days(shown, now)
    return shown


def _working_days(shown: DispositionLine, now: datetime) -> int | None:
    zone = Zone(shown.zone or Zone.WIB)
    calendar = in_force().calendar(region_of(shown.agency))
    try:
        return calendar.working_days_between(zone.date_of(now), zone.date_of(shown.due_at or now))
    except DateOutsideCalendar:
        return None


def acted(docket: Docket, leg: Leg, said: Sequence[Said]) -> Acted:
    """What an agency is told of its own act; `said` are the facts that it made true."""
    moved = next((one.fact for one in said if isinstance(one.fact, DispositionRedirected)), None)
    return Acted(
        leg_id=leg.leg_id,
        agency=leg.agency,
        state=docket.state_of(leg),
        version=leg.version,
        next=Next(leg_id=moved.to_leg_id, agency=moved.to_agency, hop=moved.hop) if moved else None,
    )


def disposition(docket: Docket, leg: Leg) -> dict[str, Any]:
    """Everything about one leg. `own_evidence`: sent by the agency and checked, for a completion to name."""
    created, state, owes = leg.created, docket.state_of(leg), owed(docket, leg)
    return {
        "leg_id": leg.leg_id,
        "report_id": docket.report_id,
        "tracking_id": created.tracking_id,
        "agency": leg.agency,
        "agency_name": created.agency_name,
        "unit": leg.unit,
        "state": state,
        "state_label": state.label,
        "version": leg.version,
        "round": leg.round,
        "hop": leg.hop,
        "why": leg.why,
        "case_status": docket.status,
        "title": created.title,
        "text": created.text,
        "classification": created.classification,
        "category": created.category,
        "place": created.place,
        "evidence": created.evidence,
        "own_evidence": [file.evidence for file in evidence_of(docket, leg)],
        "anonymous": created.anonymous,
        "secret": created.secret,
        "zone": created.zone,
        "created_at": created.occurred_at,
        "answered_at": leg.answered_at,
        "on_hold_since": docket.held_since,
        "question": {"text": leg.asked.text, "asked_at": leg.asked.occurred_at} if leg.asked else None,
        "respond_by": owes.respond_by,
        "settle_by": owes.settle_by,
        "may_be_returned_until": _may_be_returned_until(docket, leg),
        "history": [
            {
                "event_id": entry.event_id,
                "type": entry.fact.type,
                "at": entry.fact.occurred_at,
                "actor": entry.actor,
                "note": entry.note,
                **(_particulars(entry.fact) if entry.fact is not created else {}),
            }
            for entry in leg.history
        ],
    }


def _may_be_returned_until(docket: Docket, leg: Leg) -> datetime | None:
    """None where it cannot be, and where no end is in sight: on hold."""
    if docket.state_of(leg) not in OWING or leg.ever_answered or docket.held_since is not None:
        return None
    return return_until(docket, leg)


def _particulars(fact: Fact) -> dict[str, Any]:
    return {name: value for name in _PARTICULARS if (value := getattr(fact, name, None)) is not None}


def page_marker(last: DispositionLine, *, by_due: bool = False) -> str:
    """Where the next page begins: the last line's moment and id."""
    at = last.due_at if by_due and last.due_at else last.created_at
    return f"{at.isoformat()}_{last.leg_id}"


_EDGES = MINYEAR, MAXYEAR
"""In the first and the last year, a zone can put a moment where no database tells it."""


def place_of(marker: str | None) -> tuple[datetime, UUID] | None:
    """The place in the order that a marker names; raises a problem for one that is not ours."""
    if marker is None:
        return None
    try:
        at, _, leg_id = marker.partition("_")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not _EDGES[0] < moment.year < _EDGES[1]:
            raise ValueError("a marker has a zone, and is of our time")
        return moment, UUID(leg_id)
    except ValueError:
        raise Problem(422, "invalid", "Penanda halaman tidak dikenal.", "Unknown page marker.") from None
