"""What the sla service does with a fact: record it, compute the case's clocks again, and say what changed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.sla import store
from services.sla.domain.clocks import Clocks
from services.sla.domain.facts import HEARD, Recorded, recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import Measured, deadlines, measure, timers
from shared.calendar import indonesia, load_limits
from shared.contracts import DeadlinesChanged
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together
from shared.telemetry.logs import log


async def record_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Let facts that other services said move the clocks of their cases, one after the other."""
    news = [(event, fact) for event in events if (fact := recorded(event.id, event.fact)) is not None]
    if not news:
        return
    on_record = await store.lock_cases(tx, {event.fact.report_id for event, _ in news})
    known = await store.record(tx, [(event.fact.report_id, fact) for event, fact in news])
    said = dict(on_record)
    for event, fact in news:
        report_id = event.fact.report_id
        known[report_id].append(fact)
        with event.span("record_fact"):
            said[report_id] = _say_what_changed(tx, report_id, said[report_id], known[report_id])
    changed = {report_id: now for report_id, now in said.items() if now != on_record[report_id]}
    if changed:
        await store.save(tx, changed, versions())


def _say_what_changed(
    tx: Transaction, report_id: UUID, said: store.Said, facts: list[Recorded]
) -> store.Said:
    """What a case's facts add up to now; says so where clocks that run have changed."""
    clocks, measured = compute(facts)
    running = deadlines(measured)
    now_said = store.Said(
        clocks_version=said.clocks_version,
        deadlines=store.deadlines_json(running),
        timers=store.timers_json(timers(measured)),
        flags=store.flags_json(clocks.flags),
        open=clocks.open,
        next_due_at=min((deadline.due_at for deadline in running if deadline.due_at), default=None),
    )
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
    return now_said


def compute(facts: list[Recorded]) -> tuple[Clocks, list[Measured]]:
    """The clocks of these facts, laid on the national calendar."""
    limits = load_limits()
    clocks = fold(facts, limits)
    return clocks, [measure(clock, indonesia(), limits.warnings) for clock in clocks.clocks]


def versions() -> tuple[str, str]:
    """Of the calendar and of the policy that `compute` uses."""
    return indonesia().version, load_limits().version


SUBSCRIPTIONS = [Subscription("sla.facts", dict.fromkeys(HEARD, Together(record_facts)))]
