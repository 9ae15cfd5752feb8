"""What intake does with other services' facts: remembers them for their reports' timelines."""

from collections.abc import Sequence

from services.intake import timeline
from services.intake.domain.moments import HEARD, moment_of
from shared.amendments import HEARD as AMENDMENTS
from shared.contracts import CaseStatusChanged, CaseVerified, DeadlinesChanged
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together
from shared.messaging.failures import Unprocessable


async def remember_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Add lines to timelines and renew deadlines. What they add up to is worked out when somebody asks."""
    facts = [event.fact for event in events]
    moments = [
        (event.fact.report_id, moment_of(event.id, event.fact))
        for event in events
        if not isinstance(event.fact, DeadlinesChanged)
    ]
    known = await timeline.remember(tx, moments)
    known |= await timeline.renew_deadlines(tx, [f for f in facts if isinstance(f, DeadlinesChanged)])
    if not known.issuperset(fact.report_id for fact in facts):
        raise Unprocessable("no report with this id was filed here")
    # A verifier may hide a report, and nobody shows it again: so the order of facts does not matter.
    await timeline.hide(
        tx, {f.report_id for f in facts if isinstance(f, CaseStatusChanged | CaseVerified) and f.secret}
    )


SUBSCRIPTIONS = [
    Subscription(
        "intake.facts", {**dict.fromkeys((*HEARD, DeadlinesChanged), Together(remember_facts)), **AMENDMENTS}
    )
]
