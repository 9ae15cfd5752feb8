"""Settings of the notify service."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from services.notify.domain.delivery import Lane
from services.notify.providers.config import CHANNELS, ProviderConfig
from shared.settings import EmptyIsUnset, ServiceSettings


class Settings(ServiceSettings):
    """Durations are seconds of the machine's own time."""

    seal_private_key: SecretStr
    """X25519, base64url; several joined by commas while old ones retire."""
    smtp_url: Annotated[SecretStr | None, EmptyIsUnset] = None
    """``smtp://[user:password@]host:port`` (upgrades to TLS where offered), ``smtp+tls://`` (insists) or ``smtps://``."""
    sms_url: Annotated[SecretStr | None, EmptyIsUnset] = None
    """Where an SMS is posted as JSON ``{"to", "text", "id"}``."""
    providers: tuple[ProviderConfig, ...] = ()
    """JSON: all other providers, and second ones; docs/notifications.md has a table."""
    notify_channels: Annotated[frozenset[str], NoDecode] = frozenset()
    """Channels that this process sends by, comma-separated; empty: all that have a provider."""
    notify_lanes: Annotated[frozenset[Lane], NoDecode] = frozenset(Lane)
    """Lanes that this process sends: ``transactional``, ``bulk`` or both, comma-separated."""
    public_url: str
    """The gateway's origin, as people type it."""
    link_private_key: Annotated[SecretStr | None, EmptyIsUnset] = None
    """Ed25519, base64url: signs the links by which agencies act from their mail; without it, no links."""
    push_private_key: Annotated[SecretStr | None, EmptyIsUnset] = None
    """VAPID, 32 bytes, base64url; intake tells browsers the public half. Without it, no push."""
    receipt_public_key: Annotated[str | None, EmptyIsUnset] = None
    """Ed25519, base64url: checks who may read the feed of a report; without it, nobody does."""
    receipt_retired_keys: str = ""
    """Those that were replaced, joined by commas: half an hour after the change no feed needs them here."""
    reply_key: Annotated[SecretStr | None, EmptyIsUnset] = None
    """32 bytes, base64url, shared with intake: makes the addresses that answers by mail come back to."""
    mail_domain: str = "lapor.example"
    """Where intake receives those answers."""
    national_desk_email: Annotated[str | None, Field(pattern=r"^[^@\s]+@[^@\s]+$"), EmptyIsUnset] = None
    """The office of the national administrators. Without it, what they should hear is recorded as skipped."""
    desk_language: Literal["id", "en"] = "id"
    """What offices are written to in; reporters choose their own."""
    mail_from: str = "LAPOR! <no-reply@lapor.example>"
    send_concurrency: int = Field(50, gt=0)
    """Messages in the hands of one provider at once, by this process, that must not wait."""
    bulk_concurrency: int = Field(10, gt=0)
    """The same for messages of announcements."""
    send_seconds: float = 10.0
    """How long a provider may take for one message."""
    lease_seconds: float = 15.0
    """After this, whoever claimed a delivery is taken for dead; longer than `send_seconds`."""
    send_attempts: int = 20
    """Tries before a delivery is given up: about an hour and a half."""

    receipt_patience_seconds: float = Field(3 * 86_400, gt=0)
    """After this, no receipt is expected any more: what was accepted counts as delivered, unconfirmed."""
    say_delivered: bool = False
    """Say `notification.delivered` for each message: most of all facts, and no service hears them."""
    outgoing_loopback: bool = False
    """Development only: push services and web hooks may be plain http and on this machine."""

    @field_validator("notify_channels", "notify_lanes", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip() for part in value.split(",") if part.strip())

    @field_validator("notify_channels")
    @classmethod
    def _known_channels(cls, value: frozenset[str]) -> frozenset[str]:
        if not value <= set(CHANNELS.values()):
            raise ValueError(f"channels are some of {', '.join(sorted(set(CHANNELS.values())))}")
        return value

    @model_validator(mode="after")
    def _lease_outlasts_sending(self) -> Self:
        if self.lease_seconds <= self.send_seconds:
            raise ValueError("LAPOR_LEASE_SECONDS must be longer than LAPOR_SEND_SECONDS")
        return self
