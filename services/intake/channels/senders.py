"""Who sent a message: sealed, and told apart by a keyed token. In clear only while something is at work."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake import store
from services.intake.domain.view import Tracked
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.db.database import Transaction
from shared.messaging.failures import Unprocessable
from shared.security.sealing import Contact, Unsealable

_WAY_BACK = {
    Channel.SMS: "phone",
    Channel.WHATSAPP: "whatsapp",
    Channel.TELEGRAM: "telegram",
    Channel.EMAIL: "email",
}
"""The field of a contact that a channel's senders are reached by. Whoever is not here is not written to."""

_OWN = sa.text(
    """
    SELECT report_id FROM reports JOIN report_senders USING (report_id)
    WHERE tracking_id = :tracking_id AND sender_token = :sender_token
    """
).columns(report_id=pg.UUID(as_uuid=True))
_LATEST = sa.text(
    """
    SELECT report_id FROM reports JOIN report_senders USING (report_id)
    WHERE sender_token = :sender_token ORDER BY filed_at DESC, report_id DESC LIMIT 1
    """
).columns(report_id=pg.UUID(as_uuid=True))
"""Index report_senders_by_token."""
_REMEMBER = sa.text("INSERT INTO report_senders (report_id, sender_token) VALUES (:report_id, :sender_token)")


_FILED_SINCE = sa.text(
    """
    SELECT count(*) FROM (
      SELECT FROM report_senders JOIN reports USING (report_id)
      WHERE sender_token = :sender_token AND filed_at > :since LIMIT :most
    ) AS theirs
    """
)
DAILY_REPORTS = 20
"""From one sender of one channel in 24 hours; what comes beyond is kept, answered and not filed [A]."""


@dataclass(frozen=True)
class Sender:
    """`token` tells senders of one channel apart; `sealed` opens for the id of one message."""

    channel: Channel
    token: str
    sealed: str
    sealed_for: UUID


def seal(keys: Keyring, channel: Channel, identity: str, message_id: UUID) -> Sender:
    """`identity` is a number, a chat's id or an address, in the one form its channel writes it."""
    sealed = keys.box.seal_text(str(message_id), identity)
    return Sender(channel, keys.sender_token(channel, identity), sealed, message_id)


def contact_of(keys: Keyring, sender: Sender) -> Contact | None:
    """How the sender is reached, in clear for as long as a filing or an answer takes; None if not at all."""
    field = _WAY_BACK.get(sender.channel)
    if field is None:
        return None
    try:
        identity = keys.box.unseal_text(str(sender.sealed_for), sender.sealed)
    except Unsealable as error:
        raise Unprocessable(f"the sender cannot be opened: {error}") from None
    return Contact(**{field: identity})


async def remember(tx: Transaction, report_id: UUID, sender: Sender) -> None:
    """The report came from this sender, who may speak for it from now on."""
    await tx.execute(_REMEMBER, {"report_id": report_id, "sender_token": sender.token})


async def own_report(tx: Transaction, tracking_id: str, sender: Sender) -> Tracked | None:
    """The report with this tracking id, if it came from this sender."""
    row = (await tx.execute(_OWN, {"tracking_id": tracking_id, "sender_token": sender.token})).first()
    return await store.track(tx, row.report_id) if row else None


async def latest_report(tx: Transaction, sender: Sender) -> Tracked | None:
    """The report that this sender filed last."""
    row = (await tx.execute(_LATEST, {"sender_token": sender.token})).first()
    return await store.track(tx, row.report_id) if row else None


async def files_too_often(tx: Transaction, sender: Sender) -> bool:
    """Whether this sender has filed as many reports in the last 24 hours as one may."""
    asked = {"sender_token": sender.token, "since": tx.now - timedelta(days=1), "most": DAILY_REPORTS}
    return int((await tx.execute(_FILED_SINCE, asked)).scalar_one()) >= DAILY_REPORTS
