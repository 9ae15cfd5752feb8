"""What routing does with a fact: record it, and send out what was verified and has no agency yet."""

from services.routing.directory import directory
from services.routing.dockets import open_docket
from services.routing.domain.fold import HEARD
from services.routing.domain.leg import Entry
from services.routing.domain.sending import send_unsent
from services.routing.responses import AgencyMessage, decode_response, hear_agency
from shared.contracts import Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription


async def record_fact(tx: Transaction, fact: Fact) -> None:
    """Let a fact of another service become part of its docket; a verified case goes out, once."""
    assert tx.event_id is not None
    opened = await open_docket(tx, fact.report_id)
    docket = await opened.add(tx, [Entry(tx.event_id, fact)])
    if docket.unsent:
        await opened.say(tx, send_unsent(docket, await directory(tx), tx.now))


SUBSCRIPTIONS = [
    Subscription("routing.facts", dict.fromkeys(HEARD, record_fact)),
    Subscription("routing.responses", {AgencyMessage: hear_agency}, decode=decode_response),
]
