"""Messages that became nothing, kept with the reason for a month: none is dropped without a trace."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.intake.channels.senders import Sender
from shared.db.database import Transaction

KEPT = timedelta(days=30)
"""Long enough to look into a channel that refuses too much [A]."""
TOO_SHORT = "too short"
NO_WORDS = "no words"
TOO_OFTEN = "too many reports in a day"
NO_REPORT = "no report to add it to"
AUTOMATIC = "automatic"

_REFUSE = sa.text(
    """
    INSERT INTO refused_messages (message_id, channel, reason, text, sealed_sender, sealed_for, refused_at)
    VALUES (:message_id, :channel, :reason, :text, :sealed_sender, :sealed_for, :refused_at)
    ON CONFLICT DO NOTHING
    """
)
_FORGET = sa.text("DELETE FROM refused_messages WHERE refused_at < :before").bindparams(
    sa.bindparam("before", type_=sa.DateTime(timezone=True))
)


async def refuse(tx: Transaction, message_id: UUID, reason: str, text: str, sender: Sender) -> None:
    """Keep a message with why nothing came of it."""
    await tx.execute(
        _REFUSE,
        {
            "message_id": message_id,
            "channel": sender.channel.value,
            "reason": reason,
            "text": text,
            "sealed_sender": sender.sealed,
            "sealed_for": sender.sealed_for,
            "refused_at": tx.now,
        },
    )


async def forget_old(tx: Transaction) -> None:
    """What they said, and who said it."""
    await tx.execute(_FORGET, {"before": tx.now - KEPT})
