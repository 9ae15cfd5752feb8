"""What agencies publish: read, acted on, and answered. Who speaks is read from the routing key alone.

Whatever is wrong with a message that has a key we understand, its agency learns by a `disposition.refused`.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.routing import store
from services.routing.directory import directory
from services.routing.dockets import open_leg, save_dockets
from services.routing.domain.agencies import PATH
from services.routing.domain.commands import Word, act_on, may_speak
from services.routing.domain.leg import Leg, Said
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.domain.text import plain
from services.routing.webhooks import store as webhooks
from shared.contracts import AgencyResponse, DispositionFact, DispositionRefused, ResponseKind
from shared.contracts.codec import explain
from shared.db.database import Transaction
from shared.messaging.envelope import Envelope
from shared.messaging.failures import Unprocessable
from shared.telemetry.logs import log

NOBODY = UUID(int=0)
"""Stands for a leg or report that a refusal must not, or cannot, name."""


@dataclass(frozen=True)
class AgencyMessage:
    """`body` is None where its schema refused it: `error` says why, `leg_id` about what, if readable."""

    agency: str
    kind: ResponseKind
    body: AgencyResponse | None
    leg_id: UUID | None
    response_id: str = ""
    """The agency's own id of the message, so that it knows which one a refusal answers."""
    error: str = ""


class _About(BaseModel):
    leg_id: UUID


def decode_response(envelope: Envelope) -> AgencyMessage:
    """Read ``response.<agency path>.<kind>``; only a key that names no agency or kind is `Unprocessable`."""
    first, _, rest = envelope.routing_key.partition(".")
    agency, _, kind = rest.rpartition(".")
    if first != "response" or kind not in set(ResponseKind) or not PATH.fullmatch(agency):
        raise Unprocessable("the routing key is not response.<agency path>.<kind>")
    response_id = (envelope.said_id or "")[:200]
    try:
        body = AgencyResponse.model_validate_json(envelope.body)
    except ValidationError as error:
        reason = plain(explain(error))
        return AgencyMessage(
            agency, ResponseKind(kind), None, _leg_named_in(envelope.body), response_id, reason
        )
    return AgencyMessage(agency, ResponseKind(kind), body, body.leg_id, response_id)


async def hear_agency(tx: Transaction, message: AgencyMessage) -> None:
    """Do what an agency asks, or tell it why not. Either way it is recorded."""
    assert tx.event_id is not None
    leg: Leg | None = None
    refused: Refused | None = None
    try:
        body = _readable(message)
        known = await directory(tx)
        opened, found = await open_leg(tx, body.leg_id)
        if not may_speak(known.agencies, message.agency, found):
            raise UnknownLeg
        leg = found
        word = Word(message.kind, body.text, body.unit, body.suggested_agency)
        said = [_in_reply(message, leg, one) for one in act_on(opened.docket, leg, word, known, tx.now)]
        opened.say(tx, said, actor=f"agency.{message.agency}")
        await save_dockets(tx, [opened])
    except Refused as refusal:
        refused = refusal
        told = _refusal(tx, message, refusal, leg)
        await webhooks.enqueue(tx, [(tx.say(told), told)])
        log.info("response_refused", agency=message.agency, kind=message.kind, reason=refusal.code)
    await store.record_response(
        tx,
        tx.event_id,
        message.agency,
        message.kind,
        leg_id=message.leg_id,
        said_at=message.body.said_at if message.body else None,
        refused=refused.code if refused else None,
        reason=refused.reason if refused else None,
    )


def _readable(message: AgencyMessage) -> AgencyResponse:
    if message.body is None:
        raise Refused(
            "unreadable",
            f"Pesan tidak dapat dibaca menurut skema: {message.error}",
            f"The message does not fit its schema: {message.error}",
        )
    return message.body


def _in_reply(message: AgencyMessage, leg: Leg, said: Said) -> Said:
    """What becomes of its own leg answers the agency's message: that is how it learns it was accepted."""
    if not isinstance(said.fact, DispositionFact) or said.fact.leg_id != leg.leg_id:
        return said
    return replace(said, fact=said.fact.model_copy(update={"response_id": message.response_id or None}))


def _refusal(
    tx: Transaction, message: AgencyMessage, refusal: Refused, leg: Leg | None
) -> DispositionRefused:
    return DispositionRefused(
        report_id=leg.created.report_id if leg else NOBODY,
        occurred_at=tx.now,
        leg_id=message.leg_id or NOBODY,
        agency=message.agency,
        leg_version=leg.version if leg else 0,
        response_id=message.response_id,
        reason=refusal.reason,
        reason_en=refusal.reason_en,
    )


def _leg_named_in(body: bytes) -> UUID | None:
    try:
        return _About.model_validate_json(body).leg_id
    except ValidationError:
        return None
