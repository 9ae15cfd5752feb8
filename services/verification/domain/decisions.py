"""What officers may decide about a case. Each returns the fact it makes true, or refuses with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.verification.domain.case import Case
from services.verification.domain.fold import AT_WORK, UNDECIDED
from shared.contracts import (
    ArchiveReason,
    CaseArchived,
    CaseClosed,
    CaseMerged,
    CaseStatus,
    CaseVerified,
    ClarificationRequested,
    Classification,
    ClosedBy,
    Place,
)


class Refused(Exception):
    """The decision does not fit the case as it stands; `allowed` are the statuses it fits."""

    def __init__(self, status: CaseStatus | None, allowed: Iterable[CaseStatus]) -> None:
        self.status = status
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"not possible while {status}")


@dataclass(frozen=True)
class Verification:
    """What a verifier fixes. `None` keeps what the reporter said; no agency lets the rules decide."""

    classification: Classification
    category: str
    title: str | None = None
    region: str | None = None
    anonymous: bool | None = None
    secret: bool | None = None
    agencies: tuple[str, ...] = ()


def verify(case: Case, decision: Verification, version: int, now: datetime) -> CaseVerified:
    """Send the case out. A verifier may hide more than the reporter asked for, never less."""
    _require(case, UNDECIDED)
    submission = case.submission
    assert submission is not None  # a case in UNDECIDED has been submitted
    place = (
        case.place if decision.region is None else case.place.model_copy(update={"region": decision.region})
    )
    return CaseVerified(
        report_id=case.report_id,
        occurred_at=now,
        case_version=version,
        tracking_id=submission.tracking_id,
        title=decision.title or case.title,
        text=case.text,
        classification=decision.classification,
        category=decision.category,
        place=Place.model_validate(place),
        anonymous=case.anonymous or bool(decision.anonymous),
        secret=case.secret or bool(decision.secret),
        evidence=case.evidence,
        agencies=decision.agencies,
        round=case.rounds + 1,
    )


def hold(case: Case, question: str, version: int, now: datetime) -> ClarificationRequested:
    """Ask the reporter for what is missing; the verification clock pauses."""
    _require(case, {CaseStatus.RECEIVED})
    return ClarificationRequested(
        report_id=case.report_id, occurred_at=now, case_version=version, question=question
    )


def archive(case: Case, reason: ArchiveReason, explanation: str, version: int, now: datetime) -> CaseArchived:
    """End the case without an agency, for a named reason that the reporter is told."""
    _require(case, UNDECIDED)
    return CaseArchived(
        report_id=case.report_id,
        occurred_at=now,
        case_version=version,
        reason=reason,
        explanation=explanation,
    )


def merge(case: Case, into: UUID, version: int, now: datetime) -> CaseMerged:
    """Let this case be answered by another; can be undone."""
    _require(case, UNDECIDED)
    return CaseMerged(report_id=case.report_id, occurred_at=now, case_version=version, into=into)


def close(case: Case, version: int, now: datetime) -> CaseClosed:
    """Accept the agency's completion on the reporter's behalf."""
    _require(case, AT_WORK)
    return CaseClosed(
        report_id=case.report_id, occurred_at=now, case_version=version, closed_by=ClosedBy.ADMINISTRATOR
    )


def _require(case: Case, allowed: Iterable[CaseStatus]) -> None:
    if case.status not in set(allowed):
        raise Refused(case.status, allowed)
