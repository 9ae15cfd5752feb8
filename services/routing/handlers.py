"""What routing does with a fact: record it, and send out what was verified and has no agency yet."""

from collections.abc import Sequence

from services.routing.directory import directory
from services.routing.dockets import open_dockets, save_dockets
from services.routing.domain.choice import Directory
from services.routing.domain.fold import HEARD
from services.routing.domain.leg import Entry
from services.routing.domain.sending import send_unsent
from services.routing.responses import AgencyMessage, decode_response, hear_agency
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
    await save_dockets(tx, dockets.values())


SUBSCRIPTIONS = [
    Subscription("routing.facts", dict.fromkeys(HEARD, Together(record_facts))),
    Subscription("routing.responses", {AgencyMessage: hear_agency}, decode=decode_response),
]
