"""Mail from a mail server (LMTP or SMTP) into the channel's queue: durable before the server hears 250.

Nothing here answers a mail. Logs and replies to the server name nobody.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.intake.channel_settings import ChannelSettings
from services.intake.channels import metrics
from services.intake.channels.conversation import Conversation
from services.intake.channels.keeping import NotKept, keep
from services.intake.channels.listening import listening
from services.intake.channels.mail.mime import Mail, Unreadable, read_mail
from services.intake.channels.mail.server import MailServer
from services.intake.channels.mail.staging import stage
from services.intake.channels.message import identity_of, queued
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.messaging.failures import reason_of
from shared.security.replies import NotOurs
from shared.service import Loop, Service
from shared.telemetry.logs import log

if TYPE_CHECKING:
    from services.intake.desk import Desk

KEPT = "250 2.0.0 kept"
LATER = "451 4.3.0 not kept, please try again"
UNKNOWN = "550 5.1.1 there is no such address here"
ONE_BY_ONE = "452 4.5.3 one recipient at a time"
UNREADABLE = "554 5.6.0 {why}"


class EmailChannel:
    """The adapter; see `ChannelAdapter`."""

    channel = Channel.EMAIL

    def __init__(self, keys: Keyring, settings: ChannelSettings) -> None:
        self._keys, self._settings = keys, settings
        self._conversation = Conversation(keys)

    def subscriptions(self) -> Sequence[Subscription]:
        return [listening(self.channel, self._conversation, self._settings.prefetch(self.channel))]

    def loops(self) -> Sequence[Loop]:
        return [self.receive_mail] if self._settings.mail_port is not None else []

    async def receive_mail(self, service: Service) -> None:
        """Loop: listen until cancelled."""
        handler = MailHandler(service.resources["desk"], self._keys)
        await MailServer(handler, self._settings).serve()


class MailHandler:
    """What aiosmtpd asks at each step of a transaction."""

    def __init__(self, desk: "Desk", keys: Keyring) -> None:
        self._desk, self._keys = desk, keys
        self._main = f"{desk.settings.mail_local}@{desk.settings.mail_domain}".lower()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names and order
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return ONE_BY_ONE  # the server sends the mail again for the others
        try:
            known = self._about(address) is not None or address.lower() == self._main
        except NotOurs:
            known = False
        if not known:
            metrics.TURNED_AWAY.labels(Channel.EMAIL, "unsigned").inc()
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        raw, mail_from = envelope.content, (envelope.mail_from or "").strip("<>")
        assert isinstance(raw, bytes)
        try:
            mail = await asyncio.to_thread(read_mail, raw, mail_from, self._desk.settings.mail_domain)
        except Unreadable as error:
            metrics.TURNED_AWAY.labels(Channel.EMAIL, "malformed").inc()
            return UNREADABLE.format(why=error)
        envelope.content = None  # a second copy of every file
        try:
            await self._keep(mail, envelope.rcpt_tos[0])
        except NotKept:
            return LATER
        except Exception as error:
            metrics.TURNED_AWAY.labels(Channel.EMAIL, "not-kept").inc()
            log.warning("inbound_refused", channel=Channel.EMAIL.value, reason=reason_of(error))
            return LATER
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong, the mail is not known to be safe."""
        log.warning("inbound_refused", channel=Channel.EMAIL.value, reason=reason_of(error))
        return LATER

    async def _keep(self, mail: Mail, recipient: str) -> None:
        """Files first: a message that is on the broker names only what is there.

        They stay where the broker did not confirm: it may have the message. A mail that is delivered again
        writes the same objects.
        """
        evidence, about = self._desk.evidence, self._about(recipient)
        identity = _identity(mail, recipient)
        message_id = identity_of(Channel.EMAIL, identity)
        keys, refused = await stage(evidence, message_id, () if mail.automatic else mail.files)
        message = queued(
            self._keys,
            Channel.EMAIL,
            identity,
            mail.sender,
            self._desk.clock.now(),
            text=mail.said if about else mail.text,
            title=None if about else mail.title,
            files=keys,
            files_refused=refused,
            about=about,
            automatic=mail.automatic,
        )
        await keep(self._desk.publisher, Channel.EMAIL, [message])

    def _about(self, address: str) -> UUID | None:
        return self._keys.replies.report_of(address) if self._keys.replies else None


def _identity(mail: Mail, recipient: str) -> str:
    """The same for a mail that is delivered again. Its own Message-ID is not enough: anybody can use it."""
    digest = hashlib.sha256()
    content: list[Any] = [mail.message_id, mail.sender, recipient.lower(), mail.title, mail.text]
    for part in (*content, *(file.content for file in mail.files)):
        piece = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        digest.update(len(piece).to_bytes(8) + piece)
    return digest.hexdigest()
