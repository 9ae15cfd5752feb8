"""What the sla service does with a fact: record it, compute the case's clocks again, and say what changed."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.sla import store
from services.sla.domain.clocks import Clocks
from services.sla.domain.facts import HEARD, Recorded, recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import Measured, deadlines, measure, timers
from shared.calendar import indonesia, load_limits
from shared.contracts import DeadlinesChanged, Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription
from shared.telemetry.logs import log


async def record_fact(tx: Transaction, fact: Fact) -> None:
    """Let a fact that another service said move the clocks of its case."""
    assert tx.event_id is not None
    kept = recorded(tx.event_id, fact)
    if kept is None:
        return
    said = await store.lock_case(tx, fact.report_id)
    await _settle(tx, fact.report_id, said, await store.record(tx, fact.report_id, kept))


async def _settle(tx: Transaction, report_id: UUID, said: store.Said, facts: list[Recorded]) -> None:
    """Bring what is on record up to what the facts add up to; does nothing where nothing changed."""
    clocks, measured = compute(facts)
    running, due = deadlines(measured), timers(measured)
    now_said = store.Said(
        said.clocks_version,
        store.deadlines_json(running),
        store.timers_json(due),
        store.flags_json(clocks.flags),
        clocks.open,
    )
    if now_said == said:
        return
    if now_said.deadlines != said.deadlines:
        now_said = replace(now_said, clocks_version=said.clocks_version + 1)
        tx.say(
            DeadlinesChanged(
                report_id=report_id,
                occurred_at=tx.now,
                clocks_version=now_said.clocks_version,
                deadlines=running,
            )
        )
    if len(now_said.flags) > len(said.flags):
        log.warning("impossible_fact", report_id=str(report_id), reason=now_said.flags[-1]["reason"])
    await store.save(tx, report_id, now_said, _next_due(measured), versions())


def compute(facts: list[Recorded]) -> tuple[Clocks, list[Measured]]:
    """The clocks of these facts, laid on the national calendar."""
    limits = load_limits()
    clocks = fold(facts, limits)
    return clocks, [measure(clock, indonesia(), limits.warnings) for clock in clocks.clocks]


def versions() -> tuple[str, str]:
    """Of the calendar and of the policy that `compute` uses."""
    return indonesia().version, load_limits().version


def _next_due(measured: list[Measured]) -> datetime | None:
    return min((one.due_at for one in measured if not one.stopped and one.due_at), default=None)


SUBSCRIPTIONS = [Subscription("sla.facts", dict.fromkeys(HEARD, record_fact))]
