"""From recorded facts to the case: a pure function of the *set* of facts, whatever order they came in.

A fact that is impossible where it stands is kept in the history with the reason, and changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.verification.domain import at_work
from services.verification.domain.at_work import (
    AT_WORK,
    UNDECIDED,
    Impossible,
    back_to_work,
    require,
    require_at_work,
    require_undecided,
)
from services.verification.domain.case import Case, Entry, Step
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind


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
    require(case, {CaseStatus.RECEIVED})
    return replace(
        case, status=CaseStatus.ON_HOLD, holds=case.holds + 1, held_at=fact.occurred_at, message=fact.question
    )


def _supplemented(case: Case, fact: c.ReportSupplemented) -> Case:
    require(case, UNDECIDED | AT_WORK)
    answered = case.status is CaseStatus.ON_HOLD
    case = replace(case, supplements=(*case.supplements, fact.text))
    if case.asking:
        return case  # it goes to the agency, and routing says that the question is answered
    case = replace(case, message=None)
    return _received_again(case, fact) if answered else case


def _verified(case: Case, fact: c.CaseVerified) -> Case:
    require_undecided(case)
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
    require_undecided(case)
    return replace(case, status=CaseStatus.ARCHIVED, archive_reason=fact.reason, message=fact.explanation)


def _received_again(case: Case, fact: c.Fact) -> Case:
    """The case waits for its verification, and the clock of that starts anew."""
    return replace(case, status=CaseStatus.RECEIVED, waiting_since=fact.occurred_at, told_due=None)


def _merged(case: Case, fact: c.CaseMerged) -> Case:
    require_undecided(case)
    return replace(case, status=CaseStatus.MERGED, merged_into=fact.into)


def _unmerged(case: Case, fact: c.CaseUnmerged) -> Case:
    require(case, {CaseStatus.MERGED})
    return replace(_received_again(case, fact), merged_into=None)


def _closed(case: Case, fact: c.CaseClosed) -> Case:
    require_at_work(case)
    return replace(case, status=CaseStatus.CLOSED, closed_by=fact.closed_by)


def _cleared(case: Case, fact: c.EvidenceCleared) -> Case:
    if any(known.evidence_id == fact.evidence.evidence_id for known in case.evidence):
        return case
    return replace(case, evidence=(*case.evidence, fact.evidence))


def _accepted(case: Case, _: c.ReportAccepted) -> Case:
    """Also while an agency asks: the reporter may have said it before the question came."""
    if not case.asking:
        require(case, {CaseStatus.AWAITING_REPORTER})
    return replace(case, status=CaseStatus.CLOSED, closed_by=c.ClosedBy.REPORTER)


def _objected(case: Case, _: c.ReportObjected) -> Case:
    if case.asking:  # the agency owes an answer already, and now has this one
        return replace(case, objections=case.objections + 1)
    require(case, {CaseStatus.AWAITING_REPORTER, CaseStatus.CLOSED})
    reopened = case.status is CaseStatus.CLOSED
    return replace(
        back_to_work(case),
        objections=case.objections + 1,
        reopenings=case.reopenings + reopened,
        closed_by=None,
    )


def _replied(case: Case, _: c.ReportReplied) -> Case:
    if case.asking:
        return case  # it goes to the agency, and routing says that the question is answered
    require(case, {CaseStatus.AWAITING_REPORTER})
    return back_to_work(case)


def _withdrawn(case: Case, _: c.ReportWithdrawn) -> Case:
    require(case, UNDECIDED | AT_WORK)
    return replace(case, status=CaseStatus.WITHDRAWN)


def _appealed(case: Case, fact: c.ReportAppealed) -> Case:
    require(case, {CaseStatus.ARCHIVED})
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
    require(case, {CaseStatus.CLOSED})
    return replace(case, rating=fact.score)


def _referred(case: Case, fact: c.ReportReferralConsented) -> Case:
    if not case.escalated:
        raise Impossible("not offered")
    return replace(case, referral=fact)


def _expired(case: Case, fact: c.SlaExpired) -> Case:
    if fact.clock is ClockKind.REPLY:
        require(case, {CaseStatus.AWAITING_REPORTER})
        _current_run(fact, case.awaiting_since)
        return replace(case, status=CaseStatus.CLOSED, closed_by=c.ClosedBy.SYSTEM)
    if fact.clock is ClockKind.COMPLETION and case.asking:
        return case  # routing says that nobody answered, and the agency goes on with what it has
    if fact.clock is ClockKind.COMPLETION:
        require(case, {CaseStatus.ON_HOLD})
        _current_run(fact, case.held_at)
        return replace(
            case, status=CaseStatus.ARCHIVED, archive_reason=c.ArchiveReason.NOT_COMPLETED, message=None
        )
    if fact.clock is ClockKind.OMBUDSMAN:
        require_at_work(case)
        return replace(case, escalated=True)
    return case


def _warned(case: Case, fact: c.SlaWarning | c.SlaBreached) -> Case:
    """Says when verification is due, by the calendar as it has been amended."""
    if fact.clock is not ClockKind.VERIFICATION:
        return case
    require(case, {CaseStatus.RECEIVED})
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


_APPLY: dict[type[c.Fact], Callable[[Case, Any], Case]] = {
    c.ReportSubmitted: _submitted,
    c.EvidenceCleared: _cleared,
    c.ClarificationRequested: _held,
    c.ReportSupplemented: _supplemented,
    c.CaseVerified: _verified,
    c.CaseArchived: _archived,
    c.CaseMerged: _merged,
    c.CaseUnmerged: _unmerged,
    c.DispositionCreated: at_work.sent,
    c.DispositionAcknowledged: at_work.acknowledged,
    c.DispositionResponded: at_work.responded,
    c.DispositionCompleted: at_work.completed,
    c.DispositionReturned: at_work.left,
    c.DispositionRedirected: at_work.left,
    c.DispositionAsked: at_work.asked,
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
    c.ReportReferralConsented: _referred,
    c.DispositionReporterSaid: at_work.reporter_said,
}
_RANK = {fact: rank for rank, fact in enumerate(_APPLY)}

RECORDED = tuple(_APPLY)
"""The facts this service hears and keeps; its own decisions are recorded the same way."""

__all__ = ["AT_WORK", "RECORDED", "UNDECIDED", "Impossible", "fold"]
