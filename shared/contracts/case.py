"""Facts about the case. Said by verification alone, each with the case's version."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Fact
from shared.contracts.enums import ArchiveReason, CaseStatus, Classification, ClosedBy
from shared.contracts.report import EvidenceRef, Place


class CaseFact(Fact):
    """`case_version` grows by one with every change; a reader drops what is older than it knows."""

    case_version: int


class CaseVerified(CaseFact):
    type: ClassVar[str] = "case.verified"

    tracking_id: str
    title: str
    text: str
    classification: Classification
    category: str
    place: Place = Place()
    anonymous: bool
    secret: bool
    evidence: tuple[EvidenceRef, ...] = ()
    agencies: tuple[str, ...] = Field(
        (), description="Agencies the officer chose; none lets the rules decide."
    )
    round: int = Field(1, description="How often this case was sent out: 1, and one more per reopening.")


class ClarificationRequested(CaseFact):
    type: ClassVar[str] = "case.clarification-requested"
    question: str


class CaseArchived(CaseFact):
    type: ClassVar[str] = "case.archived"
    reason: ArchiveReason
    explanation: str


class CaseMerged(CaseFact):
    type: ClassVar[str] = "case.merged"
    into: UUID


class CaseUnmerged(CaseFact):
    type: ClassVar[str] = "case.unmerged"


class CaseStatusChanged(CaseFact):
    type: ClassVar[str] = "case.status-changed"

    tracking_id: str
    status: CaseStatus
    previous: CaseStatus | None = None
    anonymous: bool
    secret: bool
    closed_by: ClosedBy | None = None
    archive_reason: ArchiveReason | None = None
    message: str | None = Field(None, description="An officer's words to the reporter: a question, a reason.")
    appealed: bool = Field(False, description="The one appeal there is was made: an archiving is now final.")


class CaseClosed(CaseFact):
    type: ClassVar[str] = "case.closed"
    closed_by: ClosedBy


class CaseReopened(CaseFact):
    type: ClassVar[str] = "case.reopened"
    reason: str


class CaseEscalated(CaseFact):
    """The reporter may now take the case to the Ombudsman, and must consent (UU 37/2008)."""

    type: ClassVar[str] = "case.escalated"
    tracking_id: str
    body: str = "ombudsman"
    reason: str
