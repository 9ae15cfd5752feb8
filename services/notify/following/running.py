"""Turns news of public pages into deliveries of the bulk lane, a page of followers at a time.

A step that is repeated plans nothing twice: a delivery's event follows from the fact and its recipient, who
hears of one fact once, however many follows lead to them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.notify import store as deliveries
from services.notify.bell import Bell
from services.notify.domain.delivery import Lane, Planned
from services.notify.domain.following import MOST_IN_DIGEST, Line, area_digest, next_hour
from services.notify.following import digest_store, store
from shared.db.database import Database, Transaction

PAGE = 500
"""Followers a step: a hundred thousand are planned in a minute or two, beside everything else."""
STEP_SECONDS = 0.5
FORGET_EVERY = 7200
"""Steps: an hour."""
SETTLED = timedelta(minutes=1)
"""What was heard just now waits for the next digest: it may not be visible yet."""
_FIRST = UUID(int=0)


async def tell_followers(database: Database, bell: Bell) -> None:
    """Run until cancelled."""
    steps = 0
    while True:
        async with database.reading() as tx:
            todo = await store.anything_to_do(tx)
        busy = False
        if todo.news:
            async with database.transaction() as tx:
                busy = await hand_on(tx, bell)
        if todo.digests:
            async with database.transaction() as tx:
                busy = await digest_areas(tx, bell) or busy
        if steps % FORGET_EVERY == 0:
            async with database.transaction() as tx:
                await digest_store.forget(tx, tx.now - timedelta(days=digest_store.NEWS_DAYS))
        steps += 1
        await asyncio.sleep(0 if busy else STEP_SECONDS)  # others may have in hand what there is


async def hand_on(tx: Transaction, bell: Bell) -> bool:
    """Plan the next page of followers of the oldest news; false if there is none."""
    job = await store.next_fan_out(tx)
    if job is None:
        return False
    follows = await store.followers(tx, job, job.reached or _FIRST, PAGE)
    await store.plan(tx, [_told(job, each) for each in follows])
    last = follows[-1].follow_id if follows else job.reached or _FIRST
    await store.reached(tx, job.event_id, last, done=len(follows) < PAGE)
    await _release(tx, bell, [each.follow_id for each in follows])
    return True


async def digest_areas(tx: Transaction, bell: Bell) -> bool:
    """Plan the digests of a page of follows whose hour has come; false if there is none. Without news there
    is no message.
    """
    due = await digest_store.due(tx, PAGE)
    if not due:
        return False
    until = tx.now - SETTLED
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await digest_store.news_of(tx, due, until, MOST_IN_DIGEST):
        found[row.follow_id].append(row)
    rows = [
        _delivery(_event(row.follow_id, until), row.follow_id, planned.template, planned.details)
        for row in due
        if (planned := _planned(row, found.get(row.follow_id)))
    ]
    await store.plan(tx, rows)
    await digest_store.told(tx, {row.follow_id: next_hour(tx.now, row.hour, row.zone) for row in due}, until)
    await _release(tx, bell, [row["report_id"] for row in rows])
    return True


def _told(job: Any, follow: Any) -> dict[str, Any]:
    own = uuid5(job.event_id, str(follow.follow_id))
    event_id = uuid5(job.event_id, follow.recipient) if follow.recipient else own
    return {**_delivery(event_id, follow.follow_id, job.template, job.details), "own_event": own}


def _planned(follow: Any, news: list[Any] | None) -> Planned | None:
    if not news:
        return None
    lines: list[Line] = [(row.tracking_id, row.title, row.filed_on.isoformat()) for row in news]
    category, region = (None if name == "*" else name for name in follow.area.rsplit("/", 1))
    return area_digest(lines, news[0].number - len(lines), follow.about or "", (category, region))


def _event(follow_id: UUID, until: datetime) -> UUID:
    return uuid5(follow_id, until.isoformat())


def _delivery(event_id: UUID, follow_id: UUID, template: str, details: Any) -> dict[str, Any]:
    return {
        "id": uuid5(event_id, "delivery"),
        "event_id": event_id,
        "own_event": event_id,
        "report_id": follow_id,
        "template": template,
        "details": dict(details),
    }


async def _release(tx: Transaction, bell: Bell, follows: Iterable[UUID]) -> None:
    if waiting := set(follows):
        bell.ring(await deliveries.release(tx, waiting, national_desk=False), Lane.BULK)
