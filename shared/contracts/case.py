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
    """An officer has classified the case and sent it on: routing now finds who has it."""

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
    """The case waits for what an officer asked its reporter; its clocks pause."""

    type: ClassVar[str] = "case.clarification-requested"
    question: str


class CaseArchived(CaseFact):
    """The case ends here, for a reason that its reporter reads and may appeal once."""

    type: ClassVar[str] = "case.archived"
    reason: ArchiveReason
    explanation: str


class CaseMerged(CaseFact):
    """The case joined another one, which answers for it."""

    type: ClassVar[str] = "case.merged"
    into: UUID


class CaseUnmerged(CaseFact):
    """The case left its cluster and waits for its own verification again."""

    type: ClassVar[str] = "case.unmerged"


class CaseStatusChanged(CaseFact):
    """What readers of a status go by: the newest `version` holds."""

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
    by_answer: bool = Field(
        False, description="An agency's answer changed it; who hears of the answer need not hear of this."
    )


class CaseClosed(CaseFact):
    """The case was answered and is over; it can be reopened for ten working days."""

    type: ClassVar[str] = "case.closed"
    closed_by: ClosedBy


class CaseReopened(CaseFact):
    """A case that was over is at work again."""

    type: ClassVar[str] = "case.reopened"
    reason: str


class CaseEscalated(CaseFact):
    """The reporter may now take the case to the Ombudsman, and must consent (UU 37/2008)."""

    type: ClassVar[str] = "case.escalated"
    tracking_id: str
    body: str = "ombudsman"
    reason: str


class LeadStatusChanged(CaseFact):
    """The case that answers for this merged one too has a new status: one answer reaches all."""

    type: ClassVar[str] = "case.lead-status-changed"
    tracking_id: str = Field(description="Of the merged case itself.")
    lead_tracking_id: str | None = Field(None, description="None where the lead is secret.")
    status: CaseStatus = Field(description="Of the lead.")
    answer: str | None = Field(
        None, description="What the agencies answered, with names masked; None where the lead is secret."
    )
    anonymous: bool
    secret: bool


class SupportedStatusChanged(CaseFact):
    """What somebody supports has a new status. `report_id` is the supporter's id, as of their contact."""

    type: ClassVar[str] = "case.supported-status-changed"
    tracking_id: str = Field(description="Of the supported report, which is public.")
    status: CaseStatus
    answer: str | None = Field(None, description="What the agencies answered, with names masked.")
    anonymous: bool = False
    secret: bool = False


class CaseRatingRequested(CaseFact):
    """Some days after the closing its reporter is asked how it was, independently of the agency."""

    type: ClassVar[str] = "case.rating-requested"
    tracking_id: str
    anonymous: bool
    secret: bool
