"""What a leg is: one case at one agency; and the docket, all legs of one case."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from shared.calendar import Pause
from shared.contracts import (
    CaseStatus,
    CaseVerified,
    DispositionAsked,
    DispositionCreated,
    DispositionFact,
    EvidenceAttached,
    Fact,
    SlaExpired,
)


class LegState(StrEnum):
    """How far an agency has come with its leg."""

    CREATED = "created"
    DELEGATED = "delegated"
    """Handed to a unit, which has yet to say that it has it."""
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    COMPLETED = "completed"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    SETTLED = "settled"
    """The case has ended, or was sent out anew: nobody owes anything. A reopened case undoes it."""

    @property
    def label(self) -> str:
        """What people read, in Indonesian."""
        return _LABELS[self]


_LABELS = {
    LegState.CREATED: "Baru",
    LegState.DELEGATED: "Didelegasikan",
    LegState.ACKNOWLEDGED: "Diterima",
    LegState.ANSWERED: "Ditanggapi",
    LegState.COMPLETED: "Tuntas",
    LegState.RETURNED: "Dikembalikan",
    LegState.REDIRECTED: "Dialihkan",
    LegState.SETTLED: "Selesai",
}

LEFT = frozenset({LegState.RETURNED, LegState.REDIRECTED})
OWING = frozenset({LegState.CREATED, LegState.DELEGATED, LegState.ACKNOWLEDGED})
OPEN = OWING | {LegState.ANSWERED}
"""Not settled: something is still to be done, if only to finish."""


class Stage(StrEnum):
    """The states as supervisors ask for them."""

    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    PASSED_ON = "passed_on"

    @property
    def states(self) -> frozenset[LegState]:
        return _STAGES[self]


_STAGES = {
    Stage.WAITING: frozenset({LegState.CREATED, LegState.DELEGATED}),
    Stage.IN_PROGRESS: frozenset({LegState.ACKNOWLEDGED, LegState.ANSWERED}),
    Stage.DONE: frozenset({LegState.COMPLETED, LegState.SETTLED}),
    Stage.PASSED_ON: LEFT,
}


@dataclass(frozen=True)
class Entry:
    """A recorded fact: what routing was told, or what it said itself, with who caused it and why."""

    event_id: UUID
    fact: Fact
    actor: str | None = None
    note: str | None = None

    @property
    def at(self) -> datetime:
        """When it takes its place. A clock that ran out takes it when that was noticed: what was said until
        then was said in time, however late the timer was.
        """
        return self.fact.fired_at if isinstance(self.fact, SlaExpired) else self.fact.occurred_at


@dataclass(frozen=True)
class Leg:
    """`state` is the leg's own; the docket knows what it is now: the end of a case settles every leg."""

    created: DispositionCreated
    round: int
    state: LegState = LegState.CREATED
    version: int = 1
    unit: str | None = None
    answered_at: datetime | None = None
    """None until it answers, and again when the reporter is not content."""
    ever_answered: bool = False
    rests: tuple[Pause, ...] = ()
    """When nothing was owed: from a completion, or the case's end, until it went back to work; on hold."""
    asked: DispositionAsked | None = None
    """The agency's question that waits for the reporter's answer."""
    told: frozenset[UUID] = frozenset()
    """The reporter's words, by their event ids, that its agency has been told."""
    why: str = ""
    history: tuple[Entry, ...] = ()

    @property
    def leg_id(self) -> UUID:
        return self.created.leg_id

    @property
    def agency(self) -> str:
        return self.created.agency

    @property
    def hop(self) -> int:
        return self.created.hop

    @property
    def holder(self) -> str:
        """Who works on it: the unit if there is one. Always at or below `agency`."""
        return self.unit or self.agency


@dataclass(frozen=True)
class Docket:
    """One case as routing knows it; `status` is the newest it has heard of."""

    report_id: UUID
    verified: dict[int, CaseVerified] = field(default_factory=dict)
    """What was sent out, by round."""
    legs: dict[UUID, Leg] = field(default_factory=dict)
    status: CaseStatus | None = None
    case_version: int = 0
    ended_at: datetime | None = None
    """Since when the case has been at its end; None while it is not."""
    held_since: datetime | None = None
    """Since when an agency's question has waited for the reporter: no agency's time runs meanwhile."""
    words: tuple[Entry, ...] = ()
    """What the reporter said, and when their time to answer was over; earliest first."""
    evidence: dict[UUID, EvidenceAttached] = field(default_factory=dict)
    """The agencies' own files, checked, by their ids; earliest first."""
    heard_until: datetime | None = None
    """The time of the latest fact. What routing says next is later, whatever its clock shows."""

    @property
    def round(self) -> int:
        return max(self.verified, default=1)

    @property
    def ended(self) -> bool:
        return self.status is not None and self.status.final

    @property
    def working_legs(self) -> list[Leg]:
        """Those of the latest round that were not passed on."""
        return [leg for leg in self.legs.values() if leg.round == self.round and leg.state not in LEFT]

    @property
    def answered(self) -> bool:
        """Every agency that has the case has answered since the reporter last spoke."""
        return bool(self.working_legs) and all(leg.answered_at for leg in self.working_legs)

    def awaited_beside(self, leg: Leg) -> list[Leg]:
        """The other agencies' parts on which an answer is still to come."""
        return [one for one in self.working_legs if not one.answered_at and one.leg_id != leg.leg_id]

    @property
    def unsent(self) -> list[CaseVerified]:
        """Verified and not yet at any agency, earliest round first."""
        sent = {leg.round for leg in self.legs.values()}
        return [self.verified[number] for number in sorted(self.verified) if number not in sent]

    def state_of(self, leg: Leg) -> LegState:
        if leg.state not in LEFT and (self.ended or leg.round < self.round):
            return LegState.SETTLED
        return leg.state

    def tried(self, number: int) -> set[str]:
        """Every agency that has or had a leg in this round."""
        return {leg.agency for leg in self.legs.values() if leg.round == number}


@dataclass(frozen=True)
class Said:
    """A fact that follows, and why it does, for the record."""

    fact: DispositionFact
    note: str | None = None


def leg_id_of(report_id: UUID, agency: str, number: int, hop: int) -> UUID:
    """The same leg has the same id, however often it is asked for."""
    return uuid5(report_id, f"{agency}:{number}:{hop}")
