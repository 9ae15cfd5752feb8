"""The key that anyone verifies a receipt with, without asking us."""

from typing import Any

from fastapi import APIRouter

from services.intake.api.access import CurrentDesk

router = APIRouter(prefix="/v1", tags=["receipts"])


@router.get("/receipts/key", summary="The public key of receipts")
async def receipt_key(desk: CurrentDesk) -> dict[str, Any]:
    """A JSON Web Key (Ed25519). A receipt is a compact JWS signed with its private half."""
    return desk.keys.receipt_jwk()
