"""A case at the agencies: what each leg's facts make of it, and of the questions that agencies ask.

A question holds the case until routing says that it was answered, or that the reporter kept silent; or until
the agency that asked says something else.
"""

from collections.abc import Iterable
from dataclasses import replace

from services.verification.domain.case import Case, Leg, LegState
from shared import contracts as c
from shared.contracts import CaseStatus

UNDECIDED = frozenset({CaseStatus.RECEIVED, CaseStatus.ON_HOLD})
AT_WORK = frozenset({CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER})


class Impossible(Exception):
    """This fact cannot happen to a case in this state."""


def require(case: Case, allowed: Iterable[CaseStatus]) -> None:
    """Raises `Impossible`."""
    if case.status not in set(allowed):
        raise Impossible(f"not possible while {case.status or 'not yet submitted'}")


def require_undecided(case: Case) -> None:
    """What waits for the answer to an agency's question is on hold, and decided. Raises `Impossible`."""
    require(case, UNDECIDED)
    if case.asking:
        raise Impossible("not possible while an agency has asked the reporter")


def require_at_work(case: Case) -> None:
    """Raises `Impossible`."""
    if not case.asking:
        require(case, AT_WORK)


def sent(case: Case, fact: c.DispositionCreated) -> Case:
    """Raises `Impossible` where the case is not at work."""
    require_at_work(case)
    return _with_leg(case, Leg(fact.leg_id, fact.agency, LegState.CREATED))


def acknowledged(case: Case, fact: c.DispositionAcknowledged) -> Case:
    """What an agency has answered already is not acknowledged afterwards."""
    leg = _leg(case, fact)
    return (
        _with_leg(case, replace(leg, state=LegState.ACKNOWLEDGED)) if leg.state is LegState.CREATED else case
    )


def responded(case: Case, fact: c.DispositionResponded) -> Case:
    """An answer; the agency's own question, if one waits, is over."""
    return _answered(case, fact, LegState.ANSWERED)


def completed(case: Case, fact: c.DispositionCompleted) -> Case:
    """As `responded`, with the reason why nothing shows the work, if one was given."""
    return _answered(case, fact, LegState.COMPLETED)


def _answered(case: Case, fact: c.DispositionResponded | c.DispositionCompleted, state: LegState) -> Case:
    leg = replace(_leg(case, fact), state=state, answered_at=fact.occurred_at, question=None, asked_at=None)
    why = fact.without_evidence if isinstance(fact, c.DispositionCompleted) else None
    return _with_leg(case, replace(leg, without_evidence=why))


def left(case: Case, fact: c.DispositionReturned | c.DispositionRedirected) -> Case:
    """An agency that gave the case back, or lost it, owes nothing, and its question goes with it."""
    leg = replace(_leg(case, fact), state=LegState.LEFT, question=None, asked_at=None)
    passed_on = leg.passed_on or case.status in AT_WORK or case.asking
    goes_to = fact.to_leg_id if isinstance(fact, c.DispositionRedirected) else leg.goes_to
    return _with_leg(case, replace(leg, passed_on=passed_on, goes_to=goes_to))


def asked(case: Case, fact: c.DispositionAsked) -> Case:
    """Who asks has the case in hand, and owes an answer again if there was one."""
    require_at_work(case)
    leg = _leg(case, fact)
    if not leg.active:
        raise Impossible("the leg had already left this agency")
    begun = replace(leg, state=LegState.ACKNOWLEDGED, answered_at=None)
    return _with_leg(case, replace(begun, question=fact.text, asked_at=fact.occurred_at))


def reporter_said(case: Case, fact: c.DispositionReporterSaid) -> Case:
    """Ends the wait for the answer to a question; anything else that was said changes nothing here."""
    leg = _leg(case, fact)
    return _with_leg(case, replace(leg, question=None, asked_at=None)) if fact.answers_question else case


def back_to_work(case: Case) -> Case:
    """The agencies that have the case owe another answer."""
    legs = {
        leg.leg_id: replace(leg, state=LegState.ACKNOWLEDGED, answered_at=None, question=None, asked_at=None)
        if leg.active
        else leg
        for leg in case.legs.values()
    }
    return replace(case, status=CaseStatus.IN_PROGRESS, legs=legs, message=None)


def _leg(case: Case, fact: c.DispositionFact) -> Leg:
    leg = case.legs.get(fact.leg_id)
    if leg is None:
        raise Impossible("no such leg")
    return leg


def _with_leg(case: Case, leg: Leg) -> Case:
    changed = replace(case, legs={**case.legs, leg.leg_id: leg})
    if case.status not in AT_WORK and not case.asking:
        return changed  # a word that crossed the closing: recorded, and nothing reopens
    if changed.questions:
        return replace(changed, status=CaseStatus.ON_HOLD, message=changed.questions[-1].question)
    return replace(changed, status=_standing(changed), message=None)


def _standing(case: Case) -> CaseStatus:
    if case.answered:
        return CaseStatus.AWAITING_REPORTER
    begun = {LegState.ACKNOWLEDGED, LegState.ANSWERED, LegState.COMPLETED}
    at_work = case.objections or any(leg.state in begun for leg in case.active_legs)
    return CaseStatus.IN_PROGRESS if at_work else CaseStatus.FORWARDED
