"""Links that let an office act on one leg without an account: signed, expiring, for one purpose each.

The link is the capability: whoever holds it may do that one thing. It never travels on the bus, and only
notify holds the key that signs it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from shared.security.keys import SigningKey, VerifyingKey, load_verifying_key
from shared.security.signed import read_content, sign_content

TYPE = "lapor-link"
LONGEST = 1_000
"""Characters of a token; ours have about 360."""


class Purpose(StrEnum):
    """The one thing a link may do."""

    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    ANSWER = "answer"
    COMPLETE = "complete"
    RETURN = "return"


class InvalidLink(ValueError):
    """Not a link of ours, or altered."""


@dataclass(frozen=True)
class Link:
    """What a link lets its holder do; `agency` is whose leg it was when the link was sent."""

    leg_id: UUID
    agency: str
    purpose: Purpose
    expires_at: datetime


class LinkExpired(Exception):
    """A link of ours whose time is over; `link` says what it was for."""

    def __init__(self, link: Link) -> None:
        super().__init__("the link has expired")
        self.link = link


def sign(key: SigningKey, *, leg_id: UUID, agency: str, purpose: Purpose, expires_at: datetime) -> str:
    """The token of ``/l/{token}``. ``expires_at`` is aware, in the injected time, kept to the second."""
    content = {
        "leg": str(leg_id),
        "agency": agency,
        "purpose": purpose.value,
        "exp": int(expires_at.timestamp()),
    }
    return sign_content(key, TYPE, content)


def verify(public_key: VerifyingKey, token: str, now: datetime) -> Link:
    """What the link lets its holder do. Raises LinkExpired from its last second on, else InvalidLink."""
    if len(token) > LONGEST:
        raise InvalidLink("not a link of ours")
    public = load_verifying_key(public_key)
    try:
        content = read_content(public, TYPE, token)
        link = Link(
            leg_id=UUID(content["leg"]),
            agency=str(content["agency"]),
            purpose=Purpose(content["purpose"]),
            expires_at=datetime.fromtimestamp(content["exp"], UTC),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise InvalidLink("not a link of ours, or altered") from error
    if now >= link.expires_at:
        raise LinkExpired(link)
    return link
