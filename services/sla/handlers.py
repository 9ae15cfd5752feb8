"""What the sla service does with a fact: record it, compute the case's clocks again, and say what changed."""

from collections.abc import Sequence

from services.sla import performance, store
from services.sla.amended import catch_up
from services.sla.domain.facts import HEARD, recorded
from services.sla.outcome import compute, say_what_changed
from services.sla.rulebook import rulebook
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together

__all__ = ["SUBSCRIPTIONS", "compute", "record_facts"]


async def record_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Let facts that other services said move the clocks of their cases, one after the other."""
    news = [(event, fact) for event in events if (fact := recorded(event.id, event.fact)) is not None]
    if not news:
        return
    rules = await rulebook(tx)
    on_record = await store.lock_cases(tx, {event.fact.report_id for event, _ in news})
    logs = await store.record(tx, [(event.fact.report_id, fact) for event, fact in news])
    said, _ = await catch_up(tx, rules, on_record, logs)
    tallied = {}
    for event, fact in news:
        report_id, log = event.fact.report_id, logs[event.fact.report_id]
        log.append(fact)
        with event.span("record_fact"):
            said[report_id], measured = say_what_changed(tx, report_id, said[report_id], log, rules)
        tallied[report_id] = log, measured
    if changed := {report_id: now for report_id, now in said.items() if now != on_record[report_id]}:
        await store.save(tx, changed, rules.versions)
    await performance.record(tx, tallied)


SUBSCRIPTIONS = [Subscription("sla.facts", dict.fromkeys(HEARD, Together(record_facts)))]
