"""What a service does with amended days and limits that it hears of: keeps them, and promises dates by them.

One short statement every few seconds in each process, whatever its role; none for a request.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.calendar.in_force import InForce, put_in_force
from shared.calendar.telling import amendment_of
from shared.contracts import CalendarAmended, PolicyAmended
from shared.contracts.codec import decode, encode
from shared.db.database import Database, Transaction
from shared.messaging.consumer import Event, Handler, Together
from shared.telemetry.logs import log

if TYPE_CHECKING:
    from shared.service import Service

POLL_SECONDS = 2.0
"""In the machine's own time: how long another process may go on with what it knew."""

SETTLED = timedelta(seconds=30)
"""After so long every process that can still write has seen an amendment."""

_TABLE = sa.Table(
    "heard_amendments",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True, comment="sla's id: heard again it stays as it is"),
    sa.Column("number", sa.BigInteger, nullable=False, comment="the order in which sla accepted them"),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False, comment="the fact, as first heard"),
    sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)
_KEEP = sa.text(
    """
    INSERT INTO heard_amendments (id, number, type, body)
    SELECT * FROM unnest(CAST(:id AS text[]), CAST(:number AS bigint[]), CAST(:type AS text[]), :body)
    ON CONFLICT DO NOTHING
    """
).bindparams(sa.bindparam("body", type_=pg.ARRAY(sa.LargeBinary)))
_COUNT = sa.text(
    "SELECT count(*) AS heard, coalesce(max(heard_at) < now() - :settled, true) AS settled "
    "FROM heard_amendments"
).bindparams(sa.bindparam("settled", type_=sa.Interval))
_ALL = sa.text("SELECT type, body FROM heard_amendments ORDER BY number")


@dataclass(frozen=True, slots=True)
class Heard:
    """How many amendments are on record (they only ever grow), and whether all processes know them."""

    count: int
    settled: bool


def create_amendments_table() -> None:
    """For a migration of a service that promises dates."""
    from alembic import op

    _TABLE.create(op.get_bind())


def drop_amendments_table() -> None:
    """For a migration's way back."""
    from alembic import op

    _TABLE.drop(op.get_bind())


async def keep_amendments(tx: Transaction, events: Sequence[Event]) -> None:
    """Put amendments on record, each once, whatever comes first and how often."""
    facts = {event.fact.amendment: event.fact for event in events}
    columns = {
        "id": list(facts),
        "number": [fact.number for fact in facts.values()],
        "type": [fact.schema_name() for fact in facts.values()],
        "body": [encode(fact) for fact in facts.values()],
    }
    await tx.execute(_KEEP, columns)


HEARD: dict[type, Handler | Together] = {
    CalendarAmended: Together(keep_amendments),
    PolicyAmended: Together(keep_amendments),
}
"""For the handlers of a queue that is bound to both."""


async def heard(tx: Transaction, settled: timedelta = SETTLED) -> Heard:
    """What is on record; all processes know it once the newest is `settled` old."""
    row = (await tx.execute(_COUNT, {"settled": settled})).one()
    return Heard(row.heard, row.settled)


async def read_amendments(tx: Transaction) -> InForce:
    """The rules with all that is on record here."""
    facts = [decode(row.type, row.body) for row in await tx.execute(_ALL)]
    return InForce.of(
        amendment_of(fact) for fact in facts if isinstance(fact, CalendarAmended | PolicyAmended)
    )


async def promise_by(database: Database, known: int | None = None) -> int:
    """Put in force what is on record, if it is more than the `known` number; returns how many there are."""
    async with database.reading() as tx:
        count = (await heard(tx)).count
        if count != known:
            put_in_force(await read_amendments(tx))
            log.info("amendments_in_force", count=count)
    return count


async def follow_amendments(service: "Service") -> None:
    """In every process of the service: promise dates by what any of them has heard."""
    known: int | None = None
    while True:
        known = await promise_by(service.database, known)
        await asyncio.sleep(POLL_SECONDS)
