"""Settings every service has, from the environment with the prefix `LAPOR_`. Secrets have no default."""

from typing import Annotated

from pydantic import BeforeValidator, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROLES = frozenset({"api", "worker", "relay"})

EmptyIsUnset = BeforeValidator(lambda value: value or None)
"""For a setting that may be missing: compose hands over an empty text where nothing was said."""


class ServiceSettings(BaseSettings):
    """A service subclasses it in its `settings.py` and adds what only it needs."""

    model_config = SettingsConfigDict(
        env_prefix="LAPOR_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr
    broker_url: SecretStr
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    roles: Annotated[frozenset[str], NoDecode] = ROLES
    """Which of `api`, `worker` and `relay` this process runs, comma-separated."""
    database_pool: int = 10
    clock_file: str | None = None
    """Compressed time for demonstrations and tests; unset means the machine's clock."""
    token_public_key: str
    """Ed25519, base64url: checks officers' tokens."""
    log_level: str = "info"
    otlp_endpoint: str | None = None
    trace_ratio: float = 0.1

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("postgresql+asyncpg://"):
            raise ValueError("a database address begins with postgresql+asyncpg://")
        return value

    @field_validator("broker_url")
    @classmethod
    def _broker(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("amqp://", "amqps://")):
            raise ValueError("a broker's address begins with amqp:// or amqps://")
        return value

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        roles = (
            frozenset(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )
        if isinstance(roles, frozenset) and (not roles or not roles <= ROLES):
            raise ValueError(f"roles are some of {', '.join(sorted(ROLES))}")
        return roles
