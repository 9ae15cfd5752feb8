"""Sends one channel's due deliveries, several at once, each with no database connection held meanwhile.

At least once: whoever dies between sending and recording leaves a lease that runs out, and the next try
carries the same key. A contact is unsealed for one batch, in memory, and goes to the provider alone.
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from services.notify import metrics, queueing
from services.notify.channels.port import Refused, Rendered, Sender, SendFailed, Unavailable
from services.notify.domain.delivery import COORDINATOR, NATIONAL, REPORTER, DeliveryState
from services.notify.domain.retry import delay_before_next
from services.notify.handlers import address_of
from services.notify.pace import LONGEST_SECONDS, linger_seconds
from services.notify.queueing import Claimed, Outcome
from services.notify.recorder import Recorder
from services.notify.rendering import Letterhead, Occasion, Unrenderable, render
from shared.db.database import Database
from shared.messaging.failures import is_outage, reason_of
from shared.security.sealing import Contact, Unsealable, Unsealer
from shared.telemetry.logs import log
from shared.telemetry.traces import span

POLL_SECONDS = 0.5
SOON_SECONDS = 0.01
"""The bell rings just before a commit, so a look may be too early: each further look waits twice as long."""

LAST_SECONDS = 2.0
"""How long stopping may take to record what was sent last."""

Unseal = Callable[[UUID, str], Contact]


@dataclass(frozen=True)
class Limits:
    """How one channel sends; seconds of real time."""

    concurrency: int
    send_seconds: float
    lease_seconds: float
    attempts: int


class Dispatcher:
    """One per channel and process. Several processes share the queue by its locks."""

    def __init__(
        self,
        channel: str,
        sender: Sender,
        database: Database,
        *,
        unsealer: Unsealer,
        letterhead: Letterhead,
        national_desk: str | None,
        limits: Limits,
        rung: asyncio.Event,
    ) -> None:
        self._channel = channel
        self._sender = sender
        self._database = database
        self._unsealer = unsealer
        self._letterhead = letterhead
        self._national_desk = national_desk
        self._limits = limits
        self._rung = rung
        self._recorder = Recorder(database)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled; then finish what is in hand."""
        recording = asyncio.create_task(self._recorder.run())
        try:
            await self._dispatch()
        finally:
            if self._in_hand:
                await asyncio.wait(self._in_hand, timeout=self._limits.send_seconds + 2)
            for task in (*self._in_hand, recording):
                task.cancel()
            await asyncio.gather(*self._in_hand, recording, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self._recorder.drain()
            await self._sender.close()

    async def _dispatch(self) -> None:
        """Claim after the bell, and while there is more than room for; else ask first, which costs a read."""
        expecting, patience, claimed = False, POLL_SECONDS, 0
        while True:
            free = await self._room()
            try:
                claimed = await self._take(free) if expecting or await self._anything_due() else 0
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("dispatcher_waits", channel=self._channel, reason=reason_of(error), delay=1.0)
                await asyncio.sleep(1.0)
                continue
            if claimed == free:
                expecting = True
            elif expecting := await self._rung_within(patience):
                await asyncio.sleep(linger_seconds(claimed))
                patience = SOON_SECONDS
            else:
                patience = min(patience * 2, POLL_SECONDS)

    async def _room(self) -> int:
        """How many more may be sent now: rather half of all than one, but without waiting for a slow one."""
        most = self._limits.concurrency
        if len(self._in_hand) > most // 2:
            await asyncio.wait(self._in_hand, timeout=LONGEST_SECONDS)
        while len(self._in_hand) >= most:
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
        return most - len(self._in_hand)

    async def _rung_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    async def _anything_due(self) -> bool:
        async with self._database.reading() as tx:
            return await queueing.anything_due(tx, self._channel)

    async def _take(self, limit: int) -> int:
        """Claim what is due and start sending it; returns how much that was."""
        async with self._database.transaction() as tx:
            claimed = await queueing.claim(tx, self._channel, limit, self._limits.lease_seconds)
        unseal = cache(self._unsealer.unseal)  # whoever is told several things now is unsealed once
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery, unseal))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return len(claimed)

    async def _deliver(self, delivery: Claimed, unseal: Unseal) -> None:
        with span("send_delivery", delivery.traceparent):
            self._recorder.record(await self._attempt(delivery, unseal))

    async def _attempt(self, delivery: Claimed, unseal: Unseal) -> Outcome:
        started = time.perf_counter()
        try:
            address = self._address(delivery, unseal)
            if address is None:
                missing = "contact withdrawn" if delivery.recipient == REPORTER else "no desk address"
                return Outcome(delivery, DeliveryState.SKIPPED, missing)
            message = self._words(delivery)
            await self._send(delivery, address, message)
        except Refused as error:
            metrics.PROVIDER.labels(self._channel, "refused").observe(time.perf_counter() - started)
            return self._failed(delivery, error.reason)
        except SendFailed as error:
            metrics.PROVIDER.labels(self._channel, "unavailable").observe(time.perf_counter() - started)
            return self._again(delivery, error.reason)
        except (Unsealable, Unrenderable) as error:
            return self._failed(delivery, str(error))
        metrics.PROVIDER.labels(self._channel, "accepted").observe(time.perf_counter() - started)
        age = datetime.now(UTC) - delivery.created_at
        metrics.SENT_AFTER.labels(self._channel).observe(age.total_seconds())
        return Outcome(delivery, DeliveryState.DELIVERED)

    def _words(self, delivery: Claimed) -> Rendered:
        occasion = Occasion(
            template=delivery.template,
            recipient=delivery.recipient,
            details=delivery.details,
            tracking_id=delivery.tracking_id,
            anonymous=delivery.anonymous,
            secret=delivery.secret,
            agency_name=delivery.agency_name,
            report_id=delivery.report_id,
            leg_id=delivery.leg_id,
        )
        return render(occasion, delivery.language, self._letterhead)

    def _address(self, delivery: Claimed, unseal: Unseal) -> str | None:
        if delivery.recipient == REPORTER:
            sealed = delivery.sealed
            return sealed and address_of(unseal(delivery.report_id, sealed), delivery.channel)
        if delivery.recipient == NATIONAL:
            return self._national_desk
        above = delivery.recipient.startswith(COORDINATOR)
        return delivery.coordinator_email if above else delivery.desk_email

    async def _send(self, delivery: Claimed, address: str, message: Rendered) -> None:
        try:
            async with asyncio.timeout(self._limits.send_seconds):
                await self._sender.send(delivery.id, address, message)
        except TimeoutError:
            raise Unavailable("timeout") from None
        except SendFailed:
            raise
        except Exception as error:  # a channel's own mistake must not stop the others
            raise Unavailable(type(error).__name__) from None

    def _again(self, delivery: Claimed, reason: str) -> Outcome:
        if delivery.attempts >= self._limits.attempts:
            return self._failed(delivery, f"{reason}, given up after {delivery.attempts} attempts")
        delay = delay_before_next(delivery.attempts, random.random())  # noqa: S311
        log.info(
            "delivery_postponed",
            delivery_id=str(delivery.id),
            channel=self._channel,
            attempts=delivery.attempts,
            reason=reason,
            delay=round(delay, 2),
        )
        return Outcome(delivery, DeliveryState.PENDING, reason, delay)

    def _failed(self, delivery: Claimed, reason: str) -> Outcome:
        log.warning("delivery_failed", delivery_id=str(delivery.id), channel=self._channel, reason=reason)
        return Outcome(delivery, DeliveryState.FAILED, reason)
