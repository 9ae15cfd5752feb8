"""What intake remembers of a fact: the few fields that people read, keyed by the fact's own id.

A moment is written once and never changed; what they add up to is `progress`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared import contracts as c


class Kind(StrEnum):
    """What happened. The order is that of causes: it decides between moments of the same instant."""

    SUPPLEMENTED = "supplemented"
    EVIDENCE = "evidence"
    EVIDENCE_REFUSED = "evidence_refused"
    VERIFIED = "verified"
    STATUS = "status"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DELEGATED = "delegated"
    ASKED = "asked"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    COMPLETED = "completed"
    REPLIED = "replied"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    BREACHED = "breached"
    EXPIRED = "expired"
    ESCALATED = "escalated"
    REOPENED = "reopened"
    LEAD = "lead"
    """The report that answers for this one, which joined it, has a new status."""
    RATED = "rated"
    REFERRED = "referred"


@dataclass(frozen=True)
class Moment:
    """One remembered fact; `data` holds JSON values only."""

    event_id: UUID
    kind: Kind
    at: datetime
    data: Mapping[str, Any]


def moment_of(event_id: UUID, fact: c.Fact) -> Moment:
    """The moment of a fact named in `REMEMBERED`."""
    kind, data = _MAKERS[type(fact)]
    values = {key: value for key, value in data(fact).items() if value is not None}
    return Moment(event_id, kind, fact.occurred_at, values)


def _status(fact: c.CaseStatusChanged) -> dict[str, Any]:
    return {
        "version": fact.case_version,
        "status": fact.status.value,
        "previous": fact.previous and fact.previous.value,
        "closed_by": fact.closed_by and fact.closed_by.value,
        "archive_reason": fact.archive_reason and fact.archive_reason.value,
        "message": fact.message,
    }


def _lead(fact: c.LeadStatusChanged) -> dict[str, Any]:
    return {"version": fact.case_version, "status": fact.status.value, "text": fact.answer}


def _verified(fact: c.CaseVerified) -> dict[str, Any]:
    return {
        "version": fact.case_version,
        "title": fact.title,
        "category": fact.category,
        "classification": fact.classification.value,
    }


def _version(fact: Any) -> dict[str, Any]:
    return {"version": fact.case_version}


def _leg(fact: Any) -> dict[str, Any]:
    return {
        "leg_id": str(fact.leg_id),
        "leg_version": fact.leg_version,
        "agency": fact.agency,
        "agency_name": getattr(fact, "agency_name", None),
        "hop": getattr(fact, "hop", None),
        "case_answered": getattr(fact, "case_answered", None),
        "text": getattr(fact, "text", None) if not isinstance(fact, c.DispositionCreated) else None,
        "unit": getattr(fact, "to_unit", None),
        "to_leg_id": str(fact.to_leg_id) if isinstance(fact, c.DispositionRedirected) else None,
    }


def _completed(fact: c.DispositionCompleted) -> dict[str, Any]:
    shown = [str(one.evidence_id) for one in fact.evidence] or None
    return {**_leg(fact), "evidence": shown, "without_evidence": fact.without_evidence}


def _clock(fact: c.SlaFact) -> dict[str, Any]:
    return {
        "clock": fact.clock.value,
        "agency": fact.agency,
        "leg_id": str(fact.leg_id) if fact.leg_id else None,
        "round": fact.round,
    }


def _word(fact: Any) -> dict[str, Any]:
    return {
        "version": fact.case_version,
        "text": getattr(fact, "text", None) or getattr(fact, "comment", None),
        "score": getattr(fact, "score", None),
    }


def _evidence(fact: c.EvidenceCleared) -> dict[str, Any]:
    return {"evidence_id": str(fact.evidence.evidence_id)}


def _refused(fact: c.EvidenceRejected) -> dict[str, Any]:
    return {"evidence_id": str(fact.evidence_id), "reason": fact.reason}


_MAKERS: dict[type[c.Fact], tuple[Kind, Callable[[Any], dict[str, Any]]]] = {
    c.CaseStatusChanged: (Kind.STATUS, _status),
    c.CaseVerified: (Kind.VERIFIED, _verified),
    c.CaseEscalated: (Kind.ESCALATED, _version),
    c.CaseReopened: (Kind.REOPENED, _version),
    c.LeadStatusChanged: (Kind.LEAD, _lead),
    c.DispositionCreated: (Kind.SENT, _leg),
    c.DispositionAcknowledged: (Kind.ACKNOWLEDGED, _leg),
    c.DispositionDelegated: (Kind.DELEGATED, _leg),
    c.DispositionAsked: (Kind.ASKED, _leg),
    c.DispositionReturned: (Kind.RETURNED, _leg),
    c.DispositionRedirected: (Kind.REDIRECTED, _leg),
    c.DispositionResponded: (Kind.ANSWERED, _leg),
    c.DispositionCompleted: (Kind.COMPLETED, _completed),
    c.SlaBreached: (Kind.BREACHED, _clock),
    c.SlaExpired: (Kind.EXPIRED, _clock),
    c.ReportSupplemented: (Kind.SUPPLEMENTED, _word),
    c.ReportReplied: (Kind.REPLIED, _word),
    c.ReportAccepted: (Kind.ACCEPTED, _word),
    c.ReportObjected: (Kind.OBJECTED, _word),
    c.ReportWithdrawn: (Kind.WITHDRAWN, _word),
    c.ReportAppealed: (Kind.APPEALED, _word),
    c.ReportRated: (Kind.RATED, _word),
    c.ReportReferralConsented: (Kind.REFERRED, _word),
    c.EvidenceCleared: (Kind.EVIDENCE, _evidence),
    c.EvidenceRejected: (Kind.EVIDENCE_REFUSED, _refused),
}

OWN = frozenset(
    {
        Kind.SUPPLEMENTED,
        Kind.REPLIED,
        Kind.ACCEPTED,
        Kind.OBJECTED,
        Kind.WITHDRAWN,
        Kind.APPEALED,
        Kind.RATED,
        Kind.REFERRED,
        Kind.EVIDENCE,
        Kind.EVIDENCE_REFUSED,
    }
)
"""What the reporter did, and intake itself wrote down."""

HEARD = tuple(fact for fact, (kind, _) in _MAKERS.items() if kind not in OWN)
"""The facts of other services that are remembered."""
