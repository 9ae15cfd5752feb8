"""The daily root as it is published: what it says, signed, each bound to the one before."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.security.keys import SigningKey, VerifyingKey, load_signing_key, load_verifying_key

ALGORITHM = "Ed25519"
TYPE = "lapor-audit-root"


class InvalidRoot(ValueError):
    """Not a root of ours, or altered."""


@dataclass(frozen=True)
class Root:
    """Covers every chain that grew since the root before, and by `previous` all that came before them."""

    number: int
    day: date
    sealed_at: datetime
    chains: int
    root: str
    previous: str | None


def signed(root: Root, key: SigningKey) -> str:
    """A compact JWS."""
    content = {**vars(root), "day": root.day.isoformat(), "sealed_at": root.sealed_at.isoformat()}
    payload = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    private = OKPKey.import_key(load_signing_key(key))
    return jws.serialize_compact({"alg": ALGORITHM, "typ": TYPE}, payload, private, [ALGORITHM])


def opened(statement: str, key: VerifyingKey) -> Root:
    """What a published root says, if it was signed with this key. Raises InvalidRoot."""
    public = OKPKey.import_key(load_verifying_key(key))
    try:
        found = jws.deserialize_compact(statement.strip(), public, [ALGORITHM])
        if found.protected.get("typ") != TYPE or found.payload is None:
            raise InvalidRoot("not a root")
        content: dict[str, Any] = json.loads(found.payload)
        told: dict[str, Any] = {
            "day": date.fromisoformat(content.pop("day")),
            "sealed_at": datetime.fromisoformat(content.pop("sealed_at")),
        }
        return Root(**content, **told)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise InvalidRoot("not a root of ours, or altered") from error


def fingerprint(statement: str) -> str:
    """What the next root names as the one before it."""
    return sha256(statement.encode()).hexdigest()
