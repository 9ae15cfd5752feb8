"""Posts due deliveries, several hooks at once, holding no database connection meanwhile.

At least once: whoever dies between posting and recording leaves a lease that runs out, and the next try
carries the same `webhook-id`. A slow hook takes up its own few places and nobody else's.
"""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from prometheus_client import Counter as Metric
from prometheus_client import Gauge, Histogram

from services.routing.webhooks import signing, store
from services.routing.webhooks.policy import Policy
from services.routing.webhooks.store import Claimed
from shared.db.database import Database, Transaction
from shared.messaging.failures import is_outage, reason_of
from shared.security.vault import Unopenable, Vault
from shared.telemetry.logs import log
from shared.web.addresses import ForbiddenAddress
from shared.web.outbound import NoAnswer, Outbound

GONE = 410
"""Says that the hook shall not be called any more (Standard Webhooks)."""
LINGER_SECONDS = 0.02
"""Outcomes and claims that come together share a transaction."""
LAST_SECONDS = 2.0
SWEEP_SECONDS = 60.0
KEPT_DAYS = 30

POSTED = Histogram(
    "lapor_webhook_seconds",
    "Time an agency's web hook took to answer.",
    ["outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SUSPENDED = Metric("lapor_webhook_suspensions_total", "Web hooks suspended after repeated failure.")
HOOKS = Gauge("lapor_webhooks", "Web hooks by state; one that is suspended needs attention.", ["state"])


@dataclass(frozen=True)
class Outcome:
    """What one try came to: ``error`` is None if the hook took the delivery."""

    claimed: Claimed
    status: int | None
    error: str | None
    seconds: float


class Sender:
    """One per process. Several processes share the deliveries by their locks."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        vault: Vault,
        policy: Policy,
        *,
        concurrency: int,
        lease_seconds: float,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._outbound = outbound
        self._vault = vault
        self._policy = policy
        self._concurrency = concurrency
        self._lease = lease_seconds
        self._poll = poll_seconds
        self._busy: Counter[UUID] = Counter()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._done: list[Outcome] = []
        self._stirred = asyncio.Event()

    async def run(self) -> None:
        """Post until cancelled; then record what is done."""
        sweeping = asyncio.create_task(self._sweep())
        try:
            await self._work()
        finally:
            sweeping.cancel()
            if self._in_hand:
                await asyncio.wait(self._in_hand, timeout=LAST_SECONDS)
            for task in self._in_hand:
                task.cancel()
            await asyncio.gather(sweeping, *self._in_hand, return_exceptions=True)
            with suppress(Exception):
                async with asyncio.timeout(LAST_SECONDS):
                    await self._record()

    async def _work(self) -> None:
        while True:
            try:
                await self._record()
                await self._take()
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("webhooks_wait", reason=reason_of(error), delay=1.0)
                await asyncio.sleep(1.0)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._stirred.wait()
                    await asyncio.sleep(LINGER_SECONDS)
            self._stirred.clear()

    async def _take(self) -> None:
        """Claim what each hook has room for, and start posting it."""
        async with self._database.transaction() as tx:
            claimed = await store.claim(tx, +self._busy, concurrency=self._concurrency, lease=self._lease)
        for delivery in sorted(claimed, key=lambda one: one.id):
            self._busy[delivery.webhook_id] += 1
            task = asyncio.create_task(self._deliver(delivery))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            outcome = await self._attempt(claimed)
        finally:
            self._busy[claimed.webhook_id] -= 1
            self._stirred.set()
        POSTED.labels("failed" if outcome.error else "delivered").observe(outcome.seconds)
        self._done.append(outcome)

    async def _attempt(self, claimed: Claimed) -> Outcome:
        started = time.perf_counter()
        try:
            status, error = await post(self._outbound, self._vault, claimed)
        except (NoAnswer, ForbiddenAddress, Unopenable) as failure:
            status, error = None, str(failure)
        except Exception as failure:  # a mistake of ours must not end the sender
            status, error = None, type(failure).__name__
        return Outcome(claimed, status, error, time.perf_counter() - started)

    async def _record(self) -> None:
        """What was done since, in one transaction; kept for the next try if the database is away."""
        done, self._done = self._done, []
        if not done:
            return
        try:
            async with self._database.transaction() as tx:
                for outcome in sorted(done, key=lambda one: (one.claimed.webhook_id, one.claimed.id)):
                    await self._settle(tx, outcome)
        except BaseException:
            self._done = done + self._done
            raise

    async def _settle(self, tx: Transaction, outcome: Outcome) -> None:
        claimed, about = outcome.claimed, {"status": outcome.status, "error": outcome.error}
        if outcome.error is None:
            await store.finish(tx, claimed, state="delivered", pause=0.0, seconds=outcome.seconds, **about)
            await store.well(tx, claimed.webhook_id)
            return
        pause = self._policy.pause(claimed.attempts, random.random())  # noqa: S311
        state = "abandoned" if self._policy.abandons(claimed.age, pause) else "waiting"
        await store.finish(tx, claimed, state=state, pause=pause, seconds=outcome.seconds, **about)
        await self._count_failure(tx, outcome)
        if state == "abandoned":
            log.warning(
                "webhook_delivery_abandoned", agency=claimed.agency, delivery_id=str(claimed.delivery_id)
            )

    async def _count_failure(self, tx: Transaction, outcome: Outcome) -> None:
        hook = outcome.claimed.webhook_id
        failing = await store.ill(tx, hook, outcome.error or "")
        if failing is None:
            return
        hopeless = self._policy.suspends(failing.failures, failing.failing_for) or outcome.status == GONE
        if hopeless and await store.suspend(tx, hook):
            SUSPENDED.inc()
            log.error(
                "webhook_suspended",
                agency=outcome.claimed.agency,
                attempts=failing.failures,
                reason=outcome.error,
            )
        elif wait := self._policy.hold(failing.failures, random.random()):  # noqa: S311
            await store.hold(tx, hook, wait)

    async def _sweep(self) -> None:
        while True:
            with suppress(Exception):
                async with self._database.transaction() as tx:
                    await store.sweep(tx, patience_seconds=self._policy.patience_seconds, days=KEPT_DAYS)
                    found = await store.states(tx)
                for state in ("active", "suspended"):
                    HOOKS.labels(state).set(found.get(state, 0))
            await asyncio.sleep(SWEEP_SECONDS)


async def post(outbound: Outbound, vault: Vault, claimed: Claimed) -> tuple[int, str | None]:
    """One try: the HTTP status, and what was wrong with it. Raises NoAnswer, ForbiddenAddress, Unopenable."""
    closed = [secret for secret in (claimed.secret, claimed.old_secret) if secret]
    keys = [vault.open(secret, claimed.webhook_id) for secret in closed]
    body = envelope(claimed.type, claimed.event_id, claimed.body)
    signed = signing.headers(keys, str(claimed.delivery_id), int(time.time()), body)
    answer = await outbound.call(
        "POST", claimed.url, headers={"Content-Type": "application/json", **signed}, body=body
    )
    return answer.status, None if answer.ok else f"HTTP {answer.status}"


def envelope(kind: str, event_id: UUID, fact: bytes) -> bytes:
    """The body of a delivery: what an agency's queue would have as properties, and the fact as it is."""
    return b'{"type":"%s","id":"%s","data":%s}' % (kind.encode(), str(event_id).encode(), fact)
