"""Sends one channel's due deliveries, several at once, each with no database connection held meanwhile.

At least once: whoever dies between sending and recording leaves a lease that runs out, and the next try
carries the same key. A contact is unsealed for one batch, in memory, and goes to the provider alone.
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any
from uuid import UUID

from services.notify import metrics, queueing
from services.notify.channels.port import Held, Refused, Rendered, SendFailed, Throttled
from services.notify.discreet import news
from services.notify.domain.delivery import (
    BROWSER,
    COORDINATOR,
    NATIONAL,
    REPORTER,
    DeliveryState,
    Lane,
    Template,
)
from services.notify.domain.retry import delay_before_next, delay_while_held, stays_with_provider
from services.notify.handlers import address_of
from services.notify.pace import LONGEST_SECONDS, linger_seconds
from services.notify.providers.pool import Pool, Provider
from services.notify.queueing import Claim, Claimed, Outcome
from services.notify.recorder import Recorder
from services.notify.rendering import FORMS_OF, Letterhead, Occasion, Unrenderable, render
from services.notify.spoken import words_of
from shared.db.database import Database
from shared.messaging.failures import is_outage, reason_of
from shared.security.sealing import Contact, Unsealable, Unsealer
from shared.telemetry.logs import log
from shared.telemetry.traces import span

POLL_SECONDS = 0.5
SOON_SECONDS = 0.01
"""The bell rings just before a commit, so a look may be too early: each further look waits twice as long."""
QUIET_SECONDS = 30.0
"""Between looks of its own while nothing rings: the watch looks for all lanes at once, far more often."""
FULL_SECONDS = 0.05
"""Before looking again whether a provider has room, if none had."""

LONGEST_WAY_SECONDS = 5.0
"""Between two claims of a lane that gives way to another."""

LAST_SECONDS = 2.0
"""How long stopping may take to record what was sent last."""

_MISSING = {REPORTER: "contact withdrawn", BROWSER: "no subscription"}

Unseal = Callable[[UUID, str], Contact]


@dataclass(frozen=True)
class Limits:
    """How one channel sends; seconds of real time."""

    send_seconds: float
    lease_seconds: float
    attempts: int


@dataclass(frozen=True)
class Mailroom:
    """What every message of a deployment needs: who opens contacts, and what heads and addresses letters."""

    unsealer: Unsealer
    letterhead: Letterhead
    national_desk: str | None
    limits: Limits


class Dispatcher:
    """One per lane, channel and process. Several processes share the queue by its locks."""

    def __init__(
        self,
        pool: Pool,
        database: Database,
        mailroom: Mailroom,
        *,
        lane: Lane,
        rung: asyncio.Event,
        say_delivered: bool = False,
        behind: Callable[[], bool],
    ) -> None:
        """`behind`: whether the channel's status changes wait, to which the bulk lane gives way."""
        self._channel = pool.channel
        self._lane = lane
        self._forms = FORMS_OF.get(pool.channel, ("sms",))
        self._pool = pool
        self._database = database
        self._mailroom = mailroom
        self._rung = rung
        self._behind = behind
        self._recorder = Recorder(database, say_delivered=say_delivered)
        self._in_hand: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()

    async def run(self) -> None:
        """Send until cancelled; then finish what is in hand."""
        recording = asyncio.create_task(self._recorder.run())
        try:
            await self._dispatch()
        finally:
            if self._in_hand:
                await asyncio.wait(self._in_hand, timeout=self._mailroom.limits.send_seconds + 2)
            for task in (*self._in_hand, recording):
                task.cancel()
            await asyncio.gather(*self._in_hand, recording, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self._recorder.drain()

    async def _dispatch(self) -> None:
        """Claim after the bell, and while there is more than room for; else ask first, which costs a read."""
        expecting, patience, claimed = False, POLL_SECONDS, 0
        while True:
            await self._give_way()
            provider, free = await self._room()
            try:
                claimed = await self._take(provider, free) if expecting or await self._anything_due() else 0
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
                patience = patience * 2 if patience < POLL_SECONDS else QUIET_SECONDS

    async def _give_way(self) -> None:
        """Wait for those who go first, but never for good."""
        end = time.monotonic() + LONGEST_WAY_SECONDS
        while self._lane is Lane.BULK and self._behind() and time.monotonic() < end:
            await asyncio.sleep(POLL_SECONDS)

    async def _room(self) -> tuple[Provider, int]:
        """Who is handed the next messages, and how many: rather half of all than one at a time, but without
        waiting long for a slow one.
        """
        patience = time.monotonic() + LONGEST_SECONDS
        while True:
            self._done.clear()
            picked = self._pool.pick(self._lane)
            left = patience - time.monotonic()
            if picked is not None and (left <= 0 or picked[0].mostly_free(self._lane)):
                return picked
            with suppress(TimeoutError):
                async with asyncio.timeout(left if picked is not None else FULL_SECONDS):
                    await self._done.wait()

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
            return await queueing.anything_due(tx, self._channel, self._lane)

    async def _take(self, provider: Provider, limit: int) -> int:
        """Claim what is due and start sending it; returns how much that was."""
        wanted = Claim(
            self._channel,
            self._lane,
            provider.name,
            self._pool.names,
            limit,
            self._mailroom.limits.lease_seconds,
        )
        async with self._database.transaction() as tx:
            claimed = await queueing.claim(tx, wanted)
        provider.bucket.take(len(claimed))
        unseal = cache(self._mailroom.unsealer.unseal)  # whoever is told several things is unsealed once
        for delivery in claimed:
            holder = self._pool.of(delivery.provider)
            place = holder.occupy(self._lane)
            task = asyncio.create_task(self._deliver(delivery, holder, unseal))
            self._in_hand.add(task)
            task.add_done_callback(partial(self._put_away, holder, place))
        return len(claimed)

    def _put_away(self, holder: Provider, place: int, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        holder.vacate(self._lane, place)
        self._done.set()

    async def _deliver(self, delivery: Claimed, provider: Provider, unseal: Unseal) -> None:
        with span("send_delivery", delivery.traceparent):
            self._recorder.record(await self._attempt(delivery, provider, unseal))

    async def _attempt(self, delivery: Claimed, provider: Provider, unseal: Unseal) -> Outcome:
        started, outcome, words = time.perf_counter(), "refused", None
        try:
            address = self._address(delivery, unseal)
            if address is None:
                missing = _MISSING.get(delivery.recipient, "no desk address")
                return Outcome(delivery, DeliveryState.SKIPPED, missing)
            message = self._words(delivery)
            words = words_of(delivery.template, message.language)
            ref = await provider.send(delivery.key, address, message, self._mailroom.limits.send_seconds)
            if ref is None and delivery.resends:
                ref = str(delivery.key)  # or receipts of a new key would find nothing
            outcome = "accepted"
        except Refused as error:
            return replace(self._failed(delivery, error.reason), words=words)
        except SendFailed as error:
            outcome = "unavailable"
            return replace(self._again(delivery, error), words=words)
        except Unsealable as error:
            return Outcome(delivery, DeliveryState.SKIPPED, f"sealed: {error}")
        except Unrenderable as error:
            return self._failed(delivery, str(error))
        finally:
            metrics.PROVIDER.labels(self._channel, provider.name, outcome).observe(
                time.perf_counter() - started
            )
        if not delivery.waited:
            metrics.sent(self._lane, self._channel, delivery.age)
        accepted = DeliveryState.SENT if provider.receipts else DeliveryState.DELIVERED
        return Outcome(delivery, accepted, ref=ref, words=words)

    def _words(self, delivery: Claimed) -> Rendered:
        if delivery.recipient == BROWSER:
            return news(delivery.language, self._mailroom.letterhead.public_url)
        occasion = Occasion(
            template=delivery.template,
            recipient=delivery.recipient,
            details=self._details(delivery),
            tracking_id=delivery.tracking_id,
            anonymous=delivery.anonymous,
            secret=delivery.secret,
            agency_name=delivery.agency_name,
            report_id=delivery.report_id,
            leg_id=delivery.leg_id,
        )
        return render(occasion, delivery.language, self._mailroom.letterhead, self._forms)

    def _details(self, delivery: Claimed) -> dict[str, Any]:
        """An answer's words lie sealed with its contact: they may hold a code that opens a report."""
        if delivery.template != Template.ANSWER or "content" in delivery.details or not delivery.sealed:
            return delivery.details
        told = self._mailroom.unsealer.unseal_answer(delivery.report_id, delivery.sealed)
        if told is None:
            raise Unrenderable("template answer: no words")
        return {**delivery.details, "content": told}

    def _address(self, delivery: Claimed, unseal: Unseal) -> str | None:
        if delivery.recipient == REPORTER:
            sealed = delivery.sealed
            return sealed and address_of(unseal(delivery.report_id, sealed), delivery.channel)
        if delivery.recipient == BROWSER:
            held = delivery.sealed
            return held and self._mailroom.unsealer.unseal_push(delivery.report_id, held)
        if delivery.recipient == NATIONAL:
            return self._mailroom.national_desk
        above = delivery.recipient.startswith(COORDINATOR)
        return delivery.coordinator_email if above else delivery.desk_email

    def _again(self, delivery: Claimed, error: SendFailed) -> Outcome:
        if isinstance(error, Held):
            delay = delay_while_held(delivery.age, random.random())  # noqa: S311
            return Outcome(delivery, DeliveryState.PENDING, error.reason, delay, counts=False)
        if delivery.attempts >= self._mailroom.limits.attempts:
            return self._failed(delivery, f"{error.reason}, given up after {delivery.attempts} attempts")
        delay = delay_before_next(delivery.attempts, random.random())  # noqa: S311
        if isinstance(error, Throttled):
            delay = max(delay, error.seconds)
        log.info(
            "delivery_postponed",
            delivery_id=str(delivery.id),
            channel=self._channel,
            attempts=delivery.attempts,
            reason=error.reason,
            delay=round(delay, 2),
        )
        stays = stays_with_provider(error.kind, delivery.attempts)
        return Outcome(delivery, DeliveryState.PENDING, error.reason, delay, stays=stays)

    def _failed(self, delivery: Claimed, reason: str) -> Outcome:
        log.warning("delivery_failed", delivery_id=str(delivery.id), channel=self._channel, reason=reason)
        return Outcome(delivery, DeliveryState.FAILED, reason)
