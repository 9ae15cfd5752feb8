"""Who may follow what is said about a report: signed by intake for whoever has shown the access code.

Names the report's id and nothing else. Real time only: a compressed clock must not make it live for seconds.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from shared.security.keys import SigningKey, VerifyingKeys, load_verifying_keys
from shared.security.signed import read_content, sign_content

TYPE = "lapor-feed"
LIFETIME_SECONDS = 1_800
LONGEST = 500
"""Characters of a token; ours have about 300."""


class InvalidFeedToken(ValueError):
    """Not a token of ours, altered, or expired."""


@dataclass(frozen=True)
class Following:
    """Whoever holds the token may follow this report until then (seconds since 1970)."""

    report_id: UUID
    expires_at: int


def sign_feed(private_key: SigningKey, report_id: UUID) -> tuple[str, int]:
    """A token that is good for half an hour from now, and when it expires."""
    expires_at = int(time.time()) + LIFETIME_SECONDS
    content = {"report": str(report_id), "exp": expires_at}
    return sign_content(private_key, TYPE, content), expires_at


def verify_feed(public_keys: VerifyingKeys, token: str) -> Following:
    """Which report may be followed. Raises InvalidFeedToken."""
    if len(token) > LONGEST:
        raise InvalidFeedToken("not a token of ours")
    public = load_verifying_keys(public_keys)
    try:
        content = read_content(public, TYPE, token)  # the same key signs receipts
        following = Following(UUID(content["report"]), int(content["exp"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidFeedToken("not a token of ours, or altered") from error
    if time.time() >= following.expires_at:
        raise InvalidFeedToken("the token has expired")
    return following
