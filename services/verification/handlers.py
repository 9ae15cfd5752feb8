"""What the verification service does with a fact or a decision: record it, fold, and say what follows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from services.verification import aside, desk_store, store
from services.verification.domain.case import Case, Entry
from services.verification.domain.claim import must_be_free
from services.verification.domain.consequences import Said, consequences
from services.verification.domain.deadline import concerns
from services.verification.domain.decisions import must_be_impartial
from services.verification.domain.errands import errands_of
from services.verification.domain.fold import RECORDED, fold
from services.verification.store import Held
from services.verification.supporters import count_supporters
from shared.amendments import HEARD as AMENDMENTS
from shared.contracts import Fact, ReportSupported
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together

Decision = Callable[[Case, int, datetime], Fact]
"""Given the case, the version the decision will have and the time: the fact it makes true, or `Refused`."""


async def record_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Let facts that other services said become part of their cases, one after the other."""
    events = [event for event in events if concerns(event.fact)]
    report_ids = {event.fact.report_id for event in events}
    if not report_ids:
        return
    held = await store.lock_cases(tx, report_ids)
    said = {report_id: one.said for report_id, one in held.items()}
    known = await store.entries_of(tx, report_ids)
    recorded = {entry.event_id for entries in known.values() for entry in entries}
    fresh: dict[UUID, Entry] = {}
    cases: dict[UUID, Case] = {}
    for event in events:
        report_id, entry = event.fact.report_id, Entry(event.id, event.fact)
        known[report_id].append(entry)
        if event.id not in recorded:
            fresh.setdefault(event.id, entry)
        cases[report_id] = fold(report_id, known[report_id])
        with event.span("record_fact"):
            said[report_id] = _say_what_follows(tx, said[report_id], cases[report_id])
    todo = []
    for report_id, case in cases.items():
        new = [entry for entry in fresh.values() if entry.fact.report_id == report_id]
        todo += errands_of(held[report_id].said, case, new, tx.now)
    await aside.note(tx, [(held[report_id].said, case) for report_id, case in cases.items()])
    await store.record(
        tx,
        list(fresh.values()),
        [(cases[report_id], said[report_id]) for report_id in report_ids],
        {report_id: one.chain for report_id, one in held.items()},
        todo,
    )


async def record_decision(
    tx: Transaction, held: Held, officer: str, decide: Decision, note: str | None = None
) -> tuple[Case, Said]:
    """Let an officer decide a case that is held; raises `Claimed`, `NotImpartial`, and as `decide`."""
    report_id, said = held.report_id, held.said
    must_be_free(held.claim, officer, tx.now)
    known = await store.entries(tx, report_id)
    case = fold(report_id, known)
    must_be_impartial(case, officer)
    fact = decide(case, said.version + 1, case.after_all_this(tx.now))
    entry = Entry(tx.say(fact), fact, officer, note)
    case = fold(report_id, [*known, entry])
    todo = errands_of(held.said, case, [entry], tx.now)
    said = _say_what_follows(tx, said, case)
    await aside.note(tx, [(held.said, case)])
    await store.record(tx, [entry], [(case, said)], {report_id: held.chain}, todo)
    if held.claim is not None:
        await desk_store.set_claim(tx, report_id, None)
    return case, said


def _say_what_follows(tx: Transaction, said: Said, case: Case) -> Said:
    said, facts = consequences(said, case, tx.now)
    for fact in facts:
        tx.say(fact)
    return said


SUBSCRIPTIONS = [
    Subscription(
        "verification.facts",
        {
            **dict.fromkeys(RECORDED, Together(record_facts)),
            **AMENDMENTS,
            ReportSupported: Together(count_supporters),
        },
    )
]
