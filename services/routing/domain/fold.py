"""From recorded facts to the docket: a pure function of the *set* of facts, whatever order they came in.

Two things make it so: facts are applied in the order of their times, and the status of the case is the one
with the highest version. What routing itself said was checked when it was said, and is applied as it stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.routing.domain.leg import OWING, Docket, Entry, Leg, LegState
from shared import contracts as c
from shared.calendar import Pause
from shared.contracts import CaseStatus


def fold(report_id: UUID, entries: Iterable[Entry]) -> Docket:
    """The docket that these entries add up to; their order and repetition do not matter."""
    unique = {entry.event_id: entry for entry in entries}
    docket = Docket(report_id)
    for entry in sorted(unique.values(), key=_order):
        docket = replace(_APPLY[type(entry.fact)](docket, entry), heard_until=entry.at)
    return docket


def _order(entry: Entry) -> tuple[Any, int, UUID]:
    """By time, and at one instant in the order of causes."""
    return (entry.at, _RANK[type(entry.fact)], entry.event_id)


def _verified(docket: Docket, entry: Entry) -> Docket:
    fact: c.CaseVerified = entry.fact  # type: ignore[assignment]
    if fact.round in docket.verified:
        return docket
    return replace(docket, verified={**docket.verified, fact.round: fact})


def _created(docket: Docket, entry: Entry) -> Docket:
    fact: c.DispositionCreated = entry.fact  # type: ignore[assignment]
    number = next((n for n, v in docket.verified.items() if v.case_version == fact.case_version), 1)
    leg = Leg(fact, number, version=fact.leg_version, why=entry.note or "", history=(entry,))
    return replace(docket, legs={**docket.legs, leg.leg_id: leg})


def _acknowledged(docket: Docket, entry: Entry) -> Docket:
    return _change(docket, entry, state=LegState.ACKNOWLEDGED)


def _delegated(docket: Docket, entry: Entry) -> Docket:
    fact: c.DispositionDelegated = entry.fact  # type: ignore[assignment]
    return _change(docket, entry, state=LegState.DELEGATED, unit=fact.to_unit)


def _responded(docket: Docket, entry: Entry) -> Docket:
    return _answer(docket, entry, LegState.ANSWERED)


def _asked(docket: Docket, entry: Entry) -> Docket:
    """Who asks has the case in hand, and has not had the last word on it."""
    fact: c.DispositionAsked = entry.fact  # type: ignore[assignment]
    held = replace(docket, held_since=docket.held_since or fact.occurred_at)
    return _change(held, entry, state=LegState.ACKNOWLEDGED, answered_at=None, asked=fact)


def _reporter_said(docket: Docket, entry: Entry) -> Docket:
    fact: c.DispositionReporterSaid = entry.fact  # type: ignore[assignment]
    leg = _leg(docket, entry)
    answered = {"asked": None} if fact.answers_question else {}
    return _change(docket, entry, told=leg.told | {fact.word_id}, **answered)


def _completed(docket: Docket, entry: Entry) -> Docket:
    return _answer(docket, entry, LegState.COMPLETED)


def _answer(docket: Docket, entry: Entry, state: LegState) -> Docket:
    rests = _leg(docket, entry).rests
    if (
        state is LegState.COMPLETED and docket.held_since is not None
    ):  # from here on it rests for another reason
        rests = (*rests, Pause(docket.held_since, entry.at))
    return _change(
        docket, entry, state=state, answered_at=entry.at, ever_answered=True, asked=None, rests=rests
    )


def _attached(docket: Docket, entry: Entry) -> Docket:
    fact: c.EvidenceAttached = entry.fact  # type: ignore[assignment]
    return replace(docket, evidence={**docket.evidence, fact.evidence.evidence_id: fact})


def _returned(docket: Docket, entry: Entry) -> Docket:
    return _change(docket, entry, state=LegState.RETURNED, asked=None)


def _redirected(docket: Docket, entry: Entry) -> Docket:
    leg = _leg(docket, entry)
    came_back = leg.state is LegState.RETURNED
    state = LegState.RETURNED if came_back else LegState.REDIRECTED
    return _change(docket, entry, state=state, asked=None)


def _word(docket: Docket, entry: Entry) -> Docket:
    return replace(docket, words=(*docket.words, entry))


def _not_content(docket: Docket, entry: Entry) -> Docket:
    """A word of the reporter counts once everybody has answered: it is then that the case waits for one."""
    return _word(_back_to_work(docket, entry.fact.occurred_at) if docket.answered else docket, entry)


def _status_changed(docket: Docket, entry: Entry) -> Docket:
    fact: c.CaseStatusChanged = entry.fact  # type: ignore[assignment]
    return _with_status(docket, fact.status, fact)


def _reopened(docket: Docket, entry: Entry) -> Docket:
    fact: c.CaseReopened = entry.fact  # type: ignore[assignment]
    return _back_to_work(_with_status(docket, CaseStatus.IN_PROGRESS, fact), fact.occurred_at)


def _with_status(docket: Docket, status: CaseStatus, fact: c.CaseStatusChanged | c.CaseReopened) -> Docket:
    if fact.case_version <= docket.case_version:
        return docket
    if docket.ended_at is not None and not status.final:
        docket = _rested(docket, docket.ended_at, fact.occurred_at)
    ended_at = (docket.ended_at or fact.occurred_at) if status.final else None
    if status.final and docket.held_since is not None:
        unasked = {leg_id: replace(leg, asked=None) for leg_id, leg in docket.legs.items()}
        docket = _released(replace(docket, legs=unasked), fact.occurred_at)
    return replace(docket, status=status, case_version=fact.case_version, ended_at=ended_at)


def _rested(docket: Docket, begin: datetime, end: datetime) -> Docket:
    """While the case was at its end, or on hold, nobody owed anything; who had completed rested already."""
    legs = {
        leg.leg_id: replace(leg, rests=(*leg.rests, Pause(begin, end)))
        for leg in docket.working_legs
        if leg.state is not LegState.COMPLETED
    }
    return replace(docket, legs={**docket.legs, **legs})


def _back_to_work(docket: Docket, at: datetime) -> Docket:
    """Who has answered owes another answer; the time since a completion is given back."""
    legs = {
        leg.leg_id: replace(
            leg, state=LegState.ACKNOWLEDGED, answered_at=None, rests=leg.rests + _since_completion(leg, at)
        )
        for leg in docket.working_legs
        if leg.state not in OWING
    }
    return replace(docket, legs={**docket.legs, **legs})


def _since_completion(leg: Leg, at: datetime) -> tuple[Pause, ...]:
    completed = leg.state is LegState.COMPLETED and leg.answered_at is not None
    return (Pause(leg.answered_at, at),) if completed and leg.answered_at else ()


def _leg(docket: Docket, entry: Entry) -> Leg:
    fact: c.DispositionFact = entry.fact  # type: ignore[assignment]
    return docket.legs[fact.leg_id]


def _change(docket: Docket, entry: Entry, **changes: Any) -> Docket:
    fact: c.DispositionFact = entry.fact  # type: ignore[assignment]
    leg = _leg(docket, entry)
    leg = replace(leg, version=fact.leg_version, history=(*leg.history, entry), **changes)
    return _released(replace(docket, legs={**docket.legs, leg.leg_id: leg}), entry.at)


def _released(docket: Docket, at: datetime) -> Docket:
    """Once no question waits any more, everybody's time runs on, and the time of the wait is given back."""
    if docket.held_since is None or any(leg.asked for leg in docket.legs.values()):
        return docket
    return replace(_rested(docket, docket.held_since, at), held_since=None)


_APPLY: dict[type[c.Fact], Callable[[Docket, Entry], Docket]] = {
    c.CaseVerified: _verified,
    c.DispositionCreated: _created,
    c.DispositionAcknowledged: _acknowledged,
    c.DispositionDelegated: _delegated,
    c.EvidenceAttached: _attached,
    c.DispositionResponded: _responded,
    c.DispositionCompleted: _completed,
    c.DispositionReturned: _returned,
    c.DispositionRedirected: _redirected,
    c.DispositionAsked: _asked,
    c.ReportSupplemented: _word,
    c.ReportReplied: _not_content,
    c.ReportObjected: _not_content,
    c.ReportAccepted: _word,
    c.ReportWithdrawn: _word,
    c.ReportRated: _word,
    c.SlaExpired: _word,
    c.DispositionReporterSaid: _reporter_said,
    c.CaseStatusChanged: _status_changed,
    c.CaseReopened: _reopened,
}
_RANK = {fact: rank for rank, fact in enumerate(_APPLY)}

HEARD = tuple(fact for fact in _APPLY if not issubclass(fact, c.DispositionFact))
"""The facts this service hears and keeps; its own are recorded the same way."""
