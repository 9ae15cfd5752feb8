"""Intake's keys, ready for use: it can close a contact and never open one again.

Nothing it returns can be turned back into a person, a telephone number or an access code without the pepper.
"""

import hmac
from hashlib import sha256

from services.intake.settings import Settings
from shared.contracts import Channel
from shared.security.codes import AccessCodes
from shared.security.files import FileSealer
from shared.security.keys import derive_key, load_signing_key, load_verifying_keys
from shared.security.phones import phone_token
from shared.security.replies import ReplyAddresses
from shared.security.sealing import BoxKey, Contact, IdentitySealer, Sealer


class Keyring:
    """Made once a process. Raises `InvalidKey` that names what a setting should have held."""

    def __init__(self, settings: Settings) -> None:
        self._pepper = settings.code_pepper.get_secret_value()
        self._digest_key = derive_key(self._pepper, "idempotency/v1")
        self.sealer = Sealer(settings.seal_public_key)
        self.identity_sealer = IdentitySealer(settings.reveal_public_key)
        self.box = BoxKey(self._pepper)
        self.evidence_sealer = FileSealer(settings.evidence_public_key)
        self.evidence_link_key = derive_key(self._pepper, "evidence-link/v1")
        self._reporter_key = derive_key(self._pepper, "evidence-reporter/v1")
        self.codes = AccessCodes(self._pepper)
        self._sender_key = derive_key(self._pepper, "sender-token/v1")
        reply_key = settings.reply_key
        self.replies = (
            ReplyAddresses(reply_key.get_secret_value(), settings.mail_domain) if reply_key else None
        )
        """Where answers by mail come to; None where no mail is taken."""
        self.receipt_key = load_signing_key(settings.receipt_private_key.get_secret_value())
        self.receipt_public_keys = load_verifying_keys(
            self.receipt_key.public_key(), settings.receipt_retired_keys
        )
        """What checks receipts: the public half of the current key, and those of the keys before it."""

    def __repr__(self) -> str:
        return "Keyring()"

    def digest(self, content: bytes) -> str:
        """The same for the same bytes, and meaningless to whoever reads the database."""
        return hmac.new(self._digest_key, content, sha256).hexdigest()

    def phone_token(self, phone: str) -> str:
        """The same for one sender however the number is written. Raises `InvalidPhone`."""
        return phone_token(self._pepper, phone)

    def sender_token(self, channel: Channel, identity: str) -> str:
        """The same for one sender of one channel. Raises `InvalidPhone` where the channel is SMS."""
        if channel is Channel.SMS:
            return self.phone_token(identity)
        return hmac.new(self._sender_key, f"{channel}:{identity}".encode(), sha256).hexdigest()

    def reporter_token(self, contact: Contact) -> str | None:
        """The same for reports that leave the same way to be reached; None where there is none."""
        way = contact.phone or contact.email or contact.whatsapp or contact.telegram
        if way is None:
            return None
        return hmac.new(self._reporter_key, way.strip().casefold().encode(), sha256).hexdigest()
