"""Officers' bearer tokens: who they are, in what role, for which agency. Signed; nothing in them is secret.

Real time only: a compressed clock must not make a token live for seconds.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OKPKey
from joserfc.jwt import JWTClaimsRegistry

from shared.security.keys import SigningKey, VerifyingKey, load_signing_key, load_verifying_key

ALGORITHM = "Ed25519"
"""EdDSA under the name RFC 9864 gives it; the older name leaves the curve open and is deprecated."""

_LEEWAY_SECONDS = 10
_REMEMBERED = 4_096
_CLAIMS = JWTClaimsRegistry(
    leeway=_LEEWAY_SECONDS, sub={"essential": True}, role={"essential": True}, exp={"essential": True}
)


class Role(StrEnum):
    """What an officer may do."""

    NATIONAL_ADMIN = "national_admin"
    """Admin nasional: first verification, and steps in when an agency is overdue."""
    COORDINATOR = "coordinator"
    """Admin instansi: receives what is sent to the agency, hands it on to a unit, or returns it."""
    LIAISON = "liaison"
    """Pejabat penghubung: writes the agency's follow-up."""
    SUPERVISOR = "supervisor"
    """Pengawas: reads everything in its scope and changes nothing."""
    OPERATOR = "operator"
    """Keeps the system running: queues, dead letters, deliveries; no report's content."""
    AUDITOR = "auditor"
    """Reads who did and saw what, and no report's content."""


AGENCY_ROLES = frozenset({Role.COORDINATOR, Role.LIAISON})


class InvalidToken(ValueError):
    """A token that proves nothing. ``expired`` tells the one case its holder can mend alone."""

    def __init__(self, reason: str, *, expired: bool = False) -> None:
        super().__init__(reason)
        self.expired = expired


@dataclass(frozen=True)
class Officer:
    """Who acts. No coordinator or liaison is without an agency: none must never be read as every one."""

    id: str
    role: Role
    agency: str | None = None
    since: int | None = field(default=None, compare=False)
    """When somebody else last made or changed the account (Unix seconds), if the token says."""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an officer needs an id")
        if self.role in AGENCY_ROLES and not self.agency:
            raise ValueError(f"a {self.role} needs an agency")


def issue(private_key: SigningKey, officer: Officer, lifetime: timedelta) -> str:
    """A token for ``officer``, valid from now for ``lifetime`` of real time."""
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": officer.id,
        "role": officer.role.value,
        "agency": officer.agency,
        "iat": now,
        "exp": now + int(lifetime.total_seconds()),
    }
    if officer.since is not None:
        claims["since"] = officer.since
    return jwt.encode(
        {"alg": ALGORITHM}, claims, OKPKey.import_key(load_signing_key(private_key)), [ALGORITHM]
    )


class TokenVerifier:
    """Checks tokens with the public key alone: a service that reads tokens cannot issue them."""

    def __init__(self, public_key: VerifyingKey) -> None:
        self._key = OKPKey.import_key(load_verifying_key(public_key))
        self._proven: dict[str, tuple[Officer, float]] = {}

    def verify(self, token: str) -> Officer:
        """The officer a token proves. Raises InvalidToken.

        A signature is checked once in a token's life; its expiry, every time.
        """
        officer, expires = self._proven.get(token, (None, 0.0))
        if officer is not None and time.time() < expires:
            return officer
        officer, expires = self._check(token)
        if len(self._proven) >= _REMEMBERED:
            self._proven.clear()
        self._proven[token] = (officer, expires)
        return officer

    def _check(self, token: str) -> tuple[Officer, float]:
        try:
            claims = jwt.decode(token, self._key, [ALGORITHM]).claims
            _CLAIMS.validate(claims)
        except ExpiredTokenError as error:
            raise InvalidToken("the token has expired", expired=True) from error
        except (JoseError, ValueError) as error:
            raise InvalidToken("the token is not one of ours") from error
        agency = claims.get("agency")
        if agency is not None and not isinstance(agency, str):
            raise InvalidToken("the token's agency is not a code")
        since = claims.get("since")
        if since is not None and type(since) is not int:
            raise InvalidToken("the token's account has no moment of its own")
        try:
            officer = Officer(id=claims["sub"], role=Role(claims["role"]), agency=agency, since=since)
            return officer, float(claims["exp"])
        except (ValueError, TypeError) as error:
            raise InvalidToken("the token names no officer we know") from error
