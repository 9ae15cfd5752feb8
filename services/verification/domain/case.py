"""What a case is: the value that its facts add up to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts import (
    ArchiveReason,
    CaseStatus,
    Classification,
    ClosedBy,
    EvidenceRef,
    Fact,
    Place,
    ReportSubmitted,
)


@dataclass(frozen=True)
class Entry:
    """A recorded fact: what the case is told by others, or what an officer decided."""

    event_id: UUID
    fact: Fact
    officer: str | None = None


class LegState(StrEnum):
    """How far one agency has come with its leg."""

    CREATED = "created"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    COMPLETED = "completed"
    LEFT = "left"
    """Returned or redirected: no longer this agency's."""


@dataclass(frozen=True)
class Leg:
    """One agency's part in the case; `answered_at` is None until it answers, and again after an objection."""

    leg_id: UUID
    agency: str
    state: LegState
    answered_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state is not LegState.LEFT


@dataclass(frozen=True)
class Step:
    """One line of the case's history; `refused` says why a fact changed nothing."""

    entry: Entry
    before: CaseStatus | None
    after: CaseStatus | None
    refused: str | None = None


@dataclass(frozen=True)
class Case:
    """The state of one case. `status` is None while its submission has not been heard of yet."""

    report_id: UUID
    submission: ReportSubmitted | None = None
    status: CaseStatus | None = None
    title: str = ""
    category: str | None = None
    classification: Classification | None = None
    place: Place = field(default_factory=Place)
    anonymous: bool = True
    secret: bool = True
    evidence: tuple[EvidenceRef, ...] = ()
    supplements: tuple[str, ...] = ()
    legs: dict[UUID, Leg] = field(default_factory=dict)
    rounds: int = 0
    holds: int = 0
    held_at: datetime | None = None
    objections: int = 0
    closed_by: ClosedBy | None = None
    archive_reason: ArchiveReason | None = None
    message: str | None = None
    merged_into: UUID | None = None
    escalated: bool = False
    reopenings: int = 0
    rating: int | None = None
    history: tuple[Step, ...] = ()

    @property
    def active_legs(self) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.active]

    @property
    def answered(self) -> bool:
        """Every agency that has the case has answered since the reporter last spoke."""
        legs = self.active_legs
        return bool(legs) and all(leg.answered_at for leg in legs)

    @property
    def awaiting_since(self) -> datetime | None:
        """When the last answer came: the reporter's reply clock runs from then."""
        times = [leg.answered_at for leg in self.active_legs if leg.answered_at]
        return max(times) if times else None

    @property
    def text(self) -> str:
        """The report's words, with what was supplemented."""
        parts = [self.submission.text if self.submission else "", *self.supplements]
        return "\n\n".join(part for part in parts if part)
