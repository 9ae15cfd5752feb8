"""Has somebody who wrote by a channel answered: sealed, by notify, once a message, and not without end."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.channels.senders import Sender, contact_of
from services.intake.domain import answers
from services.intake.keyring import Keyring
from shared.contracts import AnswerRequested, Channel, ContactRegistered
from shared.db.database import Database, Transaction

MOST_ANSWERS = 20
WITHIN = timedelta(hours=1)
"""More answers than a person needs in that time; two machines answering each other stop there."""

_ANSWERED = sa.text(
    """
    INSERT INTO channel_answers (message_id, sender_token, answered_at)
    SELECT :message_id, :sender_token, :now WHERE :most > (
      SELECT count(*) FROM channel_answers WHERE sender_token = :sender_token AND answered_at > :since)
    ON CONFLICT DO NOTHING RETURNING message_id
    """
).bindparams(
    sa.bindparam("message_id", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("sender_token", type_=sa.Text()),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    sa.bindparam("since", type_=sa.DateTime(timezone=True)),
    sa.bindparam("most", type_=sa.Integer()),
)
"""Index channel_answers_of_sender."""
KEPT = timedelta(days=7)
"""Then notify forgets whom it answered, and with what [A]."""
FORGOTTEN_AT_ONCE = 500
_FORGET = (
    sa.text(
        """
    DELETE FROM channel_answers WHERE message_id IN (
      SELECT message_id FROM channel_answers WHERE answered_at < :before
      LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING message_id
    """
    )
    .bindparams(
        sa.bindparam("before", type_=sa.DateTime(timezone=True)), sa.bindparam("limit", type_=sa.Integer())
    )
    .columns(message_id=pg.UUID(as_uuid=True))
)


class Answering:
    """What goes back to senders. Mail about a report carries the address that its answers come back to."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys

    async def answer(
        self, tx: Transaction, text: str, sender: Sender, message_id: UUID, report_id: UUID | None = None
    ) -> None:
        """Have `text` sent to whoever sent this message, if there is a way back to them."""
        contact = contact_of(self._keys, sender)
        if contact is None or not await self._may(tx, sender, message_id):
            return
        replies = self._keys.replies if sender.channel is Channel.EMAIL else None
        tx.say(
            AnswerRequested(
                report_id=message_id,
                occurred_at=tx.now,
                channel=sender.channel,
                sealed=self._keys.sealer.seal_answer(
                    message_id, contact, answers.fitted(text, sender.channel)
                ),
                text="",  # it may hold an access code
                reply_to=replies.address(report_id) if replies and report_id else None,
            )
        )

    async def _may(self, tx: Transaction, sender: Sender, message_id: UUID) -> bool:
        row = {"message_id": message_id, "sender_token": sender.token, "now": tx.now}
        limit = {"since": tx.now - WITHIN, "most": MOST_ANSWERS}
        return (await tx.execute(_ANSWERED, {**row, **limit})).first() is not None


async def forget_answers(database: Database, limit: int = FORGOTTEN_AT_ONCE) -> None:
    """Forget who was answered a week ago, and have notify forget it: batch by batch until none is left."""
    while True:
        async with database.transaction() as tx:
            row = {"before": tx.now - KEPT, "limit": limit}
            gone = list((await tx.execute(_FORGET, row)).scalars())
            for message_id in gone:
                tx.say(ContactRegistered(report_id=message_id, occurred_at=tx.now, withdrawn=True))
        if len(gone) < limit:
            return
