"""After an amendment: every clock that it reaches is computed again, its timers moved, those concerned told.

In bounded batches, by any number of workers; whatever dies, what is left is taken up where it stood.
"""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from services.sla import amendments, effect_store, moved_store, performance, recompute_store, store
from services.sla.amended import Why, catch_up, say_amended
from services.sla.amendments import Row
from services.sla.domain.amending import moved_since, replaced
from services.sla.metrics import RECOMPUTE_LEFT, RECOMPUTED
from services.sla.moved_store import Move
from services.sla.moving import move_straight
from services.sla.outcome import say_what_changed
from services.sla.recompute_store import Chunk, Reach
from services.sla.rulebook import Rulebook, packaged, rulebook
from services.sla.store import Said
from shared.calendar import Amendment
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log

REVIEWED = "Berkas kalender dan ketentuan yang telah ditinjau"
"""What stands behind a change of the packaged files: they name the acts day by day."""


async def recompute_amended(service: Service) -> None:
    """Work off what amendments have left to do, then look again after the poll interval."""
    settings = service.settings
    async with service.database.transaction() as tx:
        await recompute_store.notice_new_files(tx, "/".join(packaged().versions))
    while True:
        if not await recompute_step(service.database, settings.recompute_batch):
            while await effect_store.add_up_one(service.database):
                pass
            await asyncio.sleep(settings.recompute_poll_seconds)


async def recompute_step(database: Database, batch: int) -> bool:
    """One transaction's worth of work: a chunk of cases, or a look for more of them. False: nothing to do."""
    async with database.reading() as tx:
        job = await recompute_store.open_job(tx)
    if job is None:
        return False
    if await _do_chunk(database):
        return True
    if job.found_at is None:
        async with database.transaction() as tx:
            return await recompute_store.find_slice(tx, job.id, Reach.of(await _row(tx, job.seq)), batch)
    async with database.transaction() as tx:
        finished = await recompute_store.finish(tx, job.id)
    if finished:
        RECOMPUTE_LEFT.set(0)
        log.info("recompute_done", count=job.id)
    return finished


async def _row(tx: Transaction, seq: int | None) -> Row | None:
    return None if seq is None else (await amendments.through(tx, seq))[-1]


async def _do_chunk(database: Database) -> bool:
    async with database.transaction() as tx:
        rules = await rulebook(tx)
        chunk = await recompute_store.claim_chunk(tx)
        if chunk is None:
            return False
        moved = await _compute_again(tx, rules, chunk)
        await recompute_store.chunk_done(tx, chunk, moved)
        left = await recompute_store.cases_left(tx)
    RECOMPUTED.inc(moved)
    RECOMPUTE_LEFT.set(left)
    return True


async def _compute_again(tx: Transaction, rules: Rulebook, chunk: Chunk) -> int:
    """Returns how many deadlines moved."""
    row = await _row(tx, chunk.seq)
    held = await recompute_store.hold_cases(tx, chunk, Reach.of(row), rules.seq)
    if not held:
        return 0
    left, moved = set(held), 0
    if row is None:
        left, moved = set(), await _fold_all(tx, held, rules)
    elif row.seq == rules.seq and isinstance(row.amendment, Amendment):
        left, moved = await move_straight(tx, held, rules, Why.of(row))
    if left:
        moved += await _fold(tx, {report_id: held[report_id] for report_id in left}, rules)
    await performance.look_again(tx, held)
    return moved


async def _fold(tx: Transaction, held: Mapping[UUID, Said], rules: Rulebook) -> int:
    logs = await store.logs(tx, held)
    said, moved = await catch_up(tx, rules, held, logs)
    changed = {report_id: now for report_id, now in said.items() if now != held[report_id]}
    if changed:
        await store.save(tx, changed, rules.versions)
    return moved


async def _fold_all(tx: Transaction, held: Mapping[UUID, Said], rules: Rulebook) -> int:
    """The reviewed files were replaced: what that moved shows against the deadlines on record."""
    logs = await store.logs(tx, held)
    ends = await recompute_store.ends(tx, held)
    versions = "/".join(packaged().versions)
    why = Why(versions, *replaced(versions), REVIEWED)
    changed, moves = dict[UUID, Said](), list[Move]()
    for report_id, said in held.items():
        changed[report_id], measured = say_what_changed(tx, report_id, said, logs[report_id], rules)
        if found := moved_since(ends.get(report_id, {}), measured):
            moves.append(say_amended(tx, report_id, why, [part for _, part in found]))
    await store.save(tx, changed, rules.versions)
    await moved_store.keep(tx, moves)
    return sum(move.clocks for move in moves)
