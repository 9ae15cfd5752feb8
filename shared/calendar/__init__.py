"""Working days of Indonesia and the limits counted in them: arithmetic on reviewed data, never a guess."""

from shared.calendar.days import Day, DayKind, Decree, Holidays, load_holidays
from shared.calendar.limits import Limit, Limits, LimitsInForce, NoLimit, Unit, load_limits
from shared.calendar.pauses import Pause, Run, run_clock
from shared.calendar.working_days import Calendar, DateOutsideCalendar, Deadline, indonesia
from shared.calendar.zones import UnknownRegion, Zone, zone_of

__all__ = [
    "Calendar",
    "DateOutsideCalendar",
    "Day",
    "DayKind",
    "Deadline",
    "Decree",
    "Holidays",
    "Limit",
    "Limits",
    "LimitsInForce",
    "NoLimit",
    "Pause",
    "Run",
    "Unit",
    "UnknownRegion",
    "Zone",
    "indonesia",
    "load_holidays",
    "load_limits",
    "run_clock",
    "zone_of",
]
