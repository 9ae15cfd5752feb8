"""What a channel must do, and how it says that it could not.

A reason is a class or a code: providers' words quote addresses, and addresses stay out of tables and logs.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, repr=False)
class Rendered:
    """A message in its words. A channel takes the parts it can carry."""

    subject: str
    text: str
    html: str
    sms: str
    language: str


class SendFailed(Exception):
    """The provider did not take the message; `reason` is safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(SendFailed):
    """Permanent: no further try will help."""


class Unavailable(SendFailed):
    """Transient: try again later."""


class Sender(Protocol):
    """Hands messages to a provider. `delivery_id` is the idempotency key: the same for every try."""

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
        """Return once the provider has accepted; raise `Refused` or `Unavailable`."""

    async def close(self) -> None: ...
