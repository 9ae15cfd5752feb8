"""A case's clocks while its facts are being read: how runs start, stop, pause and resume.

Mutable, and local to one fold: nothing outside `fold` ever sees it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.sla.domain.clocks import HELD, Clock, Flag
from services.sla.domain.facts import UNDONE, Recorded
from shared.calendar import Limit, Limits, NoLimit, Pause, Zone
from shared.contracts import CaseStatus, Classification, ClockKind

NATIONAL = Zone.WIB
"""Where the national verification team sits; the zone of every clock that no agency's leg has."""

ENDS = frozenset({"case.closed", "case.merged", "case.status-changed"})
"""The facts that end a case and can be undone."""


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two moments; None is later than any."""
    return min((moment for moment in (one, other) if moment is not None), default=None)


class Impossible(Exception):
    """This fact cannot happen to a case in this state."""


@dataclass(slots=True)
class Run:
    """A clock from its start to its stop, with its pauses."""

    clock: Clock
    classification: Classification | None = None
    pauses: list[Pause] = field(default_factory=list)
    stopped_at: datetime | None = None
    stopped_by: str | None = None

    def stop(self, fact: Recorded) -> None:
        if self.stopped_at is None:
            self.stopped_at, self.stopped_by = fact.occurred_at, fact.type

    def resume(self, fact: Recorded) -> None:
        """Run on, and give back the days since the stop."""
        if self.stopped_at is not None:
            self.pauses.append(Pause(self.stopped_at, fact.occurred_at))
            self.stopped_at = self.stopped_by = None

    def frozen(self, holds: list[Pause], limit: Limit) -> Clock:
        clock = self.clock
        pauses = [*self.pauses, *(holds if clock.kind in HELD else ())]
        if self.stopped_at is not None:
            stop = self.stopped_at
            pauses = [Pause(p.begin, min(p.end or stop, stop)) for p in pauses if p.begin <= stop]
        mattering = sorted(
            (p for p in pauses if p.end is None or p.end > clock.started_at), key=lambda p: p.begin
        )
        return replace(
            clock,
            limit=limit,
            pauses=tuple(mattering),
            stopped_at=self.stopped_at,
            stopped_by=self.stopped_by,
        )


@dataclass(slots=True)
class Leg:
    """What the clocks of an agency depend on."""

    agency: str
    zone: Zone
    region: str | None = None
    active: bool = True
    answered: bool = False
    """Since the reporter last spoke, and since its agency last asked."""
    completed: bool = False
    asking: bool = False
    """Its agency's question waits for the reporter's answer."""


class State:
    """A case while its facts are folded."""

    def __init__(self, limits: Limits, known_at: datetime | None = None) -> None:
        self.limits = limits
        self.known_at = known_at
        self.runs: list[Run] = []
        self.legs: dict[UUID, Leg] = {}
        self.flags: list[Flag] = []
        self.holds: list[Pause] = []
        self.submitted_at: datetime | None = None
        self.ended: CaseStatus | None = None
        self.ended_at: datetime | None = None
        self.taken_back: CaseStatus | None = None
        self.appealed = False

    def start(
        self,
        kind: ClockKind,
        fact: Recorded,
        zone: Zone = NATIONAL,
        region: str | None = None,
        *,
        of_leg: bool = False,
    ) -> None:
        leg_id = fact.leg_id if of_leg else None
        agency = fact.agency if of_leg else None
        classification = fact.classification if of_leg else None  # until then it is only believed
        try:
            limit = self.limits.limit_for(
                kind,
                classification,
                agency=agency,
                started_at=zone.date_of(fact.occurred_at),
                known_at=self.known_at,
            )
        except (NoLimit, OverflowError) as error:
            self.flags.append(Flag(fact.event_id, str(error)))
            return
        number = 1 + sum(run.clock.kind is kind and run.clock.leg_id == leg_id for run in self.runs)
        clock = Clock(
            kind, fact.event_id, fact.occurred_at, number, zone, limit, leg_id, agency, region=region
        )
        self.runs.append(Run(clock, classification))

    def frozen(self) -> tuple[Clock, ...]:
        """Every run as it stands; one that has stopped is held to the limit known when it stopped."""
        return tuple(run.frozen(self.holds, self._limit_of(run)) for run in self.runs)

    def _limit_of(self, run: Run) -> Limit:
        clock = run.clock
        if run.stopped_at is None:
            return clock.limit
        try:
            return self.limits.limit_for(
                clock.kind,
                run.classification,
                agency=clock.agency,
                started_at=clock.zone.date_of(clock.started_at),
                known_at=earlier(run.stopped_at, self.known_at),
            )
        except NoLimit:  # there was none yet: the first that came holds
            return clock.limit

    def running(self, *kinds: ClockKind) -> list[Run]:
        return [run for run in self.runs if run.stopped_at is None and (not kinds or run.clock.kind in kinds)]

    def stop(self, fact: Recorded, *kinds: ClockKind, leg_id: UUID | None = None) -> None:
        for run in self.running(*kinds):
            if leg_id is None or run.clock.leg_id == leg_id:
                run.stop(fact)

    @property
    def on_hold(self) -> bool:
        return bool(self.holds) and self.holds[-1].end is None

    def release(self, fact: Recorded) -> None:
        if self.on_hold:
            self.holds[-1] = Pause(self.holds[-1].begin, fact.occurred_at)

    @property
    def asking(self) -> bool:
        """The hold is an agency's, not the verification team's."""
        return any(leg.asking for leg in self.legs.values())

    def unasked(self, fact: Recorded, leg: Leg) -> None:
        """A leg's question waits no longer; with the last of them, the hold ends."""
        if not leg.asking:
            return
        leg.asking = False
        if not self.asking:
            self.release(fact)
            self.stop(fact, ClockKind.COMPLETION)

    def must_be_open(self) -> None:
        if self.ended is not None:
            raise Impossible(f"the case was already {self.ended}")

    def leg(self, fact: Recorded) -> Leg:
        leg = self.legs.get(fact.leg_id) if fact.leg_id else None
        if leg is None:
            raise Impossible("no such leg")
        if not leg.active:
            raise Impossible("the leg had already left this agency")
        return leg

    @property
    def answered(self) -> bool:
        """Every agency that has the case has answered: it is the reporter's turn."""
        active = [leg for leg in self.legs.values() if leg.active]
        return bool(active) and all(leg.answered for leg in active)

    def back_to_work(self, fact: Recorded) -> None:
        """The agencies that have the case owe another answer: their settlement runs on."""
        for leg_id, leg in self.legs.items():
            if leg.active:
                leg.answered = leg.completed = False
                self.resume_last(fact, ClockKind.SETTLEMENT, leg_id)
        self.resume_last(fact, ClockKind.OMBUDSMAN, None)

    def resume_last(self, fact: Recorded, kind: ClockKind, leg_id: UUID | None) -> None:
        runs = [run for run in self.runs if run.clock.kind is kind and run.clock.leg_id == leg_id]
        if runs:
            runs[-1].resume(fact)

    def rest_if_settled(self, fact: Recorded) -> None:
        """Once every agency that has the case has completed, nobody is kept waiting by them."""
        active = [leg for leg in self.legs.values() if leg.active]
        if active and all(leg.completed for leg in active):
            self.stop(fact, ClockKind.OMBUDSMAN)

    def reopen_legs(self, fact: Recorded) -> None:
        for run in self.stopped_by_the_end():
            leg = self.legs.get(run.clock.leg_id) if run.clock.leg_id else None
            if run.clock.kind is ClockKind.FIRST_RESPONSE and leg is not None and leg.active:
                run.resume(fact)
        self.back_to_work(fact)

    def end(self, fact: Recorded, status: CaseStatus) -> None:
        self.ended, self.ended_at, self.taken_back = status, fact.occurred_at, None
        for leg in self.legs.values():
            leg.asking = False
        self.release(fact)
        self.stop(fact)

    def take_back(self, fact: Recorded) -> None:
        """An end that never was one: what a time's being over had ended, and a word that came late had
        prevented. Whoever undid an end by a fact of its own (a reopening, an appeal) has done all of this.
        """
        if self.ended not in UNDONE:
            return
        self.stop(fact, ClockKind.REOPENING)
        for run in self.stopped_by_the_end():
            run.resume(fact)
        if self.running(ClockKind.COMPLETION):
            self.holds.append(Pause(fact.occurred_at, None))
        self.ended, self.taken_back = None, self.ended

    def stopped_by_the_end(self) -> list[Run]:
        return [run for run in self.runs if run.stopped_by in ENDS and run.stopped_at == self.ended_at]
