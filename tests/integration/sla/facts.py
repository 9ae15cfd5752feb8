"""Facts of one case as the other services say them, and a way to hand them to the sla service."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from services.sla.handlers import record_facts
from shared import contracts as c
from shared.contracts.codec import decode
from shared.db.database import Database
from shared.messaging.consumer import Event

AGENCY = "35.3578.dishub"
MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)


class Story:
    """The facts of one case. Each is made once and keeps its event id, however often it is delivered."""

    def __init__(self, report_id: UUID | None = None) -> None:
        self.report_id = report_id or uuid4()
        self.told: list[tuple[UUID, c.Fact]] = []

    def add(self, fact: type[c.Fact], at: datetime, **more: Any) -> "Story":
        """Append a fact; what the clocks do not look at is filled in."""
        values = {**_FILLING, **more, "report_id": self.report_id, "occurred_at": at}
        fields = {name: value for name, value in values.items() if name in fact.model_fields}
        self.told.append((UUID(str(uuid7())), fact(**fields)))
        return self

    async def deliver(self, database: Database, *numbers: int) -> None:
        """Hand over the facts with these numbers (all of them, in order, when none is given)."""
        for number in numbers or range(len(self.told)):
            await deliver_together(database, [self.told[number]])


async def deliver_together(database: Database, told: Sequence[tuple[UUID, c.Fact]]) -> None:
    """Hand over facts, of whichever cases, as one group."""
    async with database.transaction() as tx:
        await record_facts(tx, [Event(event_id, fact) for event_id, fact in told])


LEG = UUID(int=1)
_FILLING: dict[str, Any] = {
    "tracking_id": "K7MQ3XW9FA",
    "channel": "web",
    "title": "Lampu jalan padam",
    "text": "Lampu jalan padam sejak Senin.",
    "question": "Di jalan mana?",
    "case_version": 1,
    "leg_version": 1,
    "leg_id": LEG,
    "agency": AGENCY,
    "agency_name": "Dinas Perhubungan",
    "zone": "WIB",
    "classification": "non_supervision",
    "category": "infrastruktur",
    "anonymous": False,
    "secret": False,
    "closed_by": "reporter",
    "reason": "keliru",
    "hop": 1,
}


async def timers(database: Database) -> list[tuple[str, int, datetime]]:
    """All that is still to fire: clock, mark, due."""
    async with database.transaction() as tx:
        rows = await tx.execute(
            sa.text(
                "SELECT clock, m.mark, m.due_at FROM timers, unnest(marks, due) AS m (mark, due_at) "
                "ORDER BY due_at, clock, mark"
            )
        )
        return [tuple(row) for row in rows]


async def said(database: Database) -> list[c.Fact]:
    """What is in the outbox about cases, in order."""
    return [fact for fact in await everything_said(database) if not isinstance(fact, c.RulesAmended)]


async def everything_said(database: Database) -> list[c.Fact]:
    """What is in the outbox, in order; amendments of the rules, too."""
    async with database.transaction() as tx:
        rows = await tx.execute(sa.text("SELECT type, body FROM outbox ORDER BY id"))
        return [decode(row.type, row.body) for row in rows]


def statements(database: Database) -> list[str]:
    """A list that grows by every statement from now on."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return seen


async def counted(database: Database) -> Counter[str]:
    return Counter(fact.type for fact in await said(database))
