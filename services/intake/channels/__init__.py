"""One small adapter a channel, each turning what comes in into a filing or a word to a report."""

from collections.abc import Mapping

from services.intake.channels.adapter import ChannelAdapter, FileSource
from services.intake.channels.fetching import Fetcher
from services.intake.channels.mail import EmailChannel, StagedFiles
from services.intake.channels.partner import PartnerChannel
from services.intake.channels.sms import SmsChannel
from services.intake.channels.telegram import TelegramChannel
from services.intake.channels.telegram_files import TelegramFiles
from services.intake.channels.whatsapp import WhatsAppChannel
from services.intake.channels.whatsapp_media import WhatsAppMedia
from services.intake.channels.x import XChannel
from services.intake.evidence import EvidenceDesk
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.contracts import Channel
from shared.security.keys import load_channel_secrets

__all__ = ["ChannelAdapter", "adapters", "fetcher"]


def adapters(settings: Settings, keys: Keyring) -> Mapping[Channel, ChannelAdapter]:
    """The channels with a queue that this process serves."""
    secrets = load_channel_secrets(settings.channel_secrets.get_secret_value())
    token = settings.whatsapp_verify_token.get_secret_value() if settings.whatsapp_verify_token else None

    def given(channel: Channel) -> tuple[bytes | None, int]:
        return secrets.get(channel), settings.prefetch(channel)

    sms, prefetch = given(Channel.SMS)
    built: tuple[ChannelAdapter, ...] = (
        SmsChannel(keys, sms, patience_seconds=settings.sms_patience_seconds, prefetch=prefetch),
        WhatsAppChannel(keys, token, *given(Channel.WHATSAPP)),
        TelegramChannel(keys, *given(Channel.TELEGRAM)),
        XChannel(keys, *given(Channel.X)),
        EmailChannel(keys, settings),
        PartnerChannel(keys, settings.prefetch(Channel.API)),
    )
    return {one.channel: one for one in built if one.channel in settings.intake_channels}


def fetcher(settings: Settings, keys: Keyring, evidence: EvidenceDesk) -> Fetcher:
    """Brings files that came with messages of the channels served here to their reports."""
    staged = StagedFiles(evidence.database, evidence.buckets.quarantine)
    sources: dict[Channel, FileSource] = {Channel.EMAIL: staged}
    if settings.whatsapp_api_token:
        sources[Channel.WHATSAPP] = WhatsAppMedia(settings.whatsapp_api_url, settings.whatsapp_api_token)
    if settings.telegram_bot_token:
        sources[Channel.TELEGRAM] = TelegramFiles(settings.telegram_api_url, settings.telegram_bot_token)
    return Fetcher(keys, {c: one for c, one in sources.items() if c in settings.intake_channels})
