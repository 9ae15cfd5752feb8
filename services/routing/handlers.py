"""What routing does with a fact: record it, and send out what was verified and has no agency yet."""

from collections.abc import Sequence

from services.routing.directory import directory
from services.routing.dockets import open_dockets, save_dockets
from services.routing.domain.choice import Directory
from services.routing.domain.fold import HEARD
from services.routing.domain.leg import Entry
from services.routing.domain.sending import send_unsent
from services.routing.pace import RATE, Pace
from services.routing.responses import AgencyMessage, Listener, hear_agencies
from shared.amendments import HEARD as AMENDMENTS
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together


async def record_facts(tx: Transaction, events: Sequence[Event]) -> None:
    """Let facts of other services become part of their dockets; a verified case goes out, once."""
    dockets = await open_dockets(tx, {event.fact.report_id for event in events})
    known: Directory | None = None
    for event in events:
        opened = dockets[event.fact.report_id]
        docket = opened.add([Entry(event.id, event.fact)])
        if docket.unsent:
            known = known or await directory(tx)
            with event.span("send_unsent"):
                opened.say(tx, send_unsent(docket, known, tx.now))
        if docket.words:
            with event.span("tell_agencies"):
                opened.tell(tx)
    await save_dockets(tx, dockets.values())


def subscriptions(responses_rate: str = RATE) -> list[Subscription]:
    """What routing listens to; each agency may say so much."""
    listener = Listener(Pace(responses_rate))
    return [
        Subscription("routing.facts", {**dict.fromkeys(HEARD, Together(record_facts)), **AMENDMENTS}),
        Subscription("routing.responses", {AgencyMessage: Together(hear_agencies)}, decode=listener.decode),
    ]
