"""Settings of the verification service."""

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Durations are minutes of the injected time."""

    claim_minutes: int = Field(15, gt=0, le=24 * 60)
    """How long an officer who claims a case keeps it from the others."""
    suggestions: bool = True
    """Learn from officers' decisions and suggest; without it nothing is loaded, learned or shown."""
    sign_in_rate: str = "60/minute"
    """Officers' sign-ins that one network address may try."""
    similar_source_rate: str = "20/minute"
    """Searches for reports like one's own from one network address."""
    similar_rate: str = "300/minute"
    """The same for all that one process serves together."""
    audit_private_key: SecretStr | None = None
    """Ed25519, base64url: signs the daily root over all histories, which are chained with it or without."""
    token_private_key: SecretStr | None = None
    """Ed25519, base64url: signs officers' tokens at sign-in. Without it nobody signs in here."""
    officer_key: SecretStr | None = None
    """32 bytes, base64url: closes officers' second factors."""
    public_url: str = "http://localhost:8080"
    """The gateway's origin: where an identity provider sends officers back to."""
    oidc_issuer: str | None = None
    """An OpenID Connect provider's issuer; unset: local accounts only."""
    oidc_client_id: str = "lapor"
    oidc_client_secret: SecretStr | None = None
    receipt_public_key: str | None = None
    """Ed25519, base64url: checks the receipt of whoever wants the proof of a report's own entries."""
    receipt_retired_keys: str = ""
    """Those that were replaced, joined by commas: receipts from before count, too."""
