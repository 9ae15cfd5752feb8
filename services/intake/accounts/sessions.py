"""Sessions of accounts: signed, short, over at once everywhere when the account says so.

Real time only: a compressed clock must not make a session live for seconds.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.security.keys import derive_key

_ALGORITHM = "HS256"
_TYPE = "lapor-account"
LONGEST = 1_000
"""Characters of a token; ours have about 250."""


class InvalidSession(ValueError):
    """No session of ours, or one that is over."""


@dataclass(frozen=True)
class Session:
    """Who is signed in. Counts only while the account's generation is still this one."""

    account_id: UUID
    generation: int


class Sessions:
    """Signs and checks with a key that only intake has."""

    def __init__(self, pepper: bytes | str, seconds: int) -> None:
        self._key = OctKey.import_key(derive_key(pepper, "account-session/v1"))
        self.seconds = seconds

    def issue(self, session: Session) -> tuple[str, datetime]:
        """The token, and until when it is good."""
        ends = int(time.time()) + self.seconds
        claims = {"sub": str(session.account_id), "gen": session.generation, "exp": ends}
        return (
            jwt.encode({"alg": _ALGORITHM, "typ": _TYPE}, claims, self._key, [_ALGORITHM]),
            datetime.fromtimestamp(ends, UTC),
        )

    def read(self, token: str) -> Session:
        """Raises InvalidSession."""
        if len(token) > LONGEST:
            raise InvalidSession("not a session of ours")
        try:
            read = jwt.decode(token, self._key, [_ALGORITHM])
            if read.header.get("typ") != _TYPE or float(read.claims["exp"]) <= time.time():
                raise InvalidSession("over")
            return Session(UUID(read.claims["sub"]), int(read.claims["gen"]))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise InvalidSession("not a session of ours") from error
