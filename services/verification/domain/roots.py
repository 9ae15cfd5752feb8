"""The daily root as it is published: what it says, signed, each bound to the one before."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from shared.security.keys import SigningKey, VerifyingKeys, load_verifying_keys
from shared.security.signed import UnknownKey, read_content, sign_content

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
    return sign_content(key, TYPE, dict(sorted(content.items())))


def opened(statement: str, keys: VerifyingKeys) -> Root:
    """What a published root says, if it was signed with one of these keys. Raises InvalidRoot."""
    public = load_verifying_keys(keys)
    try:
        content = read_content(public, TYPE, statement.strip())
        told: dict[str, Any] = {
            "day": date.fromisoformat(content.pop("day")),
            "sealed_at": datetime.fromisoformat(content.pop("sealed_at")),
        }
        return Root(**content, **told)
    except UnknownKey as error:
        raise InvalidRoot(str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRoot("not a root of ours, or altered") from error


def fingerprint(statement: str) -> str:
    """What the next root names as the one before it."""
    return sha256(statement.encode()).hexdigest()
