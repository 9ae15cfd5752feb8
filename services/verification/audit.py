"""Seals the chains of all cases under one signed root a day, and checks everything that was ever recorded."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.verification import audit_spans as spans
from services.verification import audit_store
from services.verification.domain.chain import Chain
from services.verification.domain.deadline import ZONE
from services.verification.domain.inspection import Finding, Wrong
from services.verification.domain.merkle import leaf_of, root_of
from services.verification.domain.roots import InvalidRoot, Root, fingerprint, opened, signed
from shared.db.database import Database, Transaction
from shared.security.keys import SigningKey, VerifyingKeys
from shared.service import Loop, Service

POLL_SECONDS = 30.0
GONE = "the root is gone"


def sealing(key: SigningKey) -> Loop:
    """Background work: once a day, in the injected time, after midnight in Jakarta."""

    async def seal_daily(service: Service) -> None:
        while True:
            await seal(service.database, key)
            await asyncio.sleep(POLL_SECONDS)

    return seal_daily


async def seal(database: Database, key: SigningKey) -> Root | None:
    """Publish the root of yesterday, if there is none yet. It covers all that was recorded until now.

    No case is held meanwhile. Where this ends half way, the chains are sealed once more the next day.
    """
    async with database.transaction() as tx:
        last = await audit_store.last_root(tx)
        day = ZONE.date_of(tx.now) - timedelta(days=1)
        if last is not None and last.day >= day:
            return None
        leaves = await audit_store.grown(tx)
        root = Root(
            number=last.number + 1 if last else 1,
            day=day,
            sealed_at=tx.now,
            chains=len(leaves),
            root=(await asyncio.to_thread(root_over, leaves)).hex(),  # officers' pages wait for no million
            previous=fingerprint(last.statement) if last else None,
        )
        await audit_store.keep_root(tx, root, signed(root, key), leaves)
    for some in audit_store.batches(leaves):
        async with database.transaction() as tx:
            await audit_store.release(tx, some)
    return root


def root_over(leaves: dict[UUID, Chain]) -> bytes:
    """The root over cases in the order of their ids."""
    return root_of([leaf_of(report_id, chain) for report_id, chain in sorted(leaves.items())])


@dataclass
class Checked:
    """What was looked at."""

    cases: int = 0
    entries: int = 0
    roots: int = 0


async def verify(
    database: Database,
    keys: VerifyingKeys,
    checked: Checked,
    *,
    processes: int = 1,
    kept: Collection[str] = (),
) -> AsyncIterator[Finding]:
    """Everything that is wrong with what was recorded; `checked` counts along. Changes nothing.

    A long history is shared among `processes`, which all see it as it is at one moment. `kept` are statements
    of roots that somebody kept elsewhere: of histories sealed anew with the key, nothing else tells.
    """
    async with database.reading() as tx:
        async for finding in _roots(tx, keys, checked):
            yield finding
        for finding in await _compared(tx, keys, kept):
            yield finding
    async with database.transaction() as tx:
        async for inspected in spans.inspect_all(tx, database.url, processes):
            for finding in inspected.findings:
                yield finding
            checked.cases += inspected.cases
            checked.entries += inspected.entries


async def _roots(tx: Transaction, keys: VerifyingKeys, checked: Checked) -> AsyncIterator[Finding]:
    """Each root signed, numbered without a gap, bound to the one before, and the root of its leaves."""
    before: int | None = None
    following: Root | None = None
    newest = await audit_store.roots(tx, None, 1)
    for number in await audit_store.orphans(tx, newest[0].number if newest else 0):
        yield Finding(Wrong.ROOT, None, number, GONE)
    while page := await audit_store.roots(tx, before, 100):
        for row in page:  # newest first
            checked.roots += 1
            try:
                root = opened(row.statement, keys)
            except InvalidRoot as error:
                yield Finding(Wrong.ROOT, None, row.number, str(error))
                following = None
                continue
            if (root.number, root.day) != (row.number, row.day):
                yield Finding(Wrong.ROOT, None, row.number, "the statement is that of another root")
            if following is not None and following.previous != fingerprint(row.statement):
                yield Finding(Wrong.ROOT, None, row.number, "the next root names another one before it")
            leaves = await audit_store.leaves_of(tx, row.number)
            if (await asyncio.to_thread(root_over, leaves)).hex() != root.root:
                yield Finding(Wrong.ROOT, None, row.number, "its leaves add up to another root")
            following = root
        before = page[-1].number
    if following is not None and following.number != 1:
        yield Finding(Wrong.ROOT, None, following.number - 1, GONE)


async def _compared(tx: Transaction, keys: VerifyingKeys, kept: Collection[str]) -> list[Finding]:
    """What of the roots that were kept is not what there is now."""
    findings = []
    for statement in kept:
        try:
            number = opened(statement, keys).number
        except InvalidRoot as error:
            findings.append(Finding(Wrong.ROOT, None, None, f"a root that was kept: {error}"))
            continue
        now = [row.statement for row in await audit_store.roots(tx, number + 1, 1) if row.number == number]
        if now != [statement]:
            told = "it is another than the one that was kept" if now else GONE
            findings.append(Finding(Wrong.ROOT, None, number, told))
    return findings
