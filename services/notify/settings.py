"""Settings of the notify service."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from shared.settings import ServiceSettings

Optional = BeforeValidator(lambda value: value or None)
"""What is set to nothing is not set."""


class Settings(ServiceSettings):
    """Durations are seconds of the machine's own time."""

    seal_private_key: SecretStr
    """X25519, base64url; several joined by commas while old ones retire."""
    smtp_url: SecretStr
    """``smtp://[user:password@]host:port`` (upgrades to TLS where offered), ``smtp+tls://`` (insists) or ``smtps://``."""
    sms_url: SecretStr
    """Where an SMS is posted as JSON ``{"to", "text", "id"}``."""
    public_url: str
    """The gateway's origin, as people type it."""
    link_private_key: Annotated[SecretStr | None, Optional] = None
    """Ed25519, base64url: signs the links by which agencies act from their mail; without it, no links."""
    national_desk_email: Annotated[str | None, Field(pattern=r"^[^@\s]+@[^@\s]+$"), Optional] = None
    """The office of the national administrators. Without it, what they should hear is recorded as skipped."""
    desk_language: Literal["id", "en"] = "id"
    """What offices are written to in; reporters choose their own."""
    mail_from: str = "LAPOR! <no-reply@lapor.example>"
    send_concurrency: int = 20
    """Messages in the hands of one channel's provider at once."""
    send_seconds: float = 10.0
    """How long a provider may take for one message."""
    lease_seconds: float = 15.0
    """After this, whoever claimed a delivery is taken for dead; longer than `send_seconds`."""
    send_attempts: int = 20
    """Tries before a delivery is given up: about an hour and a half."""

    @model_validator(mode="after")
    def _lease_outlasts_sending(self) -> Self:
        if self.lease_seconds <= self.send_seconds:
            raise ValueError("LAPOR_LEASE_SECONDS must be longer than LAPOR_SEND_SECONDS")
        return self
