"""What the verification service does with a fact or a decision: record it, fold, and say what follows."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.verification import store
from services.verification.domain.case import Case, Entry
from services.verification.domain.consequences import Said, consequences
from services.verification.domain.fold import RECORDED, fold
from shared.contracts import Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription

Decision = Callable[[Case, int, datetime], Fact]
"""Given the case, the version the decision will have and the time: the fact it makes true, or `Refused`."""


async def record_fact(tx: Transaction, fact: Fact) -> None:
    """Let a fact that another service said become part of its case."""
    assert tx.event_id is not None
    said = await store.lock_case(tx, fact.report_id)
    await store.append(tx, Entry(tx.event_id, fact))
    await _settle(tx, fact.report_id, said)


async def record_decision(
    tx: Transaction, report_id: UUID, officer: str, decide: Decision
) -> tuple[Case, Said]:
    """Let an officer decide; raises `Refused` if the decision does not fit the case."""
    said = await store.lock_case(tx, report_id)
    case = fold(report_id, await store.entries(tx, report_id))
    fact = decide(case, said.version + 1, case.after_all_this(tx.now))
    await store.append(tx, Entry(tx.say(fact), fact, officer))
    return await _settle(tx, report_id, said)


async def _settle(tx: Transaction, report_id: UUID, said: Said) -> tuple[Case, Said]:
    case = fold(report_id, await store.entries(tx, report_id))
    said, facts = consequences(said, case, tx.now)
    for fact in facts:
        tx.say(fact)
    await store.save(tx, case, said)
    return case, said


SUBSCRIPTIONS = [Subscription("verification.facts", dict.fromkeys(RECORDED, record_fact))]
