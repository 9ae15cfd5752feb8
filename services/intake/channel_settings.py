"""Settings of the channels that people and machines send messages by. What is not set is not served."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.contracts import Channel
from shared.settings import EmptyIsUnset, ServiceSettings


class ChannelSettings(ServiceSettings):
    """Intake's settings are these and more."""

    channel_secrets: SecretStr = SecretStr("{}")
    """JSON object: channel → the secret its gateway signs with. `whatsapp` is the application's secret at
    Meta, `telegram` the token its web hook was registered with, `x` the application's consumer secret.
    """
    intake_channels: Annotated[frozenset[Channel], NoDecode] = frozenset(Channel)
    """The channels this process serves, comma-separated; unset means all of them."""
    channel_prefetch: Mapping[Channel, int] = Field(default_factory=dict)
    """JSON object: channel → messages in hand at once, at most. 64 where nothing is said."""
    sms_patience_seconds: float = Field(900, ge=0)
    """How long parts of one SMS are waited for, in the injected time."""

    whatsapp_verify_token: SecretStr | None = None
    """What Meta repeats when it asks whether the web hook is ours."""
    whatsapp_api_url: str = "https://graph.facebook.com/v23.0"
    whatsapp_api_token: Annotated[SecretStr | None, EmptyIsUnset] = None
    """Fetches media; without it they wait."""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_bot_token: Annotated[SecretStr | None, EmptyIsUnset] = None
    """Fetches files; without it they wait."""

    reply_key: SecretStr | None = None
    """Makes and reads the addresses that answers by mail come to; shared with notify alone."""
    mail_domain: str = "lapor.example"
    """What comes after the @ in addresses that mail is taken for."""
    mail_local: str = Field("lapor", pattern=r"^[a-z0-9._-]{1,40}$")
    """What comes before it in the one address that new reports are sent to."""
    mail_host: str = "127.0.0.1"
    mail_port: int | None = None
    """Where mail is listened for; unset: nowhere. A mail server that checks SPF and DKIM stands before it."""
    mail_protocol: Literal["lmtp", "smtp"] = "lmtp"
    mail_max_bytes: int = Field(25_000_000, gt=0)
    """Of one mail, as it is sent."""
    mail_at_once: int = Field(4, gt=0)
    """Mails that are being received at the same time; each is in memory two or three times."""

    @field_validator("intake_channels", mode="before")
    @classmethod
    def _split_channels(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = frozenset(part.strip() for part in value.split(",") if part.strip())
        return names or frozenset(Channel)

    @field_validator("channel_prefetch")
    @classmethod
    def _at_least_one(cls, value: Mapping[Channel, int]) -> Mapping[Channel, int]:
        if any(number < 1 for number in value.values()):
            raise ValueError("a channel that is served takes at least one message at a time")
        return value

    def prefetch(self, channel: Channel) -> int:
        return self.channel_prefetch.get(channel, 64)
