"""Amendments as the facts that tell of them, and back. Pure; says nothing and reads nothing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.calendar.amendments import Amendment
from shared.calendar.days import Day, DayKind, Unit
from shared.calendar.escalation import Basis
from shared.calendar.policy import Limit, PolicyAmendment
from shared.contracts.sla import AmendedDay, CalendarAmended, PolicyAmended

NO_REPORT = UUID(int=0)
"""What stands in the place of a report's id: an amendment is about no case."""


def fact_of(
    amendment: Amendment | PolicyAmendment, number: int, decided: date, now: datetime
) -> CalendarAmended | PolicyAmended:
    """`number` is the amendment's place among all. Who entered it stays with sla."""
    common: dict[str, Any] = {
        "report_id": NO_REPORT,
        "occurred_at": now,
        "amendment": amendment.id,
        "number": number,
        "known_at": amendment.known_at,
        "decided": decided,
        "legal_source": amendment.source,
    }
    if isinstance(amendment, Amendment):
        return CalendarAmended(
            **common,
            scope=amendment.scope,
            added=tuple(_told(day) for day in amendment.added),
            removed=amendment.removed,
            known_through=amendment.known_through,
        )
    limit = amendment.limit
    return PolicyAmended(
        **common,
        clock=limit.clock,
        classification=limit.classification,
        days=limit.days,
        unit=limit.unit,
        basis=limit.basis,
        limit_source=limit.source,
        effective_from=limit.effective_from,
        agency=limit.agency,
        applies_to_running=amendment.applies_to_running,
    )


def amendment_of(fact: CalendarAmended | PolicyAmended) -> Amendment | PolicyAmendment:
    """The amendment that a fact tells of; its author is not told."""
    common: dict[str, Any] = {
        "id": fact.amendment,
        "known_at": fact.known_at,
        "author": "",
        "source": fact.legal_source,
    }
    if isinstance(fact, CalendarAmended):
        return Amendment(
            **common,
            scope=fact.scope,
            decided=fact.decided,
            added=tuple(_day(day) for day in fact.added),
            removed=fact.removed,
            known_through=fact.known_through,
        )
    return PolicyAmendment(
        **common,
        limit=Limit(
            fact.clock,
            fact.classification,
            fact.days,
            Unit(fact.unit),
            Basis(fact.basis),
            fact.limit_source,
            fact.effective_from,
            fact.agency,
        ),
        applies_to_running=fact.applies_to_running,
    )


def _told(day: Day) -> AmendedDay:
    return AmendedDay(
        date=day.date, kind=day.kind, title=day.name, title_en=day.name_en, estimated=day.estimated
    )


def _day(told: AmendedDay) -> Day:
    return Day(told.date, DayKind(told.kind), told.title, told.title_en, None, told.estimated)
