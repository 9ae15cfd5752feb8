"""Puts messages into their channel's queue, confirmed by the broker: only then is their provider answered."""

import asyncio
from collections.abc import Sequence

from services.intake.channels import metrics
from services.intake.channels.adapter import InboundMessage
from shared.contracts import Channel
from shared.contracts.base import INBOUND
from shared.messaging.broker import DirectPublisher
from shared.messaging.envelope import properties
from shared.messaging.failures import reason_of
from shared.telemetry.logs import log
from shared.telemetry.traces import current_traceparent


class NotKept(Exception):
    """Whatever went wrong, not every message is known to be safe: the provider has to send them again."""


async def keep(publisher: DirectPublisher, channel: Channel, messages: Sequence[InboundMessage]) -> None:
    """Return once all are durable. Raises `NotKept`; those that were durable are known when repeated."""
    traceparent = current_traceparent()
    publishing = [
        publisher.publish(
            INBOUND,
            f"inbound.{channel}",
            message.body,
            properties(message.message_id, message.type, traceparent),
        )
        for message in messages
    ]
    outcomes = await asyncio.gather(*publishing, return_exceptions=True)
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    metrics.RECEIVED.labels(channel).inc(len(outcomes) - len(failed))
    if failed:
        metrics.TURNED_AWAY.labels(channel, "not-kept").inc()
        log.warning("inbound_refused", channel=channel.value, reason=reason_of(failed[0]))
        raise NotKept(reason_of(failed[0]))
