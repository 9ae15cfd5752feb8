"""Cases as the reports on performance count them, and ways to read the sums."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa

from services.sla.performance import count_batch
from shared import contracts as c
from shared.db.database import Database
from tests.integration.sla.facts import MONDAY, Story

KEMENSOS = "kl.kemensos"

PLACE = c.report.Place(region="35.78")

SHOWN = sa.text(
    "SELECT * FROM performance WHERE edition = COALESCE((SELECT shown FROM performance_edition), 1)"
)


def day(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


def settled(filed: float = 0, answered: float = 2, completed: float = 4) -> Story:
    return (
        Story()
        .add(c.ReportSubmitted, day(filed), place=PLACE)
        .add(c.CaseVerified, day(filed + 0.5), place=PLACE)
        .add(c.DispositionCreated, day(filed + 0.5))
        .add(c.DispositionResponded, day(filed + answered))
        .add(c.DispositionCompleted, day(filed + completed))
        .add(c.CaseClosed, day(filed + 30))
        .add(c.ReportRated, day(filed + 31), score=4)
    )


def waiting() -> Story:
    return Story().add(c.ReportSubmitted, day(0)).add(c.DispositionCreated, day(1), agency=KEMENSOS)


async def add_up(database: Database) -> None:
    while await count_batch(database):
        pass


async def ask(client: httpx.AsyncClient, **question: Any) -> Any:
    answer = await client.get("/v1/statistics", params={"from": "2026-07", "to": "2026-07", **question})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def cells(database: Database) -> set[tuple[Any, ...]]:
    """Every cell that is not empty, as readers see it; trailing zeros of histograms do not matter."""
    async with database.reading() as tx:
        read = await tx.execute(SHOWN)
        rows = [tuple(_trimmed(value) for value in row[1:]) for row in read]
    return {row for row in rows if any(row[6:])}


def _trimmed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(value[: max((place for place, number in enumerate(value, 1) if number), default=0)])
