"""What agencies publish: read, acted on, and answered. Who speaks is read from the routing key alone.

Whatever is wrong with a message that has a key we understand, its agency learns by a `disposition.refused`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.routing import store
from services.routing.directory import directory
from services.routing.dockets import OpenDocket, open_legs, save_dockets
from services.routing.domain.agencies import PATH
from services.routing.domain.choice import Directory
from services.routing.domain.commands import Word, act_on, may_speak
from services.routing.domain.leg import Leg, Said
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.domain.text import plain
from services.routing.pace import Pace
from services.routing.store import Response
from services.routing.webhooks import store as webhooks
from shared.contracts import AgencyResponse, DispositionFact, DispositionRefused, RefusedField, ResponseKind
from shared.contracts.codec import explain
from shared.db.database import Transaction
from shared.messaging.consumer import Event
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
    wait: int = 0
    """Seconds after which an agency that says too much at once is heard again; 0: this message is heard."""


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


@dataclass(frozen=True)
class Listener:
    """Reads agencies' messages at each one's own pace."""

    pace: Pace

    def decode(self, envelope: Envelope) -> AgencyMessage:
        message = decode_response(envelope)
        return replace(message, wait=self.pace.wait(message.agency))


async def hear_agencies(tx: Transaction, events: Sequence[Event]) -> None:
    """Do what agencies ask, or tell them why not; either way it is recorded. However many messages, and
    whoever floods: the statements of one.
    """
    known = await directory(tx)
    opened = await open_legs(tx, {m.leg_id for m in _messages(events) if m.leg_id and not m.wait})
    responses: list[Response] = []
    told: list[tuple[UUID, DispositionFact]] = []
    for event in events:
        message: AgencyMessage = event.fact
        docket = opened.get(message.leg_id) if message.leg_id else None
        with event.span("hear_agency"):
            refused = _hear(tx, message, docket, known)
            if refused is not None:
                refusal = _refusal(tx, message, *refused)
                told.append((tx.say(refusal), refusal))
        responses.append(_response(event.id, message, refused[0] if refused else None))
    for agency, count in Counter(m.agency for m in _messages(events) if m.wait).items():
        log.warning("agency_floods", agency=agency, count=count)
    await save_dockets(tx, _once(opened.values()))
    await webhooks.enqueue(tx, told)
    await store.record_responses(tx, responses)


def _messages(events: Sequence[Event]) -> list[AgencyMessage]:
    return [event.fact for event in events]


def _once(opened: Iterable[OpenDocket]) -> list[OpenDocket]:
    return list({one.before.report_id: one for one in opened}.values())


def _hear(
    tx: Transaction, message: AgencyMessage, opened: OpenDocket | None, known: Directory
) -> tuple[Refused, Leg | None] | None:
    """Why it changed nothing, and the leg if its agency may know it; None where it was done."""
    leg: Leg | None = None
    try:
        if message.wait:
            raise _too_much(message.wait)
        body = _readable(message)
        found = opened.docket.legs.get(body.leg_id) if opened else None
        if opened is None or found is None or not may_speak(known.agencies, message.agency, found):
            raise UnknownLeg
        leg = found
        word = Word(
            message.kind,
            body.text,
            body.unit,
            body.suggested_agency,
            evidence=body.evidence,
            without_evidence=body.without_evidence,
        )
        said = [_in_reply(message, leg, one) for one in act_on(opened.docket, leg, word, known, tx.now)]
        opened.say(tx, said, actor=f"agency.{message.agency}")
    except Refused as refused:
        if not message.wait:
            log.info("response_refused", agency=message.agency, kind=message.kind, reason=refused.code)
        return refused, leg
    return None


def _too_much(wait: int) -> Refused:
    return Refused(
        "too-many",
        f"Terlalu banyak pesan sekaligus dari instansi Anda. Pesan ini tidak diproses; kirim lagi setelah "
        f"{wait} detik.",
        f"Too many messages at once from your agency. This one was not taken; send it again in {wait} s.",
    )


def _response(event_id: UUID, message: AgencyMessage, refused: Refused | None) -> Response:
    return Response(
        event_id,
        message.agency,
        message.kind,
        message.leg_id,
        message.body.said_at if message.body else None,
        refused.code if refused else None,
        refused.reason if refused else None,
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
        retry_after_seconds=message.wait or None,
        errors=tuple(
            RefusedField(field=fault.field, reason=fault.text, reason_en=fault.text_en)
            for fault in refusal.faults
        ),
    )


def _leg_named_in(body: bytes) -> UUID | None:
    try:
        return _About.model_validate_json(body).leg_id
    except ValidationError:
        return None
