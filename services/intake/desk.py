"""What intake's HTTP calls work with, in one place: they find it as `request.app.state.desk`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from services.intake.channels import ChannelAdapter
from services.intake.evidence import EvidenceDesk
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.clock import Clock
from shared.contracts import Channel
from shared.db.database import Database
from shared.messaging.broker import DirectPublisher
from shared.security.keys import load_channel_secrets
from shared.security.limits import RateLimiter
from shared.storage.minio_store import MinioStore


@dataclass(frozen=True, repr=False)
class Desk:
    """`adapters` are the channels served here; `secrets` what their gateways sign with."""

    settings: Settings
    clock: Clock
    database: Database
    keys: Keyring
    evidence: EvidenceDesk
    publisher: DirectPublisher
    attempts: RateLimiter
    adapters: Mapping[Channel, ChannelAdapter]
    secrets: Mapping[str, bytes]


def open_desk(
    settings: Settings,
    keys: Keyring,
    adapters: Mapping[Channel, ChannelAdapter],
    database: Database,
    clock: Clock,
) -> Desk:
    """Nothing is connected before it is used."""
    objects = MinioStore(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        bucket=settings.evidence_bucket,
        secure=settings.s3_secure,
    )
    return Desk(
        settings=settings,
        clock=clock,
        database=database,
        keys=keys,
        evidence=EvidenceDesk(
            database, objects, max_bytes=settings.evidence_max_bytes, max_files=settings.evidence_max_files
        ),
        publisher=DirectPublisher(settings.broker_url.get_secret_value()),
        attempts=RateLimiter(settings.access_attempts),
        adapters=adapters,
        secrets=load_channel_secrets(settings.channel_secrets.get_secret_value()),
    )


async def desk_of(request: Request) -> Desk:
    """A dependency; async only so that no thread is woken for it."""
    desk: Desk = request.app.state.desk
    return desk
