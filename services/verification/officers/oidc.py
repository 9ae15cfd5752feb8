"""Sign-in by an OpenID Connect provider: code with PKCE (RFC 7636), checked as OIDC Core 3.1.3.7 says.

What has to survive the way to the provider and back travels with the browser, closed; nothing is kept here.
"""

import base64
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.security.keys import decode, encode
from shared.security.vault import Unopenable, Vault
from shared.telemetry.logs import log

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
"""Signatures that are believed; `none` and shared secrets are not among them."""
ERRAND_SECONDS = 600
"""How long somebody may take at the provider."""
LEEWAY_SECONDS = 60
_DISCOVERED_SECONDS = 3600
_CONTEXT = UUID("6f6d1f8e-6f2b-4f57-9d5c-2f6d6a7b6c01")


class Untrusted(Exception):
    """The provider's answer proves nothing. Says what was wrong with it, never what was in it."""


@dataclass(frozen=True)
class Errand:
    """What a browser carries to the provider and back."""

    state: str
    nonce: str
    verifier: str
    then: str
    until: int


@dataclass(frozen=True)
class Proven:
    """`subject` is the issuer's own name for the person; `login` only if the provider vouches for it."""

    subject: str
    login: str | None


class Provider:
    """One provider, found by its issuer's address (OIDC Discovery)."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str | None, redirect_uri: str, vault: Vault
    ) -> None:
        self._issuer, self._client_id, self._client_secret = issuer.rstrip("/"), client_id, client_secret
        self._redirect_uri, self._vault = redirect_uri, vault
        self._metadata: tuple[dict[str, Any], KeySet, float] | None = None

    async def leave(self, then: str) -> tuple[str, str]:
        """Where to send the browser, and what it is to carry. Raises Untrusted if there is no provider."""
        metadata, _ = await self._discovered()
        errand = Errand(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            then=then,
            until=int(time.time()) + ERRAND_SECONDS,
        )
        challenge = base64.urlsafe_b64encode(sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        closed = encode(self._vault.close(json.dumps(asdict(errand)).encode(), _CONTEXT))
        return f"{metadata['authorization_endpoint']}?{urlencode(query)}", closed

    async def come_back(self, carried: str, state: str, code: str) -> tuple[Proven, str]:
        """Who the provider says it is, and where they wanted to go. Raises Untrusted."""
        errand = self._opened(carried)
        if not hmac.compare_digest(errand.state.encode(), state.encode()) or time.time() > errand.until:
            raise Untrusted("not the errand this browser was sent on, or too late")
        metadata, keys = await self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "client_id": self._client_id,
            "code_verifier": errand.verifier,
        }
        if self._client_secret:
            form["client_secret"] = self._client_secret
        answer = await self._ask("POST", metadata["token_endpoint"], data=form)
        return self._proven(str(answer.get("id_token", "")), keys, errand.nonce), errand.then

    def _opened(self, carried: str) -> Errand:
        try:
            return Errand(**json.loads(self._vault.open(decode(carried), _CONTEXT)))
        except (Unopenable, ValueError, TypeError) as error:
            raise Untrusted("the browser brought back nothing of ours") from error

    def _proven(self, id_token: str, keys: KeySet, nonce: str) -> Proven:
        try:
            claims = jwt.decode(id_token, keys, ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._issuer_said},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise Untrusted(f"the identity token does not hold: {type(error).__name__}") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client_id:
            raise Untrusted("the identity token was made for somebody else, too")
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Proven(f"{claims['iss']} {claims['sub']}", str(email).casefold() if email else None)

    @property
    def _issuer_said(self) -> str:
        metadata = self._metadata[0] if self._metadata else {}
        return str(metadata.get("issuer", self._issuer))

    async def _discovered(self) -> tuple[dict[str, Any], KeySet]:
        if self._metadata is None or time.monotonic() > self._metadata[2]:
            metadata = await self._ask("GET", f"{self._issuer}/.well-known/openid-configuration")
            if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
                raise Untrusted("the provider names another issuer than the one that is trusted")
            keys = KeySet.import_key_set(await self._ask("GET", metadata["jwks_uri"]))  # type: ignore[arg-type]
            self._metadata = metadata, keys, time.monotonic() + _DISCOVERED_SECONDS
        return self._metadata[0], self._metadata[1]

    async def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=10, follow_redirects=False) as client:
                response = await client.request(method, url, **more)
                response.raise_for_status()
                answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("provider_unreachable", error_type=type(error).__name__)
            raise Untrusted("the identity provider does not answer as it should") from error
        if not isinstance(answer, dict):
            raise Untrusted("the identity provider does not answer as it should")
        return answer
