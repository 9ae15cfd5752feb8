"""Web hooks of channel gateways: signature checked, message durable in its queue, and only then answered."""

import aio_pika
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import LimitedRoute, read_limited
from services.intake.api.documents import problems
from services.intake.api.filing import channel_not_served
from services.intake.channels.adapter import ChannelAdapter, InboundMessage
from services.intake.desk import Desk
from shared.contracts import Channel
from shared.contracts.base import INBOUND
from shared.messaging.failures import reason_of
from shared.security.signatures import HEADER, InvalidSignature, verify
from shared.telemetry.logs import log
from shared.telemetry.traces import current_traceparent
from shared.web.problems import Problem, validation_problem

router = APIRouter(prefix="/v1", tags=["channels"], route_class=LimitedRoute)

HOOK_BYTES = 16 * 1024


class Accepted(BaseModel):
    """The message is safe; it need not be sent again."""

    accepted: bool = True


@router.post(
    "/channels/{channel}",
    status_code=202,
    responses=problems(400, 401, 404, 413, 422, 503),
    summary="Receive a message from a channel's gateway",
    openapi_extra={
        "parameters": [
            {
                "name": HEADER,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "t=<unix seconds>,v1=<HMAC-SHA256 of `t.body` in hexadecimal>",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object"},
                    "example": {
                        "id": "gw-1",
                        "from": "+628110000000",
                        "to": "1708",
                        "text": "KAB. NGANJUK jalan rusak di depan pasar",
                        "part": {"ref": "17", "number": 1, "total": 2},
                        "received_at": "2026-07-06T09:00:00+07:00",
                    },
                }
            },
        },
    },
)
async def receive(request: Request, desk: CurrentDesk, channel: str) -> Accepted:
    """Signed by the gateway. The same message may be delivered again: it counts once. 503 asks for that."""
    adapter, secret = _served(desk, channel)
    raw = await read_limited(request, HOOK_BYTES)
    try:
        verify(secret, raw, request.headers.get(HEADER))
    except InvalidSignature as error:
        raise Problem(
            401,
            "signature-invalid",
            "Tanda tangan gateway tidak sah.",
            f"Not signed by the gateway: {error}.",
        ) from None
    try:
        message = adapter.translate(raw, desk.clock.now())
    except ValidationError as error:
        raise validation_problem(error.errors()) from None
    await _keep(desk, adapter.channel, message)
    return Accepted()


def _served(desk: Desk, channel: str) -> tuple[ChannelAdapter, bytes]:
    try:
        adapter = desk.adapters[Channel(channel)]
        return adapter, desk.secrets[channel]
    except (KeyError, ValueError):
        raise channel_not_served() from None


async def _keep(desk: Desk, channel: Channel, message: InboundMessage) -> None:
    traceparent = current_traceparent()
    try:
        await desk.publisher.publish(
            INBOUND,
            f"inbound.{channel}",
            aio_pika.Message(
                message.body,
                message_id=str(message.message_id),
                type=message.type,
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                headers={"traceparent": traceparent} if traceparent else {},
            ),
        )
    except Exception as error:
        # Whatever went wrong, it is not known to be safe: the gateway keeps it and tries again.
        log.warning("inbound_refused", channel=channel.value, reason=reason_of(error))
        raise Problem(
            503,
            "not-kept",
            "Pesan belum dapat disimpan. Silakan kirim ulang.",
            "The message could not be kept. Please send it again.",
            headers={"Retry-After": "5"},
        ) from None
