"""What a clock is: one run from its starting fact to whatever stopped it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.calendar import Limit, Pause, Zone
from shared.contracts import ClockKind

DUTIES = frozenset({ClockKind.VERIFICATION, ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT})
"""Something must be done in time, or it is a breach. The others are rights and waiting times: they expire."""

WARNED = DUTIES | {ClockKind.COMPLETION, ClockKind.REPLY}
"""Clocks that warn before they end. The reopening window and the way to the Ombudsman oblige nobody."""

HELD = DUTIES | {ClockKind.OMBUDSMAN}
"""Clocks that stand still while the reporter owes information."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of one clock. `started_by`, the starting fact's event id, and the kind are its identity."""

    kind: ClockKind
    started_by: UUID
    started_at: datetime
    round: int
    zone: Zone
    limit: Limit
    leg_id: UUID | None = None
    agency: str | None = None
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    region: str | None = None
    """Whose own free days count too, e.g. ``35.78``; None: the nation's alone."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact that cannot have happened where it stands: kept, told to operators, and without effect."""

    event_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks a case has had, in the order they started; `open` while somebody still owes something."""

    clocks: tuple[Clock, ...] = ()
    flags: tuple[Flag, ...] = ()
    open: bool = False
