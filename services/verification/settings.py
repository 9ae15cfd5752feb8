"""Settings of the verification service."""

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Durations are minutes of the injected time."""

    claim_minutes: int = Field(15, gt=0, le=24 * 60)
    """How long an officer who claims a case keeps it from the others."""
    audit_private_key: SecretStr | None = None
    """Ed25519, base64url: signs the daily root over all histories, which are chained with it or without."""
    receipt_public_key: str | None = None
    """Ed25519, base64url: checks the receipt of whoever wants the proof of a report's own entries."""
