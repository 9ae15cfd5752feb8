"""What verification officers send, and what they are answered."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.verification.domain.catalogue import catalogue
from shared.contracts import ArchiveReason, CaseStatus, Classification
from shared.web.fields import PlainText

Region = Annotated[str, Field(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")]
AgencyPath = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]


class Command(BaseModel):
    """`version` is the case's version that the officer saw; a newer one refuses the decision."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    version: int | None = None


class VerificationCommand(Command):
    classification: Classification
    category: PlainText = Field(min_length=2, max_length=80)
    title: PlainText | None = Field(None, min_length=5, max_length=200)
    region: Region | None = None
    anonymous: bool | None = None
    secret: bool | None = None
    secrecy_reason: PlainText | None = Field(
        None,
        min_length=10,
        max_length=500,
        description="Why a report that names people is not secret; needed with `secret: false`.",
    )
    agencies: list[AgencyPath] = Field(default=[], max_length=10)


class ClarificationCommand(Command):
    """A question of the catalogue, the officer's own words, or both."""

    question_id: str | None = Field(None, max_length=40)
    question: PlainText | None = Field(None, min_length=10, max_length=1000)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.question_id is None and self.question is None:
            raise ValueError("isi question_id atau question|give question_id or question")
        if self.question_id is not None and self.question_id not in catalogue().questions:
            known = ", ".join(catalogue().questions)
            raise ValueError(f"question_id tidak ada di katalog: {known}|question_id is none of: {known}")
        return self

    @property
    def to_reporter(self) -> str:
        if self.question_id is None:
            return self.question or ""
        return catalogue().questions[self.question_id].to_reporter(self.question)


class ArchivingCommand(Command):
    """A reason of the catalogue; the officer's own explanation stands in place of the catalogue's."""

    reason: ArchiveReason
    explanation: PlainText | None = Field(None, min_length=10, max_length=1000)

    @property
    def to_reporter(self) -> str:
        return self.explanation or catalogue().reasons[self.reason].to_reporter()


class MergingCommand(Command):
    into: UUID


class UnmergingCommand(Command):
    """Why the case is looked at on its own again; stays in its history."""

    reason: PlainText = Field(min_length=10, max_length=500)


class CaseLine(BaseModel):
    """A case as the queue shows it. A secret one shows no title: whoever opens it is written down."""

    report_id: UUID
    tracking_id: str
    version: int
    status: CaseStatus
    title: str | None
    category: str | None
    classification: Classification | None
    region: str | None
    channel: str
    anonymous: bool
    secret: bool
    secret_proposed: bool = Field(description="Its words name people; an officer says whether it is secret.")
    escalated: bool
    unproven: bool = Field(description="An agency has completed it without evidence, for a reason it gave.")
    submitted_at: datetime
    due_at: datetime | None = Field(description="When its verification is due; null where it waits for none.")
    working_days_left: int | None = Field(description="Negative where the deadline has passed.")
    claimed_until: datetime | None = Field(description="An officer has it until then.")
    claimed_by_me: bool
    supporters: int = Field(description='Who else said "me too".')
    members: int = Field(description="Cases that joined this one and are answered with it.")


class CasePage(BaseModel):
    """A page of the queue."""

    cases: list[CaseLine]
    next: str | None = Field(description="The marker of the next page; null on the last.")


class Decided(BaseModel):
    """The case after a decision."""

    report_id: UUID
    status: CaseStatus
    version: int


class ClaimTaken(BaseModel):
    """The case is this officer's until then, or until it is decided or released."""

    report_id: UUID
    claimed_until: datetime


class Outcome(BaseModel):
    """What became of one decision of several; `problem` is what it would have been refused with alone."""

    report_id: str | None
    status: int
    decided: Decided | None = None
    problem: dict[str, Any] | None = None
