"""What intake's HTTP calls work with, in one place: they find it as `request.app.state.desk`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from services.intake.accounts.sessions import Sessions
from services.intake.channels import ChannelAdapter
from services.intake.channels.adapter import WebHook
from services.intake.evidence import EvidenceDesk
from services.intake.evidence.assembly import evidence_desk
from services.intake.filer import Filer
from services.intake.guard import Guard
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.clock import Clock
from shared.contracts import Channel
from shared.db.database import Database
from shared.messaging.broker import DirectPublisher
from shared.security.keys import load_channel_secrets
from shared.security.limits import RateLimiter


@dataclass(frozen=True, repr=False)
class Desk:
    """`adapters` are the channels served here; `secrets` what their gateways sign with."""

    settings: Settings
    clock: Clock
    database: Database
    filer: Filer
    keys: Keyring
    evidence: EvidenceDesk
    publisher: DirectPublisher
    attempts: RateLimiter
    guard: Guard
    """Of filings and supports; the next ones of new drafts and of one-time codes."""
    draft_guard: Guard
    code_guard: Guard
    sessions: Sessions
    adapters: Mapping[Channel, ChannelAdapter]
    hooks: Mapping[str, WebHook]
    """Those of the channels whose providers call us, and that can check who calls."""
    secrets: Mapping[str, bytes]


def open_desk(
    settings: Settings,
    keys: Keyring,
    adapters: Mapping[Channel, ChannelAdapter],
    database: Database,
    clock: Clock,
) -> Desk:
    """Nothing is connected before it is used."""
    return Desk(
        settings=settings,
        clock=clock,
        database=database,
        filer=Filer(database),
        keys=keys,
        evidence=evidence_desk(settings, database),
        publisher=DirectPublisher(settings.broker_url.get_secret_value()),
        attempts=RateLimiter(settings.access_attempts),
        guard=_guard(settings, settings.filing_rate),
        draft_guard=_guard(settings, settings.draft_rate),
        code_guard=_guard(settings, settings.account_code_rate),
        sessions=Sessions(settings.code_pepper.get_secret_value(), settings.account_session_seconds),
        adapters=adapters,
        hooks={name: one for name, one in adapters.items() if isinstance(one, WebHook) and one.configured},
        secrets=load_channel_secrets(settings.channel_secrets.get_secret_value()),
    )


def _guard(settings: Settings, rate: str) -> Guard:
    pepper = settings.code_pepper.get_secret_value()
    return Guard(rate, settings.filing_rate_all, settings.proof_bits, pepper)


async def desk_of(request: Request) -> Desk:
    """A dependency; async only so that no thread is woken for it."""
    desk: Desk = request.app.state.desk
    return desk
