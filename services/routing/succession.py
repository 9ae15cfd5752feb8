"""Looks for open legs at agencies that have ended; redirects each once, in the transaction that says so."""

import asyncio
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.directory import directory
from services.routing.dockets import open_dockets, save_dockets
from services.routing.domain.succession import succeed
from shared.calendar import Zone
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log

POLL_SECONDS = 30
BATCH = 100
"""Cases in one transaction."""

ACTOR = "suksesi"
"""Who is recorded as having redirected."""

_LEFT_BEHIND = sa.text(
    """
    SELECT DISTINCT report_id FROM legs
    WHERE holder = ANY(:ended) AND state IN ('created', 'delegated', 'acknowledged', 'answered')
      AND state <> 'answered' AND report_id > :after
    ORDER BY report_id LIMIT :batch
    """
).bindparams(
    sa.bindparam("ended", type_=pg.ARRAY(sa.Text(collation="C"))),
    sa.bindparam("after", type_=pg.UUID(as_uuid=True)),
)
"""Index legs_open_by_holder, whose words the state is told in. Who has answered is left in peace."""


async def follow_successions(service: Service) -> None:
    """Now and then, in the machine's own time: a cabinet changes more rarely than a minute."""
    while True:
        if moved := await redirect_left_behind(service.database):
            log.info("legs_succeeded", count=moved)
        await asyncio.sleep(POLL_SECONDS)


async def redirect_left_behind(database: Database) -> int:
    """Redirect every open leg whose office has ended; returns how many. Safe to run in several processes."""
    moved, after = 0, UUID(int=0)
    while True:
        async with database.transaction() as tx:
            reports = await _left_behind(tx, after)
            if not reports:
                return moved
            moved += await _redirect(tx, reports)
            after = reports[-1]


async def _left_behind(tx: Transaction, after: UUID) -> list[UUID]:
    ended = (await directory(tx)).agencies.orphaned_by(Zone.WIB.date_of(tx.now))
    if not ended:
        return []
    found = await tx.execute(_LEFT_BEHIND, {"ended": ended, "after": after, "batch": BATCH})
    return list(found.scalars())


async def _redirect(tx: Transaction, reports: list[UUID]) -> int:
    known, moved = await directory(tx), 0
    dockets = await open_dockets(tx, reports)
    for opened in dockets.values():
        for leg_id in list(opened.docket.legs):
            if said := succeed(opened.docket, opened.docket.legs[leg_id], known, tx.now):
                opened.say(tx, said, actor=ACTOR)
                moved += 1
    await save_dockets(tx, dockets.values())
    return moved
