"""A limit, and an amendment that brings one: data with its legal source, and why it is refused."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.calendar.amendments import ImpossibleAmendment
from shared.calendar.days import Unit
from shared.calendar.escalation import Basis
from shared.calendar.zones import Zone, zone_of
from shared.contracts.enums import Classification, ClockKind


class NoLimit(LookupError):
    """No limit was in force for this clock (and classification) on this day."""

    @classmethod
    def of(cls, clock: ClockKind, classification: Classification | None) -> "NoLimit":
        kind = f" ({classification})" if classification else ""
        return cls(f"no limit in force for {clock}{kind}")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit with its legal source; without a classification it holds for all of them.

    ``agency``: the path under which it holds (``35.3578`` and everything below), only where it is stricter
    than the nation's. ``applies_to_running``: clocks that started before ``effective_from`` take it up too.
    ``known_at``: since when; without one it always was.
    """

    clock: ClockKind
    classification: Classification | None
    days: int
    unit: Unit
    basis: Basis
    source: str
    effective_from: date
    agency: str | None = None
    applies_to_running: bool = False
    known_at: datetime | None = None

    def known(self, at: datetime | None) -> bool:
        return at is None or self.known_at is None or self.known_at <= at


@dataclass(frozen=True, slots=True)
class PolicyAmendment:
    """A limit that came, known since ``known_at``. It never edits another: the later in effect wins."""

    id: str
    known_at: datetime
    author: str
    source: str
    limit: Limit
    applies_to_running: bool = False

    def check(self) -> None:
        """Raises `ImpossibleAmendment`, or `UnknownRegion` for an agency that lies nowhere."""
        if self.limit.agency is not None:
            zone_of(self.limit.agency)
        if self.known_at.tzinfo is None:
            raise ImpossibleAmendment("known_at", "a moment needs a time zone")
        if self.limit.days < 1:
            raise ImpossibleAmendment("days", "a limit is one day or more")
        if self.applies_to_running and self.limit.effective_from > Zone.WIB.date_of(self.known_at):
            # Otherwise a running clock would be judged by a rule before the rule holds.
            raise ImpossibleAmendment(
                "effective_from", "what moves running clocks is recorded once it has taken effect"
            )

    @property
    def as_limit(self) -> Limit:
        return replace(self.limit, applies_to_running=self.applies_to_running, known_at=self.known_at)
