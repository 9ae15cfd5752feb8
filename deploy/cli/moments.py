"""Days and moments as people type and read them. A day without a time is meant as a whole, in WIB."""

from datetime import date, datetime, time

from deploy.cli.months import MONTHS
from deploy.cli.problems import Problem
from shared.calendar import Zone
from shared.calendar.days import WEEKDAYS


def moment(typed: str, option: str) -> str:
    """A moment for the API: as typed if it names its zone, else by WIB; a bare day is its end."""
    try:
        if len(typed) == len("2026-08-01"):
            return datetime.combine(date.fromisoformat(typed), time.max, Zone.WIB.tz).isoformat()
        parsed = datetime.fromisoformat(typed)
    except ValueError:
        example = "2026-08-01 or 2026-08-01T12:00+07:00"
        raise Problem(f"{option} is no moment: {typed!r}; write it as {example}.") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=Zone.WIB.tz)).isoformat()


def day(typed: str, option: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Problem(f"{option} is no day: {typed!r}; write it as 2026-08-18.") from None


def day_of(iso: str, zone: str) -> date:
    """The day on which a moment of an answer falls, in a zone such as WITA."""
    return Zone(zone).date_of(datetime.fromisoformat(iso))


def spoken(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def clock_time(iso: str, zone: str) -> str:
    """``09.30 WITA``; the close of a day is called 24.00."""
    local = datetime.fromisoformat(iso).astimezone(Zone(zone).tz)
    closes = (local.hour, local.minute, local.second) == (23, 59, 59)
    return f"24.00 {zone}" if closes else f"{local:%H.%M} {zone}"
