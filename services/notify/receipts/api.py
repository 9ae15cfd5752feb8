"""Where providers bring their receipts, signed. Tells nobody else whether a message is known."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse

from services.notify.providers.config import ProviderConfig
from services.notify.receipts import formats, store
from shared.web.problems import Problem, not_found

router = APIRouter(prefix="/v1/notifications/receipts", tags=["receipts"])

MOST_BYTES = 262_144


@router.post("/{provider}")
async def receive_receipts(request: Request, provider: str) -> dict[str, int]:
    """Receipts of a provider: how many were applied, repeated, on their way, early and of unknown messages.

    All of them are answered with 200, so that a provider does not say them for ever.
    """
    config, secret = _known(request, provider)
    body = await _body(request)
    if not formats.authentic(config.kind, secret, body, request.headers):
        raise Problem(401, "signature", "Tanda tangan tidak sah.", "The signature is not valid.")
    try:
        receipts = formats.read(provider, config.kind, body)
    except formats.Unreadable:
        raise Problem(
            422, "invalid", "Isi tanda terima tidak dikenal.", "The body holds no receipts."
        ) from None
    async with request.app.state.database.transaction() as tx:
        return dict(await store.hear(tx, receipts, say_delivered=request.app.state.say_delivered))


@router.get("/{provider}", response_class=PlainTextResponse)
async def prove_address(
    request: Request,
    provider: str,
    mode: Annotated[str, Query(alias="hub.mode", max_length=20)],
    token: Annotated[str, Query(alias="hub.verify_token", max_length=500)],
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=200, pattern=r"^[A-Za-z0-9_-]+$")],
) -> str:
    """How Meta asks, once, whether this address is ours: the token is the provider's receipt secret."""
    _, secret = _known(request, provider)
    if mode != "subscribe" or not hmac.compare_digest(token.encode(), secret.encode()):
        raise Problem(403, "token", "Token tidak cocok.", "The token does not match.")
    return challenge


def _known(request: Request, name: str) -> tuple[ProviderConfig, str]:
    config: ProviderConfig | None = request.app.state.providers.get(name)
    if config is None or config.receipt_secret is None:
        raise not_found()
    return config, config.receipt_secret.get_secret_value()


async def _body(request: Request) -> bytes:
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise Problem(413, "too-large", "Isi terlalu besar.", "The body is too large.")
    return content
