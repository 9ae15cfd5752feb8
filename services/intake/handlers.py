"""What intake does with other services' facts: remembers them for the report's timeline."""

from services.intake import store
from services.intake.domain.moments import HEARD, moment_of
from shared.contracts import CaseStatusChanged, CaseVerified, DeadlinesChanged, Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription
from shared.messaging.failures import Unprocessable


async def remember_fact(tx: Transaction, fact: Fact) -> None:
    """Add a line to the timeline. What it adds up to is worked out when somebody asks."""
    assert tx.event_id is not None
    _known(await store.remember(tx, fact.report_id, moment_of(tx.event_id, fact)))


async def remember_case_fact(tx: Transaction, fact: CaseStatusChanged | CaseVerified) -> None:
    """A verifier may hide a report, and nobody shows it again: so the order of facts does not matter."""
    await remember_fact(tx, fact)
    if fact.secret:
        await store.hide(tx, fact.report_id)


async def renew_deadlines(tx: Transaction, fact: DeadlinesChanged) -> None:
    _known(await store.renew_deadlines(tx, fact))


def _known(found: bool) -> None:
    if not found:
        raise Unprocessable("no report with this id was filed here")


SUBSCRIPTIONS = [
    Subscription(
        "intake.facts",
        {
            **dict.fromkeys(HEARD, remember_fact),
            CaseStatusChanged: remember_case_fact,
            CaseVerified: remember_case_fact,
            DeadlinesChanged: renew_deadlines,
        },
    )
]
