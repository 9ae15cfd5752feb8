"""After an amendment of the calendar or a limit: what open legs owe by when is written down anew, for lists.

In bounded batches, taken up where they stood by whichever process is next; says no fact (sla does).
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing import store
from services.routing.domain.deadlines import owed
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket
from shared.amendments import SETTLED, heard, promise_by
from shared.calendar.in_force import in_force
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log

BATCH = 200
"""Cases in one transaction."""

LOOK_SECONDS = 5.0

DATES = ("respond_by", "settle_by", "due_at")
_NIL = UUID(int=0)

_ONE = sa.text("INSERT INTO legs_dated (amendments) VALUES (0) ON CONFLICT DO NOTHING")
_READ = sa.text("SELECT amendments FROM legs_dated")
_HOLD = sa.text("SELECT amendments, towards, reached FROM legs_dated FOR UPDATE SKIP LOCKED")
_NEXT = sa.text(
    """
    SELECT DISTINCT report_id FROM legs WHERE report_id > :reached AND due_at IS NOT NULL
    ORDER BY report_id LIMIT :batch
    """
)
"""Index legs_by_report."""
_GO_ON = sa.text("UPDATE legs_dated SET amendments = :amendments, towards = :towards, reached = :reached")

_WRITE = sa.text(
    """
    UPDATE legs l SET respond_by = given.respond_by, settle_by = given.settle_by, due_at = given.due_at
    FROM unnest(:leg_id, :respond_by, :settle_by, :due_at) AS given (leg_id, respond_by, settle_by, due_at)
    WHERE l.leg_id = given.leg_id AND (l.respond_by, l.settle_by, l.due_at)
      IS DISTINCT FROM (given.respond_by, given.settle_by, given.due_at)
    """
).bindparams(
    sa.bindparam("leg_id", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    *(sa.bindparam(name, type_=pg.ARRAY(sa.DateTime(timezone=True))) for name in DATES),
)


async def date_legs_anew(service: Service) -> None:
    """Whenever there are amendments that the legs have not been dated by."""
    while True:
        while await date_batch(service.database):
            pass
        await asyncio.sleep(LOOK_SECONDS)


async def date_batch(database: Database, batch: int = BATCH, settled: timedelta = SETTLED) -> bool:
    """One transaction's worth; False: nothing to do, or another process is at it.

    Waits until every process dates by the newest amendment: else one could still write what it knew before.
    """
    async with database.reading() as tx:
        known = await heard(tx, settled)
        if not known.settled or (await tx.execute(_READ)).scalar_one_or_none() == known.count:
            return False
        if known.count == 0:
            return False
    if in_force().count != known.count:
        await promise_by(database)
    async with database.transaction() as tx:
        return await _date(tx, known.count, batch)


async def _date(tx: Transaction, count: int, batch: int) -> bool:
    await tx.execute(_ONE)
    row = (await tx.execute(_HOLD)).one_or_none()
    if row is None or row.amendments == count:
        return False
    # What has come in between changes dates already written: from the start again.
    reached = row.reached if row.towards == count and row.reached else _NIL
    report_ids = list((await tx.execute(_NEXT, {"reached": reached, "batch": batch})).scalars())
    if report_ids:
        await store.lock_dockets(tx, report_ids)
        entries = await store.entries_of(tx, report_ids)
        await _write(tx, [fold(report_id, of_case) for report_id, of_case in entries.items()])
    done = len(report_ids) < batch
    await tx.execute(
        _GO_ON,
        {
            "amendments": count if done else row.amendments,
            "towards": None if done else count,
            "reached": None if done else report_ids[-1],
        },
    )
    if done:
        log.info("legs_dated_anew", count=count)
    return not done


async def _write(tx: Transaction, dockets: Sequence[Docket]) -> None:
    """What the legs of these locked cases owe, where it is another moment now."""
    legs = [(leg.leg_id, owed(docket, leg)) for docket in dockets for leg in docket.legs.values()]
    dates = {name: [getattr(owes, name) for _, owes in legs] for name in DATES}
    await tx.execute(_WRITE, {"leg_id": [leg_id for leg_id, _ in legs], **dates})
