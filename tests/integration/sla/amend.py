"""Amendments, cases that they reach, and the recompute that follows, for tests."""

from datetime import date, timedelta
from typing import Any

from services.sla import recompute_store, rulebook
from services.sla.recompute import recompute_step
from services.sla.replay import verify_batch
from shared import contracts as c
from shared.calendar import Amendment, Basis, Day, DayKind, Limit, PolicyAmendment, Unit
from tests.integration.sla.facts import MONDAY, Story, said

NEW_DAY = Day(date(2026, 7, 8), DayKind.JOINT_LEAVE, "Cuti Bersama", "Joint Leave")
"""The Wednesday of that week."""

ACT = {"id": "", "known_at": MONDAY, "author": "admin-1", "source": "SKB 3 Menteri"}
SIGNED = date(2026, 7, 1)


async def amend(sla, day: Day = NEW_DAY, scope: str = "indonesia", **more: Any) -> str:
    days = {"added": (day,)} | more
    async with sla.transaction() as tx:
        draft = Amendment(**ACT, scope=scope, decided=SIGNED, **days)
        amendment, _ = await rulebook.amend(tx, draft, SIGNED)
    return amendment.id


async def amend_limit(sla, days: int, *, applies_to_running: bool) -> str:
    start = date(2026, 7, 6) if applies_to_running else date(2026, 7, 7)
    kind, unit = c.ClockKind.VERIFICATION, Unit.WORKING_DAYS
    limit = Limit(kind, None, days, unit, Basis.LAW, "Permen PANRB", start)
    async with sla.transaction() as tx:
        draft = PolicyAmendment(**ACT, limit=limit, applies_to_running=applies_to_running)
        amendment, _ = await rulebook.amend(tx, draft, SIGNED)
    return amendment.id


async def recomputed(sla, batch: int = 500) -> None:
    while await recompute_step(sla, batch):
        pass


async def amended(sla) -> list[c.DeadlinesAmended]:
    return [fact for fact in await said(sla) if isinstance(fact, c.DeadlinesAmended)]


async def differences(sla) -> list[Any]:
    async with sla.transaction() as tx:
        return (await verify_batch(tx, None, 1000))[1]


def submitted(hours: float = 0) -> Story:
    return Story().add(c.ReportSubmitted, MONDAY + timedelta(hours=hours))


def sent(agency: str = "35.3578.dishub", **more: Any) -> Story:
    return submitted().add(c.DispositionCreated, MONDAY + timedelta(hours=1), agency=agency, **more)


async def open_work(sla) -> bool:
    async with sla.reading() as tx:
        return await recompute_store.open_job(tx) is not None
