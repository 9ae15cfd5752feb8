"""From recorded facts to the case: a pure function of the *set* of facts, whatever order they came in.

A fact that is impossible where it stands is kept in the history with the reason, and changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.verification.domain.case import Case, Entry, Leg, LegState, Step
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind

UNDECIDED = frozenset({CaseStatus.RECEIVED, CaseStatus.ON_HOLD})
AT_WORK = frozenset({CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER})


class Impossible(Exception):
    """This fact cannot happen to a case in this state."""


def fold(report_id: UUID, entries: Iterable[Entry]) -> Case:
    """The case that these entries add up to; their order and repetition do not matter."""
    unique = {entry.event_id: entry for entry in entries}
    case = Case(report_id)
    for entry in sorted(unique.values(), key=_order):
        before, refused = case.status, None
        try:
            case = _APPLY[type(entry.fact)](case, entry.fact) if type(entry.fact) in _APPLY else case
        except Impossible as error:
            refused = str(error)
        case = replace(case, history=(*case.history, Step(entry, before, case.status, refused)))
    return case


def _order(entry: Entry) -> tuple[bool, Any, int, UUID]:
    """The submission first; then by time, and at one instant in the order of causes."""
    fact = entry.fact
    submission = not isinstance(fact, c.ReportSubmitted)
    return (submission, entry.at, _RANK.get(type(fact), 0), entry.event_id)


def _submitted(case: Case, fact: c.ReportSubmitted) -> Case:
    if case.submission is not None:
        raise Impossible("submitted twice")
    return replace(
        case,
        submission=fact,
        status=CaseStatus.RECEIVED,
        waiting_since=fact.occurred_at,
        title=fact.title,
        category=fact.category,
        classification=fact.classification,
        place=fact.place,
        anonymous=fact.anonymous,
        secret=fact.secret,
    )


def _held(case: Case, fact: c.ClarificationRequested) -> Case:
    _require(case, {CaseStatus.RECEIVED})
    return replace(
        case, status=CaseStatus.ON_HOLD, holds=case.holds + 1, held_at=fact.occurred_at, message=fact.question
    )


def _supplemented(case: Case, fact: c.ReportSupplemented) -> Case:
    _require(case, UNDECIDED | AT_WORK)
    answered = case.status is CaseStatus.ON_HOLD
    case = replace(case, supplements=(*case.supplements, fact.text), message=None)
    return _received_again(case, fact) if answered else case


def _verified(case: Case, fact: c.CaseVerified) -> Case:
    _require(case, UNDECIDED)
    return replace(
        case,
        status=CaseStatus.FORWARDED,
        title=fact.title,
        category=fact.category,
        classification=fact.classification,
        place=fact.place,
        anonymous=case.anonymous or fact.anonymous,
        secret=case.secret or fact.secret,
        rounds=fact.round,
        message=None,
    )


def _archived(case: Case, fact: c.CaseArchived) -> Case:
    _require(case, UNDECIDED)
    return replace(case, status=CaseStatus.ARCHIVED, archive_reason=fact.reason, message=fact.explanation)


def _received_again(case: Case, fact: c.Fact) -> Case:
    """The case waits for its verification, and the clock of that starts anew."""
    return replace(case, status=CaseStatus.RECEIVED, waiting_since=fact.occurred_at, told_due=None)


def _merged(case: Case, fact: c.CaseMerged) -> Case:
    _require(case, UNDECIDED)
    return replace(case, status=CaseStatus.MERGED, merged_into=fact.into)


def _unmerged(case: Case, fact: c.CaseUnmerged) -> Case:
    _require(case, {CaseStatus.MERGED})
    return replace(_received_again(case, fact), merged_into=None)


def _closed(case: Case, fact: c.CaseClosed) -> Case:
    _require(case, AT_WORK)
    return replace(case, status=CaseStatus.CLOSED, closed_by=fact.closed_by)


def _cleared(case: Case, fact: c.EvidenceCleared) -> Case:
    if any(known.evidence_id == fact.evidence.evidence_id for known in case.evidence):
        return case
    return replace(case, evidence=(*case.evidence, fact.evidence))


def _sent(case: Case, fact: c.DispositionCreated) -> Case:
    _require(case, AT_WORK)
    leg = Leg(fact.leg_id, fact.agency, LegState.CREATED)
    return _with_leg(case, leg)


def _acknowledged(case: Case, fact: c.DispositionAcknowledged) -> Case:
    leg = _leg(case, fact)
    return (
        _with_leg(case, replace(leg, state=LegState.ACKNOWLEDGED)) if leg.state is LegState.CREATED else case
    )


def _responded(case: Case, fact: c.DispositionResponded) -> Case:
    leg = _leg(case, fact)
    return _with_leg(case, replace(leg, state=LegState.ANSWERED, answered_at=fact.occurred_at))


def _completed(case: Case, fact: c.DispositionCompleted) -> Case:
    leg = _leg(case, fact)
    return _with_leg(case, replace(leg, state=LegState.COMPLETED, answered_at=fact.occurred_at))


def _left(case: Case, fact: c.DispositionReturned | c.DispositionRedirected) -> Case:
    leg = _leg(case, fact)
    return _with_leg(case, replace(leg, state=LegState.LEFT))


def _accepted(case: Case, _: c.ReportAccepted) -> Case:
    _require(case, {CaseStatus.AWAITING_REPORTER})
    return replace(case, status=CaseStatus.CLOSED, closed_by=c.ClosedBy.REPORTER)


def _objected(case: Case, _: c.ReportObjected) -> Case:
    _require(case, {CaseStatus.AWAITING_REPORTER, CaseStatus.CLOSED})
    reopened = case.status is CaseStatus.CLOSED
    return replace(
        _back_to_work(case),
        objections=case.objections + 1,
        reopenings=case.reopenings + reopened,
        closed_by=None,
    )


def _replied(case: Case, _: c.ReportReplied) -> Case:
    _require(case, {CaseStatus.AWAITING_REPORTER})
    return _back_to_work(case)


def _withdrawn(case: Case, _: c.ReportWithdrawn) -> Case:
    _require(case, UNDECIDED | AT_WORK)
    return replace(case, status=CaseStatus.WITHDRAWN)


def _appealed(case: Case, fact: c.ReportAppealed) -> Case:
    _require(case, {CaseStatus.ARCHIVED})
    if case.appeal is not None:
        raise Impossible("appealed before")
    return replace(
        _received_again(case, fact),
        appeal=fact.text,
        barred=case.archived_by,
        archive_reason=None,
        message=None,
    )


def _rated(case: Case, fact: c.ReportRated) -> Case:
    _require(case, {CaseStatus.CLOSED})
    return replace(case, rating=fact.score)


def _expired(case: Case, fact: c.SlaExpired) -> Case:
    if fact.clock is ClockKind.REPLY:
        _require(case, {CaseStatus.AWAITING_REPORTER})
        _current_run(fact, case.awaiting_since)
        return replace(case, status=CaseStatus.CLOSED, closed_by=c.ClosedBy.SYSTEM)
    if fact.clock is ClockKind.COMPLETION:
        _require(case, {CaseStatus.ON_HOLD})
        _current_run(fact, case.held_at)
        return replace(
            case, status=CaseStatus.ARCHIVED, archive_reason=c.ArchiveReason.NOT_COMPLETED, message=None
        )
    if fact.clock is ClockKind.OMBUDSMAN:
        _require(case, AT_WORK)
        return replace(case, escalated=True)
    return case


def _warned(case: Case, fact: c.SlaWarning | c.SlaBreached) -> Case:
    """Says when verification is due, by the calendar as it has been amended."""
    if fact.clock is not ClockKind.VERIFICATION:
        return case
    _require(case, {CaseStatus.RECEIVED})
    _current_run(fact, case.waiting_since)
    return replace(case, told_due=fact.deadline or (fact.due_at if isinstance(fact, c.SlaBreached) else None))


def _moved(case: Case, fact: c.DeadlinesAmended) -> Case:
    """A day or a limit was amended by law; only the deadline of a verification is of interest here."""
    due = next((moved.after for moved in fact.moved if moved.clock is ClockKind.VERIFICATION), None)
    return replace(case, told_due=due) if due and case.status is CaseStatus.RECEIVED else case


def _current_run(fact: c.SlaFact, since: Any) -> None:
    """A clock that ran out on an earlier answer or question says nothing about the latest one."""
    if since is None or fact.started_at < since:
        raise Impossible("an earlier run of this clock")


def _require(case: Case, allowed: Iterable[CaseStatus]) -> None:
    if case.status not in set(allowed):
        raise Impossible(f"not possible while {case.status or 'not yet submitted'}")


def _leg(case: Case, fact: c.DispositionFact) -> Leg:
    leg = case.legs.get(fact.leg_id)
    if leg is None:
        raise Impossible("no such leg")
    return leg


def _with_leg(case: Case, leg: Leg) -> Case:
    changed = replace(case, legs={**case.legs, leg.leg_id: leg})
    if case.status not in AT_WORK:
        return changed  # a word that crossed the closing: recorded, and nothing reopens
    if changed.answered:
        return replace(changed, status=CaseStatus.AWAITING_REPORTER)
    begun = {LegState.ACKNOWLEDGED, LegState.ANSWERED, LegState.COMPLETED}
    at_work = case.objections or any(leg.state in begun for leg in changed.active_legs)
    return replace(changed, status=CaseStatus.IN_PROGRESS if at_work else CaseStatus.FORWARDED)


def _back_to_work(case: Case) -> Case:
    """The agencies that have the case owe another answer."""
    legs = {
        leg.leg_id: replace(leg, state=LegState.ACKNOWLEDGED, answered_at=None) if leg.active else leg
        for leg in case.legs.values()
    }
    return replace(case, status=CaseStatus.IN_PROGRESS, legs=legs, message=None)


_APPLY: dict[type[c.Fact], Callable[[Case, Any], Case]] = {
    c.ReportSubmitted: _submitted,
    c.EvidenceCleared: _cleared,
    c.ClarificationRequested: _held,
    c.ReportSupplemented: _supplemented,
    c.CaseVerified: _verified,
    c.CaseArchived: _archived,
    c.CaseMerged: _merged,
    c.CaseUnmerged: _unmerged,
    c.DispositionCreated: _sent,
    c.DispositionAcknowledged: _acknowledged,
    c.DispositionResponded: _responded,
    c.DispositionCompleted: _completed,
    c.DispositionReturned: _left,
    c.DispositionRedirected: _left,
    c.ReportReplied: _replied,
    c.ReportAccepted: _accepted,
    c.ReportObjected: _objected,
    c.ReportAppealed: _appealed,
    c.ReportWithdrawn: _withdrawn,
    c.SlaExpired: _expired,
    c.SlaWarning: _warned,
    c.SlaBreached: _warned,
    c.DeadlinesAmended: _moved,
    c.CaseClosed: _closed,
    c.ReportRated: _rated,
}
_RANK = {fact: rank for rank, fact in enumerate(_APPLY)}

RECORDED = tuple(_APPLY)
"""The facts this service hears and keeps; its own decisions are recorded the same way."""
