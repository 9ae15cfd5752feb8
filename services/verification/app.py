"""Assembles the verification service from its parts."""

from services.verification.api import router
from services.verification.api.audit import router as audit_router
from services.verification.audit import sealing
from services.verification.handlers import SUBSCRIPTIONS
from services.verification.settings import Settings
from shared.security.keys import encode, load_signing_key, load_verifying_key
from shared.service import Service


def service() -> Service:
    settings = Settings()
    seals = settings.audit_private_key
    key = load_signing_key(seals.get_secret_value()) if seals else None
    receipt_key = settings.receipt_public_key
    return Service(
        name="verification",
        description="Cases: triage, clarification, archiving, closing and reopening.",
        settings=settings,
        routers=[router, audit_router],
        subscriptions=SUBSCRIPTIONS,
        loops=[sealing(key)] if key else [],
        resources={
            "audit_key": encode(key.public_key().public_bytes_raw()) if key else None,
            "receipt_key": load_verifying_key(receipt_key) if receipt_key else None,
        },
    )
