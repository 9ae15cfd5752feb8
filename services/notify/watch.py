"""Looks whether anything is due, for all lanes of this process with one statement, and rings its senders.

Status changes are looked at also where they are sent by another process: announcements give way to them.

This is the guarantee; the bell that is rung where something becomes due only makes it prompt.
"""

import asyncio
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify import metrics
from services.notify.bell import Bell
from services.notify.domain.delivery import Lane
from services.notify.providers.pool import Pool
from services.notify.providers.weights import balance
from shared.db.database import Database

WATCH_SECONDS = 0.5

_DUE = sa.text(
    """
    SELECT channel, lane, EXTRACT(epoch FROM now() - first.due_at)::float8 AS late
    FROM unnest(CAST(:channels AS text[]), CAST(:lanes AS text[])) AS served (channel, lane),
      LATERAL (SELECT due_at FROM deliveries
        WHERE state = 'pending' AND deliveries.channel = served.channel AND deliveries.lane = served.lane
        ORDER BY due_at LIMIT 1) AS first
    WHERE first.due_at <= now()
    """
).bindparams(
    sa.bindparam("channels", type_=pg.ARRAY(sa.Text)), sa.bindparam("lanes", type_=pg.ARRAY(sa.Text))
)
"""Index deliveries_due, once for each lane."""


async def watch(database: Database, bell: Bell, pools: Sequence[Pool]) -> None:
    """Run until cancelled."""
    while True:
        await look(database, bell)
        await balance(database, pools)
        await asyncio.sleep(WATCH_SECONDS)


async def look(database: Database, bell: Bell) -> None:
    """Ring whoever has something to send, and tell for how long it has been due."""
    served = bell.listening
    watched = sorted({*served, *((channel, Lane.TRANSACTIONAL) for channel, _ in served)})
    lanes = {"channels": [channel for channel, _ in watched], "lanes": [lane.value for _, lane in watched]}
    async with database.reading() as tx:
        due = {(row.channel, Lane(row.lane)): row.late for row in await tx.execute(_DUE, lanes)}
    bell.tell(due)
    for channel, lane in served:
        metrics.WAITING.labels(lane, channel).set(due.get((channel, lane), 0.0))
    for channel, lane in due:
        bell.ring([channel], lane)
    metrics.weigh_promise()
