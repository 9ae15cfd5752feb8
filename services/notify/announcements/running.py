"""Turns announcements into deliveries of the bulk lane, a page of cases at a time, and drops cancelled ones.

A step that is repeated plans nothing twice: a delivery's id follows from the announcement and the report.
"""

import asyncio
import hmac
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.notify import store as deliveries
from services.notify.announcements import store
from services.notify.bell import Bell
from services.notify.domain.delivery import DeliveryState, Lane
from services.notify.handlers import address_of
from shared.db.database import Database, Transaction
from shared.security.sealing import Unsealable, Unsealer

PAGE = 2_000
"""Cases a step: with a step a second, 100,000 recipients are planned in a minute, beside everything else."""
STEP_SECONDS = 1.0
FIRST = UUID(int=0)

DUPLICATE = "duplicate: told by another report"
SEALED = "sealed: the case is anonymous or secret"
NO_CONTACT = "no contact"
MUTED = "muted by the reporter"


async def announce(database: Database, unsealer: Unsealer, bell: Bell, *, national_desk: bool) -> None:
    """Run until cancelled."""
    while True:
        async with database.reading() as tx:
            something = await store.anything_to_do(tx)
        if something:
            async with database.transaction() as tx:
                await step(tx, unsealer, bell, national_desk=national_desk)
                await store.drop_cancelled(tx)
                await store.drop_late(tx)
        await asyncio.sleep(STEP_SECONDS)


async def step(tx: Transaction, unsealer: Unsealer, bell: Bell, *, national_desk: bool) -> bool:
    """Plan the next page of the next announcement that is due; false if there is none."""
    due = await store.next_due(tx)
    if due is None:
        return False
    audience = {"category": due.category, "region": due.region, "cluster": due.cluster}
    cases = await store.page(tx, audience, due.reached or FIRST, PAGE)
    concerned = [case for case in cases if case.concerned]
    digests = {case.report_id: _digest(unsealer, due.id, case) for case in concerned}
    fresh = await store.first_time(tx, due.id, [each for each in dict.fromkeys(digests.values()) if each])
    rows = list(_rows(due, concerned, digests, fresh))
    await store.plan(tx, rows)
    await store.reached(tx, due.id, cases[-1].report_id if cases else due.reached, finished=len(cases) < PAGE)
    waiting = {row["report_id"] for row in rows if row["state"] == DeliveryState.WAITING_CONTACT}
    if waiting:
        bell.ring(await deliveries.release(tx, waiting, national_desk=national_desk), Lane.BULK)
        await store.drop_late(tx)
    return True


def _rows(
    due: Any, cases: list[Any], digests: dict[UUID, bytes], fresh: set[bytes]
) -> Iterator[dict[str, Any]]:
    for case in cases:
        digest, skip = digests[case.report_id], None
        if case.channel is None:
            skip = NO_CONTACT
        elif case.muted:
            skip = MUTED
        elif case.discreet or not digest:
            skip = SEALED
        elif digest not in fresh:
            skip = DUPLICATE
        fresh.discard(digest)
        identity = uuid5(due.id, str(case.report_id))
        yield {
            "id": uuid5(identity, "delivery"),
            "event_id": identity,
            "report_id": case.report_id,
            "details": {} if skip else due.words,
            "state": DeliveryState.SKIPPED if skip else DeliveryState.WAITING_CONTACT,
            "reason": skip,
            "announcement_id": due.id,
        }


def _digest(unsealer: Unsealer, announcement: UUID, case: Any) -> bytes:
    """Tells one address from another within one announcement, and is worth nothing outside it; empty if the
    contact is not to be used or does not open. The address is that of the channel that its reader prefers.
    """
    if case.sealed is None or case.discreet or case.muted:
        return b""
    try:
        address = address_of(unsealer.unseal(case.report_id, case.sealed), case.channel) or ""
    except Unsealable:
        return b""
    return hmac.new(announcement.bytes, address.strip().lower().encode(), sha256).digest()
