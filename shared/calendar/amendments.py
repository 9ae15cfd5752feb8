"""An amendment of the calendar as it is recorded, and why one is refused. Data only; see `Book.amended`."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.calendar.days import Day, Decree
from shared.calendar.regions import NATION, scopes_of
from shared.calendar.zones import Zone


class AmendmentConflict(ValueError):
    """Two amendments contradict each other on a date.

    ``theirs`` may also be an act in the reviewed file, or the file's version.
    """

    def __init__(self, ours: str, theirs: str, on: date, why: str) -> None:
        super().__init__(f"{ours} contradicts {theirs}: {on} {why}")
        self.ours, self.theirs, self.on = ours, theirs, on


class ImpossibleAmendment(ValueError):
    """An amendment that makes no sense by itself; ``field`` is where."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Amendment:
    """Days that became free, or ceased to be, in one scope (``indonesia``, ``35`` or ``35.78``).

    ``known_at``: since when this system knows it; ``decided``: when the act in ``source`` was signed. A date
    that is both removed and added is replaced: so an estimated day is confirmed, or a name corrected.
    ``known_through``: a yearly act completes the nation's free days up to this date.
    """

    id: str
    scope: str
    known_at: datetime
    author: str
    source: str
    decided: date
    added: tuple[Day, ...] = ()
    removed: tuple[date, ...] = ()
    known_through: date | None = None

    def days(self) -> tuple[Day, ...]:
        """The added days with the act that made them free."""
        decree = Decree(self.id, self.source, self.decided, self.known_through)
        return tuple(day if day.decree else replace(day, decree=decree) for day in self.added)

    def check(self) -> None:
        """Raises `ImpossibleAmendment` or `UnknownRegion`."""
        scopes_of(self.scope)
        if self.known_at.tzinfo is None:
            raise ImpossibleAmendment("known_at", "a moment needs a time zone")
        if self.decided > Zone.WIB.date_of(self.known_at):
            raise ImpossibleAmendment("decided", "an act cannot be known before it is signed")
        if not (self.added or self.removed or self.known_through):
            raise ImpossibleAmendment("added", "an amendment changes at least one day")
        for field, days in (("added", [day.date for day in self.added]), ("removed", list(self.removed))):
            if len(set(days)) != len(days):
                raise ImpossibleAmendment(field, "each date once")
        if self.known_through is not None and self.scope != NATION:
            raise ImpossibleAmendment("known_through", "only the nation's days are completed by the year")
