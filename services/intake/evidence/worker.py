"""Takes files that wait, one at a time for each runner, and writes down what came of them.

A process that dies leaves its file to the next one when its lease ends; one that is stopped gives it back.
Only the outcome is a fact.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from services.intake import timeline
from services.intake.domain.moments import moment_of
from services.intake.evidence import metrics, store
from services.intake.evidence.checking import Checked, Checker, Rejected
from services.intake.evidence.desk import EvidenceDesk
from services.intake.evidence.scanning import ScannerAway
from services.intake.evidence.store import Claimed
from shared.contracts import EvidenceAttached, EvidenceCleared, EvidenceRef, EvidenceRejected
from shared.db.database import Transaction
from shared.storage.cleaning.refused import Reason
from shared.storage.port import StoreUnavailable
from shared.telemetry.logs import log

LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=20)
"""Before a file is tried again that waits for a server."""
MOST_ATTEMPTS = 5
"""A file in whose check as many processes died is refused: it may be what kills them."""
_LOOK_SECONDS = 1.0


class EvidenceWorker:
    """The checks of one process."""

    def __init__(self, desk: EvidenceDesk, checker: Checker, *, runners: int = 1) -> None:
        self._desk, self._checker, self._runners = desk, checker, runners

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._runners):
                group.create_task(self._run())

    async def check_waiting(self) -> int:
        """Check what waits now; returns how many files that were."""
        count = 0
        while await self.check_one():
            count += 1
        return count

    async def check_one(self) -> bool:
        """The file that has waited longest; False if none waits."""
        async with self._desk.database.transaction() as tx:
            claimed = await store.claim(tx, uuid4(), LEASE)
        if claimed is None:
            return False
        holding = asyncio.create_task(self._hold(claimed))
        try:
            await self._check(claimed)
        except asyncio.CancelledError:
            with suppress(Exception):  # the lease ends by itself, too
                await self._put_off(claimed, timedelta(0))
            raise
        finally:
            holding.cancel()
            with suppress(asyncio.CancelledError):
                await holding
        return True

    async def _run(self) -> None:
        while True:
            self._desk.arrived.clear()
            if not await self.check_one():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._desk.arrived.wait(), _LOOK_SECONDS)

    async def _check(self, claimed: Claimed) -> None:
        try:
            settled = await self._settle(claimed)
        except (StoreUnavailable, ScannerAway) as error:
            log.warning("evidence_waits", report_id=str(claimed.report_id), error_type=type(error).__name__)
            metrics.PUT_OFF.labels(type(error).__name__).inc()
            await self._put_off(claimed, PAUSE)
            return
        if settled:  # otherwise somebody else has this file in hand, and needs it
            await self._desk.discard(claimed.quarantine_key)

    async def _settle(self, claimed: Claimed) -> bool:
        """False if another worker has the file by now. Raises StoreUnavailable, ScannerAway."""
        try:
            if claimed.attempts > MOST_ATTEMPTS:
                raise Rejected(Reason.UNREADABLE, claimed.sha256)
            return await self._clear(claimed, await self._checker.check(claimed))
        except Rejected as rejected:
            return await self._reject(claimed, rejected)
        except IntegrityError:
            return await self._reject(claimed, Rejected(Reason.DUPLICATE, None))

    async def _put_off(self, claimed: Claimed, pause: timedelta) -> None:
        async with self._desk.database.transaction() as tx:
            await store.put_off(tx, claimed, pause)

    async def _clear(self, claimed: Claimed, checked: Checked) -> bool:
        evidence = EvidenceRef(
            evidence_id=claimed.evidence_id,
            object_key=claimed.object_key,
            content_type=checked.clean.content_type,
            size=checked.clean.size,
            sha256=checked.clean.sha256,
        )
        async with self._desk.database.transaction() as tx:
            cleared = await store.clear(
                tx,
                claimed,
                checked.received,
                checked.clean,
                preview_key=checked.preview_key,
                sealed_capture=checked.sealed_capture,
            )
            if cleared:
                await _tell_cleared(tx, claimed, evidence)
        return cleared

    async def _reject(self, claimed: Claimed, rejected: Rejected) -> bool:
        """False if another worker has the file by now: what it has kept of it stays."""
        async with self._desk.database.transaction() as tx:
            if not await store.hold(tx, claimed, LEASE):
                return False
        await self._checker.forget_copies(claimed)
        async with self._desk.database.transaction() as tx:
            if not await store.reject(tx, claimed, rejected.reason.value, rejected.sha256, tx.now):
                return False
            if claimed.leg_id is None:
                fact = EvidenceRejected(
                    report_id=claimed.report_id,
                    occurred_at=tx.now,
                    evidence_id=claimed.evidence_id,
                    reason=rejected.reason.value,
                )
                await _tell(tx, fact)
            else:  # its agency asks; nobody else knows of it
                metrics.SETTLED.labels(rejected.reason.value).inc()
        return True

    async def _hold(self, claimed: Claimed) -> None:
        """A large video takes longer than a lease."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            with suppress(Exception):
                async with self._desk.database.transaction() as tx:
                    await store.hold(tx, claimed, LEASE)


async def _tell_cleared(tx: Transaction, claimed: Claimed, evidence: EvidenceRef) -> None:
    """Of an agency's file only routing hears: the completion that names it makes it part of the case."""
    about = {"report_id": claimed.report_id, "occurred_at": tx.now, "evidence": evidence}
    if claimed.leg_id is None:
        await _tell(tx, EvidenceCleared(**about))
        return
    metrics.SETTLED.labels("cleared").inc()
    tx.say(EvidenceAttached(**about, leg_id=claimed.leg_id, agency=claimed.agency))


async def _tell(tx: Transaction, fact: EvidenceCleared | EvidenceRejected) -> None:
    metrics.SETTLED.labels(fact.reason if isinstance(fact, EvidenceRejected) else "cleared").inc()
    await timeline.remember(tx, [(fact.report_id, moment_of(tx.say(fact), fact))])
