"""What the verification service does with a fact or a decision: record it, fold, and say what follows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from services.verification import store
from services.verification.domain.case import Case, Entry
from services.verification.domain.consequences import Said, consequences
from services.verification.domain.fold import RECORDED, fold
from shared.contracts import Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together

Decision = Callable[[Case, int, datetime], Fact]
"""Given the case, the version the decision will have and the time: the fact it makes true, or `Refused`."""


async def record_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Let facts that other services said become part of their cases, one after the other."""
    report_ids = {event.fact.report_id for event in events}
    said = await store.lock_cases(tx, report_ids)
    known = await store.entries_of(tx, report_ids)
    cases: dict[UUID, Case] = {}
    for event in events:
        report_id = event.fact.report_id
        known[report_id].append(Entry(event.id, event.fact))
        cases[report_id] = fold(report_id, known[report_id])
        with event.span("record_fact"):
            said[report_id] = _say_what_follows(tx, said[report_id], cases[report_id])
    await store.append(tx, [Entry(event.id, event.fact) for event in events])
    await store.save(tx, [(cases[report_id], said[report_id]) for report_id in report_ids])


async def record_decision(
    tx: Transaction, report_id: UUID, officer: str, decide: Decision
) -> tuple[Case, Said]:
    """Let an officer decide; raises `Refused` if the decision does not fit the case."""
    said = await store.lock_case(tx, report_id)
    known = await store.entries(tx, report_id)
    case = fold(report_id, known)
    fact = decide(case, said.version + 1, case.after_all_this(tx.now))
    entry = Entry(tx.say(fact), fact, officer)
    case = fold(report_id, [*known, entry])
    said = _say_what_follows(tx, said, case)
    await store.append(tx, [entry])
    await store.save(tx, [(case, said)])
    return case, said


def _say_what_follows(tx: Transaction, said: Said, case: Case) -> Said:
    said, facts = consequences(said, case, tx.now)
    for fact in facts:
        tx.say(fact)
    return said


SUBSCRIPTIONS = [Subscription("verification.facts", dict.fromkeys(RECORDED, Together(record_facts)))]
