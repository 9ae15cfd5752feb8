"""What a case is: the value that its facts add up to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.contracts import (
    ArchiveReason,
    CaseStatus,
    Classification,
    ClosedBy,
    DispositionCompleted,
    DispositionResponded,
    EvidenceRef,
    Fact,
    Place,
    ReportReferralConsented,
    ReportSubmitted,
    SlaExpired,
)


@dataclass(frozen=True)
class Entry:
    """A recorded fact: what the case is told by others, or what an officer decided."""

    event_id: UUID
    fact: Fact
    officer: str | None = None
    note: str | None = None
    """Why, where the officer had to say so."""

    @property
    def at(self) -> datetime:
        """When it takes its place in the case. A clock that ran out takes it when that was noticed: whoever
        spoke or decided before, did so in time, however late the timer was.
        """
        return self.fact.fired_at if isinstance(self.fact, SlaExpired) else self.fact.occurred_at


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
    question: str | None = None
    """What its agency has asked the reporter, while that waits for an answer."""
    asked_at: datetime | None = None
    without_evidence: str | None = None
    """Why its latest completion shows nothing, in the agency's words."""
    passed_on: bool = False
    """It left while the case was at work: whoever has it next owes the answer."""
    goes_to: UUID | None = None
    """The leg of whoever has it next, once that is known."""

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
    waiting_since: datetime | None = None
    """When this run of the verification clock began: submission, supplement to a question, appeal."""
    told_due: datetime | None = None
    """When this run ends, as sla said; None while it has not."""
    objections: int = 0
    closed_by: ClosedBy | None = None
    archive_reason: ArchiveReason | None = None
    message: str | None = None
    merged_into: UUID | None = None
    escalated: bool = False
    reopenings: int = 0
    rating: int | None = None
    appeal: str | None = None
    """Why the reporter asked for another look. There is one appeal: a second archiving is final."""
    barred: str | None = None
    """The officer whose archiving was appealed, who must not decide again; None if a clock archived it."""
    referral: ReportReferralConsented | None = None
    """The reporter's consent to its going to the Ombudsman."""
    history: tuple[Step, ...] = ()

    @property
    def active_legs(self) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.active]

    @property
    def unproven(self) -> bool:
        """An agency has completed its part without showing anything of it."""
        return any(leg.state is LegState.COMPLETED and leg.without_evidence for leg in self.active_legs)

    @property
    def questions(self) -> list[Leg]:
        """The legs whose agencies wait for the reporter's answer, the latest question last."""
        asking = [leg for leg in self.active_legs if leg.asked_at is not None]
        return sorted(asking, key=lambda leg: (leg.asked_at, leg.leg_id))

    @property
    def asking(self) -> bool:
        """The case is on hold because an agency asked the reporter, not because it is yet to be verified."""
        return self.status is CaseStatus.ON_HOLD and bool(self.questions)

    @property
    def on_its_way(self) -> bool:
        """An agency gave its part back, and the next one's leg has not been heard of yet."""
        return any(leg.passed_on and leg.goes_to not in self.legs for leg in self.legs.values())

    @property
    def answered(self) -> bool:
        """Every agency that has the case, or is about to, has answered since the reporter last spoke."""
        legs = self.active_legs
        return bool(legs) and all(leg.answered_at for leg in legs) and not self.on_its_way

    @property
    def changed_by_an_answer(self) -> bool:
        """Whether it was an agency's answer that gave the case its status."""
        changes = (step.entry.fact for step in reversed(self.history) if step.before is not step.after)
        return isinstance(next(changes, None), DispositionResponded | DispositionCompleted)

    @property
    def awaiting_since(self) -> datetime | None:
        """When the last answer came: the reporter's reply clock runs from then."""
        times = [leg.answered_at for leg in self.active_legs if leg.answered_at]
        return max(times) if times else None

    def after_all_this(self, now: datetime) -> datetime:
        """When a decision made now takes place: after every fact it was made on, also where another
        machine's clock runs ahead or the decision had to wait for them. Otherwise it might change nothing.
        """
        latest = max((step.entry.at for step in self.history), default=None)
        return now if latest is None or latest < now else latest + timedelta(microseconds=1)

    @property
    def archived_by(self) -> str | None:
        """The officer who last archived the case; None if a clock did, or nobody."""
        steps = (step for step in reversed(self.history) if step.after is CaseStatus.ARCHIVED != step.before)
        return next((step.entry.officer for step in steps), None)

    @property
    def text(self) -> str:
        """The report's words, with the answers to its category's questions and what was supplemented."""
        submission = self.submission
        answers = (submission.answers or ()) if submission else ()
        parts = [
            submission.text if submission else "",
            "\n".join(f"{answer.label.rstrip('?')}: {answer.value}" for answer in answers),
            *self.supplements,
        ]
        return "\n\n".join(part for part in parts if part)
