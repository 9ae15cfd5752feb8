"""Does what is left to do about cases, in batches and in the background: nobody waits for it.

An errand that fails is tried again later, alone, and never keeps the others from being done.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.verification import aside, clusters, duplicates, metrics, rating
from services.verification.domain.errands import Errand
from shared.db.database import Database, Transaction
from shared.messaging.failures import is_outage, reason_of, where
from shared.service import Service
from shared.telemetry.logs import log

POLL_SECONDS = 1.0
BREATH_SECONDS = 0.05
"""Between batches, so that a long list of things to do leaves most of the process to those who wait."""
COUNT_SECONDS = 30.0
AT_ONCE = 25
AGAIN_AFTER = timedelta(minutes=5)

Doer = Callable[[Transaction, Sequence[UUID]], Awaitable[None]]
DOERS: dict[Errand, Doer] = {
    Errand.CLUSTER: clusters.tell,
    Errand.RATING: rating.ask,
    Errand.SKETCH: duplicates.sketch_cases,
}
"""In this order: what people wait for comes before what they may look for."""

_TIME = sa.DateTime(timezone=True)
_TAKE = sa.text(
    """
    DELETE FROM errands WHERE id = ANY(array(
      SELECT id FROM errands WHERE errand = :errand AND due <= :now
      ORDER BY due, id LIMIT :rows FOR UPDATE SKIP LOCKED
    )) RETURNING id, report_id
    """
).bindparams(sa.bindparam("now", type_=_TIME))
"""Index errands_by_due."""
_POSTPONE = sa.text(
    "UPDATE errands SET due = :due, attempts = attempts + 1 WHERE id = :id RETURNING attempts"
).bindparams(sa.bindparam("due", type_=_TIME), sa.bindparam("id", type_=sa.BigInteger()))


async def running_errands(service: Service) -> None:
    """Background work of the worker role."""
    counted_at = -COUNT_SECONDS
    while True:
        for errand in DOERS:
            while await do_some(service.database, errand):
                await asyncio.sleep(BREATH_SECONDS)
        if time.monotonic() - counted_at > COUNT_SECONDS:
            async with service.database.transaction() as tx:
                metrics.UNKNOWN_CASES.set(await aside.count_unknown(tx))
            counted_at = time.monotonic()
        await asyncio.sleep(POLL_SECONDS)


async def do_some(database: Database, errand: Errand, rows: int = AT_ONCE) -> bool:
    """Do what is due, so many at once; true if there may be more."""
    taken: list[int] = []
    try:
        async with database.transaction() as tx:
            found = (await tx.execute(_TAKE, {"errand": errand.value, "now": tx.now, "rows": rows})).all()
            taken = [row.id for row in found]
            if found:
                await DOERS[errand](tx, [row.report_id for row in found])
    except Exception as error:
        if is_outage(error) or not taken:
            raise
        if len(taken) > 1:
            return [await do_some(database, errand, 1) for _ in taken][-1]
        await _postpone(database, taken[0])
        log.warning("errand_failed", kind=errand.value, reason=reason_of(error), where=where(error))
    return len(taken) == rows


async def _postpone(database: Database, errand_id: int) -> None:
    async with database.transaction() as tx:
        await tx.execute(_POSTPONE, {"id": errand_id, "due": tx.now + AGAIN_AFTER})
