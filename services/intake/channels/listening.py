"""The worker's part of a channel that people write by: its own queue, handled by the one conversation."""

from datetime import UTC, datetime

from services.intake.channels import metrics
from services.intake.channels.conversation import Conversation
from services.intake.channels.message import Message, decoder
from shared.contracts import Channel
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription
from shared.messaging.topology import inbound_queue


def listening(channel: Channel, conversation: Conversation, prefetch: int) -> Subscription:
    """`prefetch`: how many messages of this channel are in hand at once, at most."""

    async def converse(tx: Transaction, message: Message) -> None:
        if message.queued_at is not None:
            waited = (datetime.now(UTC) - message.queued_at).total_seconds()
            metrics.OLDEST_WAITING.labels(channel).set(max(0.0, waited))
        await conversation.hear(tx, message)

    return Subscription(
        inbound_queue(channel),
        {Message: converse},
        decode=decoder(channel),
        prefetch=prefetch,
        gives_way=True,
    )
