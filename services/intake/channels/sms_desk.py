"""Carries out what a reporter asks or says by SMS, and answers: the telephone stands for the access code.

An answer goes out sealed, by notify. A sender that is itself a machine is not answered for ever.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake import store
from services.intake.channels.sms_store import Sender
from services.intake.domain import sms_answers as answers
from services.intake.domain.sms_commands import Command, Incomplete, Verb
from services.intake.domain.view import Tracked
from services.intake.keyring import Keyring
from services.intake.words import AlreadyAppealed, AlreadySaid, NotPossible, say
from shared.contracts import AnswerRequested, Channel
from shared.db.database import Transaction
from shared.messaging.failures import Unprocessable
from shared.security.sealing import Contact, Unsealable

MOST_ANSWERS = 20
WITHIN = timedelta(hours=1)
"""More answers than a person needs in that time; two machines answering each other stop there."""

_OWN = sa.text(
    """
    SELECT report_id FROM reports JOIN report_senders USING (report_id)
    WHERE tracking_id = :tracking_id AND sender_token = :sender_token
    """
).columns(report_id=pg.UUID(as_uuid=True))
_REMEMBER = sa.text("INSERT INTO report_senders (report_id, sender_token) VALUES (:report_id, :sender_token)")
_ANSWERED = sa.text(
    """
    INSERT INTO sms_answers (message_id, sender_token, answered_at)
    SELECT :message_id, :sender_token, :now WHERE :most > (
      SELECT count(*) FROM sms_answers WHERE sender_token = :sender_token AND answered_at > :since)
    ON CONFLICT DO NOTHING RETURNING message_id
    """
).bindparams(
    sa.bindparam("message_id", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("sender_token", type_=sa.Text()),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    sa.bindparam("since", type_=sa.DateTime(timezone=True)),
    sa.bindparam("most", type_=sa.Integer()),
)
"""Index sms_answers_of_sender."""
_FORGET = sa.text("DELETE FROM sms_answers WHERE answered_at < :before")


class SmsDesk:
    """What follows from one SMS that is no report."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys

    async def carry_out(self, tx: Transaction, command: Command, sender: Sender, message_id: UUID) -> None:
        """Do what a command says and tell its sender what came of it."""
        await self.answer(tx, await self._outcome(tx, command, sender), sender, message_id)

    async def answer(self, tx: Transaction, text: str, sender: Sender, message_id: UUID) -> None:
        """Have `text` sent to whoever sent this message; once a message, and not without end."""
        row = {"message_id": message_id, "sender_token": sender.token, "now": tx.now}
        if not (await tx.execute(_ANSWERED, {**row, "since": tx.now - WITHIN, "most": MOST_ANSWERS})).first():
            return
        sealed = self._keys.sealer.seal(message_id, Contact(phone=self.number_of(sender)))
        tx.say(
            AnswerRequested(
                report_id=message_id,
                occurred_at=tx.now,
                channel=Channel.SMS,
                sealed=sealed,
                text=answers.fitted(text),
            )
        )

    async def _outcome(self, tx: Transaction, command: Command, sender: Sender) -> str:
        if command.tracking_id is None:
            return answers.HELP
        own = await _own(tx, command.tracking_id, sender)
        if command.verb is Verb.STATUS:
            located = None if own else await store.locate(tx, command.tracking_id)
            seen = own or (located.tracked if located else None)
            return answers.status(seen) if seen else answers.NOT_FOUND
        return await _said(tx, own, command) if own else answers.NOT_FOUND

    def number_of(self, sender: Sender) -> str:
        """The sender's number, in clear for as long as a filing or an answer takes."""
        try:
            return self._keys.box.unseal_text(str(sender.sealed_for), sender.sealed)
        except Unsealable as error:
            raise Unprocessable(f"the sender cannot be opened: {error}") from None


async def _said(tx: Transaction, own: Tracked, command: Command) -> str:
    tracking_id = own.report.tracking_id
    try:
        saying = command.saying
        assert saying is not None
        await say(tx, own, saying)
    except Incomplete as error:
        return answers.about(tracking_id, str(error))
    except AlreadyAppealed:
        return answers.about(tracking_id, answers.ALREADY_APPEALED)
    except NotPossible as refused:
        return answers.not_possible(tracking_id, refused.progress.status.label, refused.possible)
    except AlreadySaid:
        return answers.about(tracking_id, answers.ALREADY_SAID)
    return answers.taken(tracking_id, saying.word)


async def remember_sender(tx: Transaction, report_id: UUID, sender: Sender) -> None:
    """The report was filed from this telephone, which may speak for it from now on."""
    await tx.execute(_REMEMBER, {"report_id": report_id, "sender_token": sender.token})


async def forget_answers(tx: Transaction) -> None:
    """Those that no longer count."""
    await tx.execute(_FORGET, {"before": tx.now - WITHIN})


async def _own(tx: Transaction, tracking_id: str, sender: Sender) -> Tracked | None:
    row = (await tx.execute(_OWN, {"tracking_id": tracking_id, "sender_token": sender.token})).first()
    return await store.track(tx, row.report_id) if row else None
