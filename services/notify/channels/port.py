"""What a channel must do, and how it says that it could not.

A reason is a class or a code: providers' words quote addresses, and addresses stay out of tables and logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

from services.notify.domain.retry import FailureKind


@dataclass(frozen=True, repr=False)
class Rendered:
    """A message in its words. A channel takes the parts it can carry."""

    subject: str
    text: str
    html: str
    sms: str
    language: str
    tracking_id: str = ""
    """As people read it; empty in an answer that concerns no report."""
    url: str = ""
    """Where to read more."""
    unsubscribe_url: str = ""
    """One click ends such messages; empty for an office."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the words were made from, for a system that is told: nothing that they do not say."""
    event: str = ""
    """The name of the template."""
    reply_to: str = ""
    """Where an answer by mail becomes one on the case. Whoever knows it may speak for the report."""


SUBSCRIPTION_GONE = "subscription gone"
"""Why a message to a browser failed that its push service no longer knows: it is forgotten for good."""


class SendFailed(Exception):
    """The provider did not take the message; `reason` is safe to show.

    Refused: for good. Unavailable: it may be taken later, by this provider or another; its two kinds are
    Throttled, and Unconfirmed where the provider may have it already.
    """

    kind: ClassVar[FailureKind]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(SendFailed):
    """Permanent: no further try will help."""

    kind = FailureKind.PERMANENT


class Unavailable(SendFailed):
    """Transient, and the provider surely does not have the message."""

    kind = FailureKind.TEMPORARY


class Throttled(Unavailable):
    """The provider wants fewer messages for `seconds`."""

    kind = FailureKind.THROTTLED

    def __init__(self, reason: str, seconds: float = 1.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Held(Throttled):
    """Held back here, because others are being served: nobody was asked, so it costs no try."""


class Unconfirmed(Unavailable):
    """Nobody can tell whether the provider has the message: the same provider must be asked first."""

    kind = FailureKind.UNKNOWN


class Sender(Protocol):
    """Hands messages to a provider. `delivery_id` is the idempotency key: the same for every try."""

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        """Return once the provider has accepted: its own id of the message, if it gave one.

        Raises SendFailed.
        """

    async def close(self) -> None: ...
