"""What the world must hear when a case has changed: the difference between what was said and what is."""

from dataclasses import dataclass
from datetime import datetime

from services.verification.domain.case import Case
from shared.contracts import (
    CaseClosed,
    CaseEscalated,
    CaseReopened,
    CaseStatus,
    CaseStatusChanged,
    ClosedBy,
    Fact,
)


@dataclass(frozen=True)
class Said:
    """What this service last told the others about a case."""

    version: int = 0
    status: CaseStatus | None = None
    closed_by: ClosedBy | None = None
    reopenings: int = 0
    escalated: bool = False


def consequences(said: Said, case: Case, now: datetime) -> tuple[Said, list[Fact]]:
    """The facts that follow from the case as it is now, and what has been said once they are out."""
    if case.status is None or case.submission is None:
        return said, []
    facts: list[Fact] = []
    version = said.version
    if (case.status, case.closed_by, case.reopenings) != (said.status, said.closed_by, said.reopenings):
        version += 1
        facts.append(_status_changed(said, case, version, now))
        if case.reopenings > said.reopenings:
            facts.append(
                CaseReopened(
                    report_id=case.report_id,
                    occurred_at=now,
                    case_version=version,
                    reason="objection of the reporter",
                )
            )
        if case.status is CaseStatus.CLOSED and case.closed_by in {ClosedBy.REPORTER, ClosedBy.SYSTEM}:
            facts.append(
                CaseClosed(
                    report_id=case.report_id, occurred_at=now, case_version=version, closed_by=case.closed_by
                )
            )
    if case.escalated and not said.escalated:
        version += 1
        facts.append(
            CaseEscalated(
                report_id=case.report_id,
                occurred_at=now,
                case_version=version,
                tracking_id=case.submission.tracking_id,
                reason="not settled within 60 working days",
            )
        )
    return Said(version, case.status, case.closed_by, case.reopenings, case.escalated), facts


def _status_changed(said: Said, case: Case, version: int, now: datetime) -> CaseStatusChanged:
    assert case.status is not None and case.submission is not None
    return CaseStatusChanged(
        report_id=case.report_id,
        occurred_at=now,
        case_version=version,
        tracking_id=case.submission.tracking_id,
        status=case.status,
        previous=said.status,
        anonymous=case.anonymous,
        secret=case.secret,
        closed_by=case.closed_by,
        archive_reason=case.archive_reason,
        message=case.message,
        appealed=case.appeal is not None,
        by_answer=case.changed_by_an_answer,
    )
