"""Who may follow what is said about a report: signed by intake for whoever has shown the access code.

Names the report's id and nothing else. Real time only: a compressed clock must not make it live for seconds.
"""

import json
import time
from dataclasses import dataclass
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.security.keys import SigningKey, VerifyingKey, load_signing_key, load_verifying_key

ALGORITHM = "Ed25519"
TYPE = "lapor-feed"
LIFETIME_SECONDS = 1_800
LONGEST = 500
"""Characters of a token; ours have about 200."""


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
    payload = json.dumps({"report": str(report_id), "exp": expires_at}, separators=(",", ":")).encode()
    key = OKPKey.import_key(load_signing_key(private_key))
    return jws.serialize_compact({"alg": ALGORITHM, "typ": TYPE}, payload, key, [ALGORITHM]), expires_at


def verify_feed(public_key: VerifyingKey, token: str) -> Following:
    """Which report may be followed. Raises InvalidFeedToken."""
    if len(token) > LONGEST:
        raise InvalidFeedToken("not a token of ours")
    key = OKPKey.import_key(load_verifying_key(public_key))
    try:
        signed = jws.deserialize_compact(token, key, [ALGORITHM])
        # The same key signs receipts: one of those opens nothing here.
        if signed.protected.get("typ") != TYPE or signed.payload is None:
            raise InvalidFeedToken("not a token of ours")
        content = json.loads(signed.payload)
        following = Following(UUID(content["report"]), int(content["exp"]))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise InvalidFeedToken("not a token of ours, or altered") from error
    if time.time() >= following.expires_at:
        raise InvalidFeedToken("the token has expired")
    return following
