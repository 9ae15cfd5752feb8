"""Assembles the verification service from its parts."""

from services.verification.api import router
from services.verification.api.audit import router as audit_router
from services.verification.audit import sealing
from services.verification.errands import running_errands
from services.verification.handlers import SUBSCRIPTIONS
from services.verification.officers import accounts_api, sessions_api
from services.verification.officers.assembly import door_of, forget_ended_sessions
from services.verification.pages import FOLDER, account, desk, signing_in
from services.verification.referrals.api import router as referral_router
from services.verification.settings import Settings
from services.verification.suggestions.learning import Mind, learning
from shared.amendments import follow_amendments
from shared.security.keys import encode, load_signing_key, load_verifying_keys
from shared.security.limits import RateLimiter
from shared.service import Service
from shared.web.pages import Shell

ROUTERS = [
    router,
    audit_router,
    referral_router,
    sessions_api.router,
    accounts_api.router,
    signing_in.router,
    account.router,
    desk.router,
]


def service() -> Service:
    """From the environment. Raises ValidationError, which names each setting that is missing or wrong."""
    settings = Settings()
    seals = settings.audit_private_key
    key = load_signing_key(seals.get_secret_value()) if seals else None
    receipt_key = settings.receipt_public_key
    shell = Shell(FOLDER, secure=settings.public_url.startswith("https:"))
    mind = Mind(settings.suggestions)
    built = Service(
        name="verification",
        description="Cases: triage, clarification, archiving, closing and reopening.",
        settings=settings,
        routers=ROUTERS,
        pages=shell.install,
        subscriptions=SUBSCRIPTIONS,
        watches=[follow_amendments],
        loops=[running_errands, learning(mind), forget_ended_sessions, *([sealing(key)] if key else [])],
        resources={
            "shell": shell,
            "mind": mind,
            "similar_source_limit": RateLimiter(settings.similar_source_rate),
            "similar_limit": RateLimiter(settings.similar_rate),
            "audit_key": encode(key.public_key().public_bytes_raw()) if key else None,
            "receipt_keys": load_verifying_keys(receipt_key, settings.receipt_retired_keys)
            if receipt_key
            else None,
        },
    )
    built.resources |= door_of(settings, built.database)
    return built
