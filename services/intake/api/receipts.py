"""The keys that anyone verifies a receipt with, without asking us."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from services.intake.api.access import CurrentDesk
from shared.security.published import KEY_SET_TYPE, key_set, published_key

router = APIRouter(prefix="/v1", tags=["receipts"])


@router.get("/receipts/key", summary="The public key of receipts")
async def receipt_key(desk: CurrentDesk) -> dict[str, Any]:
    """A JSON Web Key (Ed25519): the one in use. A receipt is a compact JWS signed with its private half."""
    return published_key(desk.keys.receipt_key.public_key())


@router.get(
    "/receipts/keys",
    summary="All public keys of receipts",
    response_class=Response,
    responses={200: {"content": {KEY_SET_TYPE: {"schema": {"type": "object"}}}}},
)
async def receipt_keys(desk: CurrentDesk) -> JSONResponse:
    """A JSON Web Key Set (RFC 7517): the key in use and those before it, by which older receipts verify.

    A receipt's header names its key (`kid`, the key's RFC 7638 thumbprint).
    """
    return JSONResponse(key_set(desk.keys.receipt_public_keys), media_type=KEY_SET_TYPE)
