"""Settings of the routing service: how agencies' links are checked, and how their own systems are called."""

from pydantic import Field, SecretStr, field_validator

from services.routing.pace import RATE, Pace
from shared.security.keys import load_pepper, load_verifying_key
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Durations are seconds of the machine's own time."""

    public_url: str = "http://localhost:8080"
    """The gateway's origin: pages' cookies travel by https alone where it is https."""
    link_public_key: str
    """Ed25519, base64url: checks the links in mails to agencies. Only notify can sign them."""
    webhook_key: SecretStr
    """32 bytes, base64url: closes web hooks' secrets and agencies' API keys in the database."""
    outgoing_loopback: bool = False
    """Development only: agencies' addresses may be plain http and on this machine."""
    outgoing_seconds: float = Field(10.0, gt=0, le=60)
    """How long an agency's system may take for one call, name lookup and all."""
    webhook_concurrency: int = Field(4, ge=1, le=50)
    """Deliveries in the hands of one web hook at once; a slow one holds up nobody but itself."""
    webhook_poll_seconds: float = Field(0.5, gt=0)
    webhook_retry_seconds: float = Field(5.0, gt=0)
    """The pause after a first failure; it doubles up to an hour."""
    webhook_patience_seconds: float = Field(86_400.0, gt=0)
    """How long a delivery is tried before it is abandoned. It can be replayed."""
    webhook_suspend_failures: int = Field(20, ge=1)
    """Failures in a row, and no success for `webhook_suspend_seconds`: then a hook is suspended."""
    webhook_suspend_seconds: float = Field(900.0, ge=0)
    responses_rate: str = RATE
    """How much one agency may say over the broker; more is refused for a while."""
    open311_poll_seconds: float = Field(300.0, gt=0)
    """How often an agency's Open311 endpoint is asked about each of its open requests."""

    @field_validator("link_public_key")
    @classmethod
    def _link_key(cls, value: str) -> str:
        load_verifying_key(value)
        return value

    @field_validator("responses_rate")
    @classmethod
    def _rate(cls, value: str) -> str:
        Pace(value)
        return value

    @field_validator("webhook_key")
    @classmethod
    def _webhook_key(cls, value: SecretStr) -> SecretStr:
        load_pepper(value.get_secret_value())
        return value
