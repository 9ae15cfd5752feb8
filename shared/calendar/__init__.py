"""Working days of Indonesia and the limits counted in them: arithmetic on reviewed data, never a guess."""

from shared.calendar.amendments import Amendment, AmendmentConflict, ImpossibleAmendment
from shared.calendar.book import Book, indonesia
from shared.calendar.days import Day, DayKind, Decree, Holidays, Unit, load_holidays
from shared.calendar.escalation import Basis, Ladder, Rung, WorkingHours
from shared.calendar.history import Change
from shared.calendar.limits import Limits, LimitsInForce
from shared.calendar.pauses import Pause, Run, run_clock
from shared.calendar.policy import Limit, NoLimit, PolicyAmendment
from shared.calendar.policy_file import load_limits
from shared.calendar.regions import NATION, region_of, scopes_of
from shared.calendar.working_days import Calendar, DateOutsideCalendar, Deadline
from shared.calendar.zones import UnknownRegion, Zone, zone_of

__all__ = [
    "NATION",
    "Amendment",
    "AmendmentConflict",
    "Basis",
    "Book",
    "Calendar",
    "Change",
    "DateOutsideCalendar",
    "Day",
    "DayKind",
    "Deadline",
    "Decree",
    "Holidays",
    "ImpossibleAmendment",
    "Ladder",
    "Limit",
    "Limits",
    "LimitsInForce",
    "NoLimit",
    "Pause",
    "PolicyAmendment",
    "Run",
    "Rung",
    "Unit",
    "UnknownRegion",
    "WorkingHours",
    "Zone",
    "indonesia",
    "load_holidays",
    "load_limits",
    "region_of",
    "run_clock",
    "scopes_of",
    "zone_of",
]
