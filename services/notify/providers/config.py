"""A provider as `LAPOR_PROVIDERS` names it: JSON, a list of these."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

CHANNELS = {
    "smtp": "email",
    "sms": "sms",
    "smpp": "sms",
    "whatsapp": "whatsapp",
    "telegram": "telegram",
    "push": "push",
    "webhook": "webhook",
}
"""Kind of interface → the channel that it carries."""


class ProviderConfig(BaseModel):
    """Only what a kind of interface needs is read of it; docs/notifications.md has a table."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    """In metrics, lists and the address of its receipts; never changed while messages are with it."""
    kind: Literal["smtp", "sms", "smpp", "whatsapp", "telegram", "push", "webhook"]
    url: SecretStr = SecretStr("")
    token: SecretStr | None = None
    per_second: Annotated[float | None, Field(gt=0)] = None
    """Messages that all processes together hand over in a second."""
    concurrency: Annotated[int | None, Field(gt=0)] = None
    """Messages in its hands at once, by this process and lane; without it, LAPOR_SEND_CONCURRENCY."""
    receipts: bool = False
    """A message counts as delivered once a receipt says so, not when it is accepted."""
    receipt_secret: SecretStr | None = None
    """Its receipts at /v1/notifications/receipts/{name} are signed with it; without it, none is taken."""
    sender: str | None = None
    """Who an SMS is from (SMPP), or the template that WhatsApp has approved."""
    private_key: SecretStr | None = None
    """Push: VAPID, base64url."""
    contact: str | None = None
    """Push: a mailto: address that push services can complain to."""

    @property
    def channel(self) -> str:
        return CHANNELS[self.kind]
