"""Amendments as other services hear of them, and a way to go back to the reviewed files after a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from shared.calendar import NATION, Amendment, Basis, Day, DayKind, Limit, PolicyAmendment, Unit
from shared.calendar.in_force import InForce, put_in_force
from shared.calendar.telling import fact_of
from shared.contracts import CalendarAmended, ClockKind, PolicyAmended

KNOWN = datetime(2026, 7, 1, 2, tzinfo=UTC)
SIGNED = date(2026, 6, 30)


def free_day(day: date, number: int = 1, scope: str = NATION) -> CalendarAmended:
    """A day of joint leave that nobody had reckoned with."""
    leave = Day(day, DayKind.JOINT_LEAVE, "Cuti Bersama", "Joint Leave")
    amendment = Amendment(f"calendar-{number}", scope, KNOWN, "admin-1", "SKB", SIGNED, (leave,))
    told = fact_of(amendment, number, SIGNED, KNOWN)
    assert isinstance(told, CalendarAmended)
    return told


def limit(clock: ClockKind, days: int, number: int = 1, agency: str | None = None) -> PolicyAmended:
    """A limit in working days, general or an agency's own, from the day after it was signed."""
    new = Limit(clock, None, days, Unit.WORKING_DAYS, Basis.LAW, "Permen PANRB", date(2026, 7, 1), agency)
    amendment = PolicyAmendment(f"policy-{number}", KNOWN, "admin-1", "Permen PANRB", new)
    told = fact_of(amendment, number, SIGNED, KNOWN)
    assert isinstance(told, PolicyAmended)
    return told


@contextmanager
def reviewed_afterwards() -> Iterator[None]:
    try:
        yield
    finally:
        put_in_force(InForce.of(()))
