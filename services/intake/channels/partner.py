"""Reports that partners' own systems file over the broker, answered on the partner's own queue.

No contact travels on the broker: a system that has one files by HTTPS. The broker proves who files.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from services.intake.channels import metrics
from services.intake.channels.web import ReportInput
from services.intake.domain.report import Filing
from services.intake.filing import file_report, prepare
from services.intake.keyring import Keyring
from shared.contracts import Channel, PartnerAnswered, PartnerError
from shared.contracts.codec import Undecodable
from shared.db.database import Transaction
from shared.messaging.consumer import Handler, Subscription
from shared.messaging.envelope import Envelope
from shared.messaging.partners import MARK, partner_of
from shared.messaging.topology import inbound_queue
from shared.security.codes import format_access_code, format_tracking_id
from shared.service import Loop
from shared.web.problems import Problem, invalid, validation_problem

MOST_BYTES = 64 * 1024
_BY_HTTPS = invalid(
    "contact",
    "kontak tidak dikirim lewat antrean pesan; gunakan POST /v1/reports",
    "a contact does not travel on the broker; use POST /v1/reports",
)


@dataclass(frozen=True)
class PartnerMessage:
    """A message of a partner: a report to file, or what is wrong with it."""

    message_id: UUID
    partner: str
    said_id: str
    report: ReportInput | None
    refusal: Problem | None = None


class PartnerChannel:
    """The adapter; see `ChannelAdapter`."""

    channel = Channel.API

    def __init__(self, keys: Keyring, prefetch: int) -> None:
        self._keys, self._prefetch = keys, prefetch

    def subscriptions(self) -> Sequence[Subscription]:
        handlers: Mapping[type, Handler] = {PartnerMessage: self.file_partner_report}
        return [
            Subscription(
                inbound_queue(self.channel), handlers, decode=decode, prefetch=self._prefetch, gives_way=True
            )
        ]

    def loops(self) -> Sequence[Loop]:
        return []

    async def file_partner_report(self, tx: Transaction, message: PartnerMessage) -> None:
        """File it and say so, or say why not, in the transaction that knows the message from then on."""
        metrics.RECEIVED.labels(self.channel).inc()
        try:
            filing = _filing(message, tx)
        except Problem as refusal:
            errors = tuple(PartnerError.model_validate(vars(error)) for error in refusal.errors)
            tx.say(self._answer(tx, message, message.message_id, errors=errors or (_whole(refusal),)))
            metrics.SETTLED.labels(self.channel, "refused").inc()
            return
        prepared = prepare(filing, None, self._keys, tx.now)
        report_id = await file_report(tx, prepared)
        assert report_id is not None
        assert prepared.access_code is not None
        answer = self._answer(
            tx,
            message,
            report_id,
            tracking_id=format_tracking_id(prepared.report.tracking_id),
            access_code=format_access_code(prepared.access_code),
            deadline=prepared.report.deadline,
            receipt=prepared.receipt,
        )
        tx.say(answer)
        metrics.SETTLED.labels(self.channel, "filed").inc()

    def _answer(
        self, tx: Transaction, message: PartnerMessage, report_id: UUID, **told: object
    ) -> PartnerAnswered:
        return PartnerAnswered.model_validate(
            {
                "report_id": report_id,
                "occurred_at": tx.now,
                "partner": message.partner,
                "message_id": message.said_id,
                **told,
            }
        )


def decode(envelope: Envelope) -> PartnerMessage:
    """Reads a partner's message. Raises `Undecodable` where nobody could be answered."""
    partner = partner_of(envelope.user)
    if partner is None:
        raise Undecodable("user_id names no partner's broker user")
    said_id = (envelope.said_id or "")[:200]
    report, refusal = None, None
    try:
        report = _report(envelope, partner)
    except Problem as problem:
        refusal = problem
    return PartnerMessage(envelope.message_id, partner, said_id, report, refusal)


def _report(envelope: Envelope, partner: str) -> ReportInput:
    if not envelope.said_id:
        raise invalid("message_id", "wajib diisi", "is required")
    if envelope.reply_to not in {None, f"{MARK}{partner}"}:
        raise invalid("reply_to", "hanya antrean milik mitra sendiri", "only the partner's own queue")
    if len(envelope.body) > MOST_BYTES:
        raise invalid("body", "terlalu besar", "is too large")
    try:
        report = ReportInput.model_validate({"channel": Channel.API, **_object(envelope.body)})
    except ValidationError as error:
        raise validation_problem(error.errors()) from None
    if report.contact is not None:
        raise _BY_HTTPS
    if report.channel is not Channel.API:
        raise invalid("channel", "harus api", "must be api")
    return report


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise invalid("body", "harus berupa objek JSON", "must be a JSON object")
    return content


def _filing(message: PartnerMessage, tx: Transaction) -> Filing:
    if message.refusal is not None:
        raise message.refusal
    assert message.report is not None
    return message.report.filing(tx.now)


def _whole(refusal: Problem) -> PartnerError:
    return PartnerError(field="body", message=refusal.detail, message_en=refusal.detail_en)
