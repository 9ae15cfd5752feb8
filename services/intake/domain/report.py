"""A report as it is filed and as it is kept. Never holds who filed it: the contact is sealed elsewhere."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.calendar import UnknownRegion, Zone, zone_of
from shared.calendar.in_force import in_force
from shared.contracts import Channel, Classification, ClockKind, Place, ReportAnswer

TITLE_LENGTH = 60
"""Characters of a title that is made from a text, in channels that know no titles."""


@dataclass(frozen=True)
class Filing:
    """What a channel hands over: checked by the channel, not yet a report."""

    channel: Channel
    title: str
    text: str
    category: str | None = None
    classification: Classification | None = None
    event_date: date | None = None
    place: Place = field(default_factory=Place)
    agency_hint: str | None = None
    anonymous: bool = False
    secret: bool = False
    answers: tuple[ReportAnswer, ...] = ()
    """To the questions of its category."""


@dataclass(frozen=True)
class Report:
    """A filed report. `secret` grows: once the reporter or a verifier hides it, it stays hidden."""

    report_id: UUID
    tracking_id: str
    filing: Filing
    filed_at: datetime
    deadline: datetime
    secret: bool

    @property
    def zone(self) -> Zone:
        return zone_at(self.filing.place)


def zone_at(place: Place) -> Zone:
    """Where a report's moments are told as they are on the clocks there; Jakarta where no place is named."""
    try:
        return zone_of(place.region) if place.region else Zone.WIB
    except UnknownRegion:
        return Zone.WIB


VERIFIERS = Zone.WIB
"""Where the national team verifies, whose working days count until an agency has a report. The clocks are
counted so, and what a receipt promises has to be what they hold to.
"""


def verification_deadline(filed_at: datetime, zone: Zone = VERIFIERS) -> datetime:
    """When the report is to be verified at the latest, by the limit in force that day."""
    day = zone.date_of(filed_at)
    due = in_force().calendar().deadline_after(day, limit_days(ClockKind.VERIFICATION, day), zone).due_at
    return due.astimezone(zone.tz)


def limit_days(clock: ClockKind, day: date) -> int:
    """Working days of a general limit that is in force on `day`."""
    return in_force().days(clock, day)


def title_of(text: str) -> str:
    """The first words of a text, cut between words where possible."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    head = line[:TITLE_LENGTH]
    cut = head.rfind(" ")
    return (head[:cut] if cut > TITLE_LENGTH // 2 else head).rstrip(" ,.;:-") + "…"
