"""Where failed messages go: up the retry ladder, and at its end to the dead letters with their reason."""

from datetime import UTC, datetime

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange

from shared.messaging.envelope import Envelope
from shared.messaging.topology import DEAD, RETRY_DELAYS, retry_exchange
from shared.telemetry.logs import log

LADDER = tuple(RETRY_DELAYS)


class Parking:
    """Publishes with confirms on a channel of its own; raises if the broker does not take the message."""

    def __init__(self) -> None:
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}

    def attach(self, channel: AbstractChannel) -> None:
        """Use this channel (of the consumers' connection) from now on."""
        self._channel, self._exchanges = channel, {}

    async def fail(self, envelope: Envelope, queue: str, reason: str, *, final: bool) -> str:
        """Pass the message on; returns ``retried`` or ``parked``."""
        rung = None if final or envelope.attempts >= len(LADDER) else LADDER[envelope.attempts]
        exchange = DEAD if rung is None else retry_exchange(rung)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        message = aio_pika.Message(
            envelope.body,
            headers=envelope.failed(queue, reason, at),
            message_id=str(envelope.message_id),
            type=envelope.type,
            correlation_id=envelope.correlation_id,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await (await self._exchange(exchange)).publish(message, queue, mandatory=True, timeout=10)
        report = log.error if rung is None else log.warning
        report(
            "message_parked" if rung is None else "message_retried",
            queue=queue,
            event_id=str(envelope.message_id),
            attempts=envelope.attempts + 1,
            reason=reason,
        )
        return "parked" if rung is None else "retried"

    async def _exchange(self, name: str) -> AbstractExchange:
        if self._channel is None:
            raise ConnectionError("not connected to the broker")
        if name not in self._exchanges:
            self._exchanges[name] = await self._channel.get_exchange(name, ensure=False)
        return self._exchanges[name]
