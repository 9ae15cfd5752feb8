"""Builds the door from the settings, and forgets sessions that have ended."""

import asyncio
from typing import Any

from services.verification.officers import store
from services.verification.officers.keys import Keys
from services.verification.officers.oidc import Provider
from services.verification.officers.signing_in import Door
from services.verification.settings import Settings
from shared.db.database import Database
from shared.service import Service

CALLBACK = "/petugas/masuk/penyedia/kembali"
"""Where the identity provider sends officers back to; registered there once."""


def door_of(settings: Settings, database: Database) -> dict[str, Any]:
    """`door` and `provider` as resources; None where the settings have no keys, or no provider."""
    if settings.token_private_key is None or settings.officer_key is None:
        return {"door": None, "provider": None}
    keys = Keys(settings.token_private_key.get_secret_value(), settings.officer_key.get_secret_value())
    provider = None
    if settings.oidc_issuer:
        secret = settings.oidc_client_secret
        provider = Provider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            f"{settings.public_url.rstrip('/')}{CALLBACK}",
            keys.errands,
        )
    return {"door": Door(database, keys, settings.sign_in_rate), "provider": provider}


async def forget_ended_sessions(service: Service) -> None:
    """Hourly, in the machine's own time."""
    while True:
        async with service.database.transaction() as tx:
            await store.forget_sessions(tx)
        await asyncio.sleep(3600)
