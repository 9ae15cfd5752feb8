"""Learns from officers' decisions, one process at a time, and keeps each new version for all of them.

A lesson is forgotten in the transaction that keeps what was learned from it. Each is predicted before it is
learned from: that is how accuracy is measured, always on what was not known yet.
"""

import asyncio
import time
from dataclasses import dataclass

from services.verification import metrics
from services.verification.domain.deadline import ZONE
from services.verification.suggestions import store
from services.verification.suggestions.judging import Outcome, judge
from services.verification.suggestions.model import Example, Model, Subject
from shared.db.database import Database
from shared.service import Loop, Service

AT_ONCE = 100
LEAST_REST_SECONDS = 5.0
IDLE_SHARE = 15
"""So many times as long as it learned, a process does something else: a burst is learned from later."""
STEP = 20
BYTES_A_SECOND = 200_000
"""So much a version costs on average: a small model is renewed within seconds, a national one in minutes."""
LOOK_SECONDS = 5.0
"""How often a process looks whether another one has learned."""


@dataclass
class Mind:
    """The model as this process last saw it. `enabled` is the setting: without it nothing is ever loaded."""

    enabled: bool = True
    model: Model | None = None
    looked_at: float = 0.0
    looking: asyncio.Task[None] | None = None

    async def current(self, database: Database) -> Model | None:
        """The newest model, or the one before while that is being read: nobody waits for a newer one."""
        if self.model is None:
            await self._look(database)
        elif time.monotonic() - self.looked_at > LOOK_SECONDS and (not self.looking or self.looking.done()):
            self.looking = asyncio.create_task(self._look(database))
        return self.model

    async def _look(self, database: Database) -> None:
        self.looked_at = time.monotonic()
        async with database.reading() as tx:
            if await store.newest(tx) == (self.model.version if self.model else 0):
                return
            kept = await store.load(tx)
        if kept is not None:
            self.take(await asyncio.to_thread(_opened, *kept))

    def take(self, model: Model) -> None:
        self.model = model
        metrics.MODEL_VERSION.set(model.version)


def _opened(body: bytes, version: int) -> Model:
    return Model.from_bytes(body, version).ready()


def learning(mind: Mind) -> Loop:
    """Background work of the worker role."""

    async def learn_from_decisions(service: Service) -> None:
        while True:
            started = time.monotonic()
            written = await learn(service.database, mind)
            spent = time.monotonic() - started
            await asyncio.sleep(max(LEAST_REST_SECONDS, spent * IDLE_SHARE, written / BYTES_A_SECOND))

    return learn_from_decisions


async def learn(database: Database, mind: Mind) -> int:
    """Learn from what waits; returns the bytes of the version that was kept, 0 where nothing was to do."""
    if not mind.enabled:
        async with database.transaction() as tx:
            await store.drop_lessons(tx)
        return 0
    async with database.reading() as tx:
        if not await store.waiting(tx):
            return 0
    async with database.transaction() as tx:
        if not await store.is_on(tx) or not await store.alone(tx):
            return 0
        # A copy: should the transaction fail, the one in use has learned nothing.
        kept = await store.load(tx)
        model = await asyncio.to_thread(Model.from_bytes, *kept) if kept else Model()
        examples = await store.lessons(tx, AT_ONCE)
        if not examples:
            return 0
        found, body = await asyncio.to_thread(_learn, model, examples)
        model.version += 1
        learned = sum(one.learned for one in model.subjects.values())
        await store.keep(tx, model.version, learned, body)
        await store.keep_judgements(tx, ZONE.date_of(tx.now), found)
    mind.take(await asyncio.to_thread(model.ready))
    for subject, outcome in found:
        metrics.JUDGED.labels(subject.value, outcome.value).inc()
    return len(body)


def _learn(model: Model, examples: list[Example]) -> tuple[list[tuple[Subject, Outcome]], bytes]:
    """In small steps, so that each decision is judged by a model that knows nearly all before it."""
    found = []
    for start in range(0, len(examples), STEP):
        some = examples[start : start + STEP]
        found += judge(model, some)
        model.learn(some)
    return found, model.to_bytes()
