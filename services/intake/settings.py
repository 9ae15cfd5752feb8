"""Settings of the intake service: object store, keys, channels and limits."""

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.contracts import Channel
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Keys as `shared.security.keys` makes them; none has a default."""

    s3_endpoint: str
    """Host and port of the object store."""
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_secure: bool = True
    evidence_bucket: str = "lapor-evidence"
    evidence_max_bytes: int = Field(25_000_000, gt=0)
    """Of one file."""
    evidence_max_files: int = Field(10, gt=0)
    """Of one report."""

    seal_public_key: str
    """Closes contacts; the half that opens them is notify's alone."""
    code_pepper: SecretStr
    receipt_private_key: SecretStr
    channel_secrets: SecretStr = SecretStr("{}")
    """JSON object: channel → the secret its gateway signs with."""

    public_url: str = "http://localhost:8080"
    """The gateway's origin, for the documents that tell applications where to go."""
    intake_channels: Annotated[frozenset[Channel], NoDecode] = frozenset(Channel)
    """The channels this process serves, comma-separated; unset means all of them."""
    access_attempts: str = "10/minute"
    """Wrong access codes for one tracking id before further tries are refused."""
    sms_patience_seconds: float = Field(900, ge=0)
    """How long parts of one SMS are waited for, in the injected time."""

    @field_validator("intake_channels", mode="before")
    @classmethod
    def _split_channels(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = frozenset(part.strip() for part in value.split(",") if part.strip())
        return names or frozenset(Channel)
