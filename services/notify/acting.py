"""The links by which an office acts from its mail, made when the mail is written. Never kept, never logged.

Returning ends with the first-response limit, as the right to return does; acknowledging, asking and answering
end with the settlement limit. Mails that tell of a missed deadline carry a new link to answer, so that a late
agency is not shut out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security.links import Purpose, sign

UNTIL = {
    Purpose.ACKNOWLEDGE: "acknowledge_until",
    Purpose.ASK: "ask_until",
    Purpose.ANSWER: "answer_until",
    Purpose.COMPLETE: "answer_until",
    Purpose.RETURN: "return_until",
}
"""The detail that says until when a link of each purpose is good; without it there is none.

Whoever may answer may also say that it is done.
"""


class ActingLink(NamedTuple):
    """What a link does, where it leads, and its last day (ISO, in the agency's zone)."""

    purpose: str
    url: str
    day: str


def acting_links(
    key: Ed25519PrivateKey, origin: str, *, leg_id: UUID, agency: str, details: Mapping[str, Any]
) -> list[ActingLink]:
    """One link for each purpose that `details` name an end for."""
    return [
        ActingLink(
            purpose.value,
            f"{origin}/l/{_token(key, leg_id, agency, purpose, until)}",
            until.date().isoformat(),
        )
        for purpose, name in UNTIL.items()
        if name in details and (until := datetime.fromisoformat(details[name]))
    ]


def _token(key: Ed25519PrivateKey, leg_id: UUID, agency: str, purpose: Purpose, until: datetime) -> str:
    # A limit is kept through the last instant of its day, a link through the second before it expires.
    expires_at = until + timedelta(microseconds=1)
    return sign(key, leg_id=leg_id, agency=agency, purpose=purpose, expires_at=expires_at)
